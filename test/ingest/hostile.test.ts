import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '#app/message.ts';
import { precisionOf } from '#domain/answers.ts';
import { DAY } from '#domain/time.ts';
import { corpus } from './corpora.ts';
import { application, cdevent, fluxEvent, gitlabDeployment, structured } from './examples.ts';
import { FLAG_EXAMPLES } from './flag-bodies.ts';
import { type FrontDoor, openFrontDoor, type Source } from './front-door.ts';
import { GRAFANA_BODIES } from './grafana-bodies.ts';
import { hostileBodies } from './hostile.ts';
import { ASKER, expectHarmless } from './markup.ts';

/** How many hostile bodies each webhook gets. */
const RUNS = 1000;

let door: FrontDoor;
beforeEach(async () => {
  door = await openFrontDoor();
});
afterEach(async () => {
  await door.close();
  expect(door.errors).toEqual([]);
});

type Refusal = { readonly problems: readonly { code: string; what: string; where?: string }[] };

/** Posts one, checks that it is accepted or refused for a reason, and follows what was accepted to its end. */
async function throwIn(source: Source, body: Buffer, headers: Record<string, string> = {}): Promise<number> {
  const response = await door.post(source, body, headers);
  const text = await response.text();
  expect([202, 400, 401, 413, 415], text.slice(0, 500)).toContain(response.status);
  const type = response.status === 202 ? /^application\/json/ : /^application\/problem\+json/;
  expect(response.headers.get('content-type')).toMatch(type);
  expect(text.length).toBeLessThan(20_000);
  if (response.status !== 202) {
    expectReasons(JSON.parse(text));
    return response.status;
  }
  for (const message of [...(await door.drain()), ...(await whatPeopleMayAsk())]) expectHarmless(message);
  return response.status;
}

function expectReasons({ problems }: Refusal): void {
  expect(problems.length).toBeGreaterThan(0);
  for (const { code, what, where } of problems) {
    expect(what).toMatch(/\w.*\.$/s);
    if (code === 'body-invalid') expect(where).toMatch(/./s);
  }
}

/** Where what came in is shown besides its thread: in answers. */
async function whatPeopleMayAsk(): Promise<readonly Message[]> {
  const [deploys, rollouts, items] = await Promise.all([
    door.store.deploys.recent({ limit: 3 }),
    door.store.flags.recent({ limit: 3 }),
    door.store.unmatched.list(3),
  ]);
  const about = {
    by: ASKER,
    place: 'C1',
    direct: false,
    words: '',
    request: { ask: 'help' as const },
  };
  const asked = { about: 'answer' as const, at: 0, question: about, problems: [] };
  return [
    {
      ...asked,
      answer: { kind: 'deploys', deploys, judged: { over: 1, verdicts: 0, precision: precisionOf([]) } },
    },
    { ...asked, answer: { kind: 'flags', at: 0, rollouts, silent: [] } },
    { ...asked, answer: { kind: 'unmatched', items } },
  ];
}

const alerts = corpus('alert-webhooks');
const github = corpus('deploy-events/github');
const bodiesOf = (files: readonly [string, string][]) => files.map(([, text]): object => JSON.parse(text));
const alertBodies = bodiesOf(alerts.files(/^(?!SOURCES).*\.json$/));
const statuses = bodiesOf(github.files(/^deployment_status.*\.json$/));
const deploys = [
  { service: 'checkout', version: 'v1.4.2' },
  {
    ...{ service: 'checkout', version: 'v1.4.3', environment: 'production', status: 'started' },
    ...{ at: new Date().toISOString(), startedAt: new Date().toISOString(), id: '812', part: 'eu-1' },
    ...{
      previousVersion: 'v1.4.2',
      url: 'https://ci.example/812',
      actor: 'noor',
      repository: 'shop/checkout',
    },
    changes: [{ title: 'Ask once', url: 'https://git.example/1', author: 'noor' }, { title: 'Ask twice' }],
  },
];

const ofOthers = (folder: string, files = /^(?!_).*\.json$/) =>
  bodiesOf(corpus(`deploy-events/${folder}`).files(files));
const gitlabs = [...ofOthers('gitlab'), gitlabDeployment('running'), gitlabDeployment('success')];
const cdEvents = [
  ...ofOthers('cdevents', /service_rolledback\.json$/),
  ...[cdevent('service.deployed'), structured(cdevent('service.upgraded', '0.3.0'))],
];
const applications = [
  ...ofOthers('argo'),
  ...['Running', 'Succeeded', 'Failed'].map((phase) => ({ app: application({ phase }) })),
];
const fluxEvents = [
  ...ofOthers('flux'),
  ...[fluxEvent('Kustomization', 'ReconciliationSucceeded'), fluxEvent('HelmRelease', 'UpgradeSucceeded')],
];

/** Of one service, so that what is accepted is shown in its channel. */
const flagChanges = FLAG_EXAMPLES.changes.map(({ body }) => body);

/** The body with another value at a path, where what is above it is there. */
function replaced(body: object, [name = '', ...rest]: readonly string[], value: unknown): object {
  const inner: unknown = Reflect.get(body, name);
  if (rest.length === 0) return { ...body, [name]: value };
  if (typeof inner !== 'object' || inner === null) return body;
  return { ...body, [name]: replaced(inner, rest, value) };
}

/** Another alert group, deployment or deploy, by number. */
const FRESH: Readonly<Record<Source, (body: object, turn: number) => object>> = {
  alertmanager: (body, turn) => ({ ...body, groupKey: `group ${turn}` }),
  grafana: (body, turn) =>
    'ruleId' in body ? { ...body, ruleId: turn } : { ...body, groupKey: `group ${turn}` },
  github: (body, id) => ({ ...body, deployment: { ...Object(Reflect.get(body, 'deployment')), id } }),
  deploy: (body, turn) => ({ ...body, id: `deploy ${turn}` }),
  gitlab: (body, turn) => ({ ...body, deployment_id: turn }),
  cdevents: (body, turn) =>
    replaced(replaced(body, ['context', 'id'], `${turn}`), ['data', 'context', 'id'], `${turn}`),
  argocd: (body, turn) => replaced(body, ['app', 'metadata', 'namespace'], `argocd-${turn}`),
  flux: (body, turn) => replaced(body, ['involvedObject', 'uid'], `uid ${turn}`),
  flags: (body, turn) =>
    'event_type' in body
      ? replaced(body, ['data', 'timestamp'], new Date(Date.now() - (turn % DAY)).toISOString())
      : { ...body, ['_id' in body ? '_id' : 'id']: 'createdBy' in body ? turn : `${turn}` },
};

/** Mostly the proper headers, so that most bodies are read. */
const headers: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 20, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('', 'text/plain', 'application/json; charset=utf-16', 'multipart/form-data', ';;=', 'x')
      .map((type) => ({ 'content-type': type })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'Bearer', 'Bearer x', 'Basic e30=', 'Bearer \u00ff').map((word) => ({
      ...{ authorization: word, 'x-hub-signature-256': word, 'x-gitlab-token': word, 'x-signature': word },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ping', 'deployment', '__proto__').map((x) => ({
      ...{ 'x-github-event': x, 'x-gitlab-event': x, 'ce-type': `dev.cdevents.service.${x}` },
      ...{ 'ce-id': x, 'ce-source': '%E2%82%AC%ff%', 'ce-time': x },
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('gzip', 'br, gzip', 'identity').map((x) => ({ 'content-encoding': x })),
  },
);

describe.each([
  ['alertmanager', alertBodies, alerts.note],
  ['github', statuses, github.note],
  ['deploy', deploys, ''],
  ['gitlab', gitlabs, ''],
  ['cdevents', cdEvents, ''],
  ['argocd', applications, ''],
  ['flux', fluxEvents, ''],
  ['flags', flagChanges, ''],
  ['grafana', GRAFANA_BODIES, ''],
] as const)('the webhook %s', (source, real, note) => {
  it.skipIf(real.length === 0)(
    `holds against ${RUNS} hostile bodies: each is accepted or refused for a reason, and what is accepted is shown${note}`,
    { timeout: 120_000 },
    async () => {
      const seen = new Map<number, number>();
      await fc.assert(
        fc.asyncProperty(hostileBodies(real, FRESH[source]), headers, async (body, more) => {
          const status = await throwIn(source, body, more);
          seen.set(status, (seen.get(status) ?? 0) + 1);
        }),
        { numRuns: RUNS },
      );
      // Hostile enough to be refused, and real enough to get through.
      expect(seen.get(400)).toBeGreaterThan(RUNS / 20);
      expect(seen.get(202)).toBeGreaterThan(RUNS / 20);
      expect({}).not.toHaveProperty('polluted');
    },
  );
});

describe.each([
  ['Alertmanager', 'alertmanager', alerts, alerts.files(/\.json$/).filter(isNotification)],
  ['GitHub', 'github', github, github.files(/^[a-z].*\.json$/)],
] as const)('every body of a real %s', (_, source, { note }, files) => {
  it.skipIf(files.length === 0)(`is accepted, and shown harmlessly${note}`, async () => {
    for (const [name, text] of files) {
      const kind = source === 'github' ? { 'x-github-event': name.split('__')[0] ?? '' } : {};
      expect(await throwIn(source, Buffer.from(text), kind), name).toBe(202);
    }
  });
});

/** Beside notifications there lie descriptions of them. */
function isNotification([, text]: [string, string]): boolean {
  const json: object = JSON.parse(text);
  return 'alerts' in json && 'groupLabels' in json && 'version' in json;
}
