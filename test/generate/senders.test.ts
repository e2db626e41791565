import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { argocdNotifications } from '#generate/argocd.ts';
import { fluxNotifications } from '#generate/flux.ts';
import { argocd } from '#ingest/argocd.ts';
import { application, COMMIT } from '../ingest/examples.ts';
import { renderGo } from './go-template.ts';

const AT = Date.UTC(2026, 10, 24, 12);
const URL = 'https://bellbuoy.example.com';

const settings = (more = {}) => parse(argocdNotifications({ url: `${URL}/`, ...more })).data;

/** The body that Argo CD would send of an application. */
function bodyOf(app: object, more = {}) {
  const { webhook } = parse(settings(more)['template.bellbuoy']);
  return renderGo(webhook.bellbuoy.body, { app, context: { argocdUrl: 'https://argocd.example' } });
}

const read = (json: unknown) => argocd.parse({ headers: {}, json, at: AT });

describe('what is generated for Argo CD', () => {
  it('is a service of ours with its token as a reference, a template, triggers of our own, and a subscription', () => {
    const config = parse(argocdNotifications({ url: `${URL}/` }));
    expect(config).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'argocd-notifications-cm' } });
    expect(parse(config.data['service.webhook.bellbuoy'])).toEqual({
      url: `${URL}/webhooks/argocd`,
      headers: [
        { name: 'Authorization', value: 'Bearer $bellbuoy-token' },
        { name: 'Content-Type', value: 'application/json' },
      ],
    });
    const triggers = Object.keys(config.data).filter((key) => key.startsWith('trigger.'));
    expect(triggers).toEqual([
      'trigger.on-sync-running-bellbuoy',
      'trigger.on-deployed-bellbuoy',
      'trigger.on-sync-failed-bellbuoy',
      'trigger.on-health-degraded-bellbuoy',
    ]);
    for (const name of triggers) expect(parse(config.data[name])).toMatchObject([{ send: ['bellbuoy'] }]);
    expect(parse(config.data.subscriptions)).toEqual([
      { recipients: ['bellbuoy'], triggers: triggers.map((name) => name.slice('trigger.'.length)) },
    ]);
  });

  it.each([
    ['Running', undefined],
    ['Succeeded', undefined],
    ['Succeeded', 'Progressing'],
    ['Succeeded', 'Degraded'],
    ['Failed', undefined],
  ])('its body of a sync that is %s (%s) is read as the whole Application is', (phase, health) => {
    const app = application({ phase, ...(health === undefined ? {} : { health }) });
    const text = bodyOf(app);
    expect(text).not.toContain('s3cret');
    const body = JSON.parse(text);
    expect(read(body)).toEqual(read({ app, argocdUrl: 'https://argocd.example' }));
    expect(read(body)).toMatchObject({
      ok: true,
      events: [{ event: { artifact: `shop/checkout-deploy@${COMMIT}` } }],
    });
  });

  it('its body tells a sync of what runs already, and a rollback, from a deploy', () => {
    const again = application({ phase: 'Succeeded', revision: 'b'.repeat(40) });
    expect(read(JSON.parse(bodyOf(again)))).toMatchObject({
      events: [],
      ignored: expect.stringMatching(/before/),
    });
    const back = application({ phase: 'Succeeded' });
    const [first, last] = back.status.history;
    const older = { ...last, deployStartedAt: '2026-11-22T11:00:00Z' };
    back.status.history = [older, first, last] as typeof back.status.history;
    expect(read(JSON.parse(bodyOf(back)))).toMatchObject({ events: [{ event: { rollback: true } }] });
  });

  it('its body can be read of an Application that has hardly anything, and of one with several sources', () => {
    const sources = [
      { repoURL: 'https://git.example/shop/checkout.git', path: 'deploy' },
      { repoURL: 'https://charts.example', targetRevision: '1.4.2' },
    ];
    const bare = {
      metadata: { name: 'checkout' },
      spec: { sources },
      status: {
        operationState: {
          ...{ phase: 'Running', startedAt: '2026-11-24T11:57:00Z' },
          syncResult: { revisions: [COMMIT, '1.4.2'], sources },
        },
      },
    };
    expect(read(JSON.parse(bodyOf(bare, { environment: 'blue' })))).toMatchObject({
      events: [
        {
          event: {
            version: '1.4.2',
            environment: 'blue',
            hints: { repository: 'shop/checkout', path: 'deploy' },
          },
        },
      ],
    });
  });

  it('nothing that an application is called breaks its body', () => {
    const app = application({ phase: 'Failed' });
    app.metadata.name = 'a"b\\n</script>{{ .x }}';
    expect(read(JSON.parse(bodyOf(app)))).toMatchObject({
      events: [{ event: { hints: { application: app.metadata.name } } }],
    });
  });
});

describe('what is generated for Flux', () => {
  const documents = (more = {}) =>
    parseAllDocuments(fluxNotifications({ url: URL, ...more })).map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS();
    });

  it('is a secret, a provider that signs, and an alert of Kustomizations and Helm releases', () => {
    const [secret, provider, alert] = documents({ environment: 'live', cluster: 'eu-1' });
    expect(secret).toMatchObject({ kind: 'Secret', stringData: { token: expect.any(String) } });
    expect(provider).toMatchObject({
      kind: 'Provider',
      spec: {
        ...{ type: 'generic-hmac', address: `${URL}/webhooks/flux` },
        secretRef: { name: secret.metadata.name },
      },
    });
    expect(alert).toMatchObject({
      kind: 'Alert',
      spec: {
        ...{ providerRef: { name: provider.metadata.name }, eventSeverity: 'info' },
        eventMetadata: { environment: 'live', cluster: 'eu-1' },
        eventSources: [
          { kind: 'Kustomization', name: '*' },
          { kind: 'HelmRelease', name: '*' },
        ],
      },
    });
  });

  it('tells no environment that nobody named', () => {
    expect(documents()[2].spec).not.toHaveProperty('eventMetadata');
  });
});
