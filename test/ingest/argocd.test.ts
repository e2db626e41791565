import { describe, expect, it } from 'vitest';
import { argocd } from '#ingest/argocd.ts';
import { corpus } from './corpora.ts';
import { application, COMMIT } from './examples.ts';

const AT = Date.UTC(2026, 10, 24, 12);
const at = (clock: string) => Date.parse(`2026-11-24T${clock}Z`);

const parse = (json: unknown) => argocd.parse({ headers: {}, json, at: AT });

function one(json: unknown) {
  const parsed = parse(json);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const [first] = parsed.events;
  if (first === undefined) throw new Error(parsed.ignored);
  return first;
}

/** What becomes of an Application after something was changed in it. */
function changed(
  operation: Parameters<typeof application>[0],
  change: (app: ReturnType<typeof application>) => void,
) {
  const app = application(operation);
  change(app);
  return { app };
}

describe('a sync of Argo CD', () => {
  it('that is through and healthy is a deploy of the tag of the application’s own image', () => {
    expect(
      one({ app: application({ phase: 'Succeeded' }), argocdUrl: 'https://argocd.example/' }).event,
    ).toEqual({
      type: 'deployReport',
      source: 'argocd',
      id: 'argocd/checkout-prod@2026-11-24T11:57:00.000Z',
      hints: {
        application: 'checkout-prod',
        environment: 'prod',
        repository: 'shop/checkout-deploy',
        path: 'overlays/prod',
        labels: { service: 'checkout', team: 'payments "A" </b>' },
      },
      version: 'v1.4.2',
      artifact: `shop/checkout-deploy@${COMMIT}`,
      environment: 'prod',
      status: 'succeeded',
      at: at('11:59:00'),
      startedAt: at('11:57:00'),
      part: 'checkout-prod',
      url: 'https://argocd.example/applications/argocd/checkout-prod',
      actor: 'noor',
      changes: [],
    });
  });

  it.each([
    ['runs', { phase: 'Running' }, 'started', '11:57:00'],
    ['is through while pods come up', { phase: 'Succeeded', health: 'Progressing' }, 'started', '11:57:00'],
    ['waits in the middle of a canary', { phase: 'Succeeded', health: 'Suspended' }, 'started', '11:57:00'],
    ['failed', { phase: 'Failed' }, 'failed', '11:58:00'],
    ['could not be done', { phase: 'Error' }, 'failed', '11:58:00'],
    ['is through and breaks health', { phase: 'Succeeded', health: 'Degraded' }, 'failed', '11:59:00'],
  ])('that %s is a deploy that has %s', (_, operation, status, clock) => {
    const { event, dedupeKey } = one({ app: application(operation) });
    expect(event).toMatchObject({ status, at: at(clock), artifact: `shop/checkout-deploy@${COMMIT}` });
    expect(dedupeKey).not.toBe(one({ app: application({ phase: 'Succeeded' }) }).dedupeKey);
  });

  it.each(['Running', 'Failed'])(
    'that is %s goes by its commit, for the images are still the old ones',
    (phase) => {
      expect(one({ app: application({ phase }) }).event).toMatchObject({ version: COMMIT.slice(0, 12) });
    },
  );

  it.each<[string, string[], string]>([
    ['of its only image', ['ghcr.io/shop/other:v3'], 'v3'],
    ['of its image by digest', [`ghcr.io/shop/checkout@sha256:${'ab'.repeat(32)}`], 'abababababab'],
    ['of the commit while two versions run', ['shop/checkout:v1', 'shop/checkout:v2'], COMMIT.slice(0, 12)],
    ['of the commit where no image is its own', ['shop/a:v1', 'shop/b:v1'], COMMIT.slice(0, 12)],
    ['of the commit where the tag says nothing', ['shop/checkout:latest'], COMMIT.slice(0, 12)],
    ['of the commit without images', [], COMMIT.slice(0, 12)],
  ])('is of the version %s', (_, images, version) => {
    expect(one({ app: application({ phase: 'Succeeded', images }) }).event).toMatchObject({ version });
  });

  it('of a chart is of the chart’s version', () => {
    const body = changed({ phase: 'Succeeded', images: [], revision: '1.4.2' }, () => undefined);
    expect(one(body).event).toMatchObject({ version: '1.4.2' });
  });

  it('to what runs already is no deploy, whoever repeats it', () => {
    const again = { phase: 'Succeeded', revision: 'b'.repeat(40) };
    for (const operation of [again, { ...again, phase: 'Running' }, { ...again, phase: 'Failed' }]) {
      expect(parse({ app: application(operation) })).toMatchObject({
        ok: true,
        events: [],
        ignored: expect.stringMatching(/deployed before/),
      });
    }
  });

  it('to the same commit with another image in the Application is a deploy', () => {
    const body = changed({ phase: 'Succeeded', revision: 'b'.repeat(40) }, ({ status }) => {
      Object.assign(status.operationState.syncResult.source, { kustomize: { images: ['checkout:v1.5'] } });
      status.history[0] = { ...status.history[0], source: { repoURL: 'x' } } as never;
    });
    expect(one(body).event).toMatchObject({ status: 'succeeded' });
  });

  it('to what ran before the last is a rollback', () => {
    const body = changed({ phase: 'Succeeded' }, ({ status }) => {
      const [first, last] = status.history;
      const older = { ...last, deployStartedAt: '2026-11-22T11:00:00Z' };
      status.history = [older, first, last] as never;
    });
    expect(one(body).event).toMatchObject({ rollback: true });
    expect(one({ app: application({ phase: 'Succeeded' }) }).event).not.toHaveProperty('rollback');
  });

  it('is told once in each of its states, and again when it is another operation', () => {
    const keyOf = (operation: object) =>
      one({ app: application({ phase: 'Succeeded', ...operation }) }).dedupeKey;
    expect(keyOf({})).toBe(keyOf({ images: [] }));
    expect(keyOf({})).not.toBe(keyOf({ startedAt: '2026-11-24T11:57:01Z' }));
    expect(keyOf({})).not.toBe(keyOf({ health: 'Progressing' }));
  });

  it('has the environment of its label, its place, or that of its template', () => {
    const place = (label: object, namespace: string, more = {}) =>
      one({
        ...changed({ phase: 'Failed' }, ({ metadata, spec }) => {
          Object.assign(metadata, { name: 'checkout', labels: label });
          Object.assign(spec, { destination: { name: 'eu-1', namespace } });
          spec.source.path = 'deploy';
        }),
        ...more,
      }).event;
    expect(place({ environment: 'canary' }, 'prod')).toMatchObject({ environment: 'canary' });
    expect(place({}, 'staging', { environment: 'blue' })).toMatchObject({ environment: 'staging' });
    expect(place({}, 'shop', { environment: 'blue' })).toMatchObject({
      environment: 'blue',
      hints: { cluster: 'eu-1', environment: 'blue' },
    });
    expect(place({}, 'shop')).toMatchObject({ environment: 'production' });
    expect(place({ 'app.kubernetes.io/name': 'checkout' }, 'shop')).toMatchObject({
      hints: { labels: { app_kubernetes_io_name: 'checkout' } },
    });
  });

  it('of an Application with several sources is read too', () => {
    const body = changed({ phase: 'Running' }, ({ spec, status }) => {
      const sources = [{ repoURL: 'https://charts.example', targetRevision: '1.*' }, spec.source];
      Object.assign(spec, { source: undefined, sources });
      Object.assign(status.operationState, { syncResult: { revisions: ['1.4.2', COMMIT], sources } });
    });
    expect(one(body).event).toMatchObject({
      version: '1.4.2',
      hints: { repository: 'shop/checkout-deploy', path: 'overlays/prod' },
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['has not been synced', { app: { metadata: { name: 'checkout' } } }, /not been synced/],
    ['is being ended', { app: application({ phase: 'Terminating' }) }, /being ended/],
    ['is of unknown health', { app: application({ phase: 'Succeeded', health: 'Missing' }) }, /Missing/],
    [
      'broke long after its sync',
      changed({ phase: 'Succeeded', health: 'Degraded' }, ({ status }) => {
        status.health.lastTransitionTime = '2026-11-24T16:00:00Z';
      }),
      /Degraded/,
    ],
    [
      'does not know its revision yet',
      changed({ phase: 'Running' }, ({ status }) => {
        Object.assign(status.operationState, { syncResult: null });
      }),
      /which revision/,
    ],
  ])('of an application that %s is no deploy, and says so', (_, body, words) => {
    expect(parse(body)).toMatchObject({ ok: true, events: [], ignored: expect.stringMatching(words) });
  });

  it.each<[unknown, string, RegExp]>([
    [{ hello: 1 }, 'app', /bellbuoy generate argocd/],
    [{ app: { metadata: {} } }, 'app.metadata.name', /string/],
    [{ metadata: {} }, 'metadata.name', /string/],
    [
      changed({ phase: 'Failed' }, ({ status }) => {
        status.operationState.startedAt = '2099-01-01T00:00:00Z';
      }),
      'app.status.operationState.startedAt',
      /future/,
    ],
    [{ app: application({ phase: 'Done' }) }, 'app.status.operationState.phase', /Succeeded/],
  ])('%# that cannot be read is refused at %s', (body, where, words) => {
    expect(parse(body)).toMatchObject({
      ok: false,
      problems: [{ where, what: expect.stringMatching(words) }],
    });
  });
});

describe('other bodies that Argo CD is made to send', () => {
  it('the Application alone is read as under “app”', () => {
    const app = application({ phase: 'Succeeded' });
    expect(one(app)).toEqual(one({ app }));
  });

  it('the catalogue’s attachment of a deployed application is one deploy a revision', () => {
    const attachment = (status: string, revision: string) => ({
      attachments: [
        {
          ...{
            title: 'checkout',
            title_link: 'https://argocd.example/applications/checkout',
            color: '#18be52',
          },
          fields: [
            { title: 'Sync Status', value: status, short: true },
            { title: 'Repository', value: ':arrow: https://git.example/shop/deploy.git', short: true },
            { title: 'Revision', value: revision, short: true },
          ],
        },
      ],
    });
    expect(one(attachment('Synced', COMMIT))).toMatchObject({
      dedupeKey: one(attachment('Synced', COMMIT)).dedupeKey,
      event: {
        hints: { application: 'checkout', repository: 'shop/deploy' },
        ...{ version: COMMIT.slice(0, 12), status: 'succeeded', at: AT },
        url: 'https://argocd.example/applications/checkout',
      },
    });
    expect(one(attachment('Synced', 'v2')).dedupeKey).not.toBe(one(attachment('Synced', COMMIT)).dedupeKey);
    expect(parse(attachment('OutOfSync', COMMIT))).toMatchObject({ ok: true, events: [] });
    expect(parse({ attachments: [{ title: 'checkout' }] })).toMatchObject({ ok: true, events: [] });
    expect(parse({ attachments: [] })).toMatchObject({ ok: false, problems: [{ where: 'attachments' }] });
  });
});

const captured = corpus('deploy-events/argo');

describe.skipIf(!captured.here)(`Argo CD bodies of others${captured.note}`, () => {
  it.each(captured.files(/\.json$/))('%s is one deploy', (name, text) => {
    const parsed = parse(JSON.parse(text));
    const failed = /failed/.test(name);
    expect(parsed).toMatchObject({
      ok: true,
      events: [
        { event: { status: failed ? 'failed' : 'succeeded', hints: { application: expect.any(String) } } },
      ],
    });
  });
});
