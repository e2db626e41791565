import { describe, expect, it } from 'vitest';
import { flux } from '#ingest/flux.ts';
import { corpus } from './corpora.ts';
import { COMMIT, fluxEvent } from './examples.ts';

const AT = Date.UTC(2026, 10, 24, 12);

const parse = (json: unknown) => flux.parse({ headers: {}, json, at: AT });

function one(json: unknown) {
  const parsed = parse(json);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const [first] = parsed.events;
  if (first === undefined) throw new Error(parsed.ignored);
  return first;
}

const APPLIED = 'Deployment/apps/checkout configured\nService/apps/checkout created';

describe('a Kustomization', () => {
  it('that is reconciled is a deploy of its revision', () => {
    expect(one(fluxEvent('Kustomization', 'ReconciliationSucceeded')).event).toEqual({
      type: 'deployReport',
      source: 'flux',
      id: `7d0cdc51-ddcf@main@sha1:${COMMIT}`,
      hints: { application: 'checkout', environment: 'production', labels: { namespace: 'apps' } },
      version: COMMIT.slice(0, 12),
      artifact: `checkout@main@sha1:${COMMIT}`,
      environment: 'production',
      status: 'succeeded',
      at: Date.UTC(2026, 10, 24, 11, 59),
      changes: [],
    });
  });

  it('that is reconciled to the same revision every ten minutes is one deploy', () => {
    const keys = ['11:00', '11:10', '11:20'].map(
      (clock) =>
        one(fluxEvent('Kustomization', 'ReconciliationSucceeded', { timestamp: `2026-11-24T${clock}:00Z` }))
          .dedupeKey,
    );
    expect(new Set(keys).size).toBe(1);
    const other = fluxEvent('Kustomization', 'ReconciliationSucceeded', {
      metadata: { revision: `main@sha1:${'1'.repeat(40)}` },
    });
    expect(keys).not.toContain(one(other).dedupeKey);
    const elsewhere = { object: { uid: 'another' } };
    expect(keys).not.toContain(
      one(fluxEvent('Kustomization', 'ReconciliationSucceeded', elsewhere)).dedupeKey,
    );
  });

  it.each([
    ['Progressing', APPLIED, 'started'],
    ['Progressing', 'Health check passed in 8s', 'succeeded'],
    ['BuildFailed', 'kustomize build failed', 'failed'],
    ['ReconciliationFailed', 'dry-run failed', 'failed'],
    ['HealthCheckFailed', 'timeout waiting for: [Deployment/apps/checkout]', 'failed'],
  ])('with %s (%s) is a deploy that has %s, the same one all along', (reason, message, status) => {
    expect(one(fluxEvent('Kustomization', reason, { message })).event).toMatchObject({
      status,
      id: `7d0cdc51-ddcf@main@sha1:${COMMIT}`,
    });
  });

  it.each([
    ['Progressing', 'Reconciliation in progress'],
    ['Progressing', 'Deployment/apps/old deleted'],
    ['DependencyNotReady', 'Dependencies do not meet ready condition, retrying in 30s'],
    ['ArtifactFailed', 'Source artifact not found'],
    ['HealthCheckCanceled', 'New reconciliation triggered'],
    ['', ''],
  ])('with %s (%s) is none, and says so', (reason, message) => {
    expect(parse(fluxEvent('Kustomization', reason, { message }))).toMatchObject({
      ok: true,
      events: [],
      ignored: expect.stringMatching(/no step of a deploy/),
    });
  });

  it.each([
    [`main@sha1:${COMMIT}`, COMMIT.slice(0, 12)],
    [`v1.4.2@sha1:${COMMIT}`, 'v1.4.2'],
    [`refs/tags/v1.4.2@sha1:${COMMIT}`, 'v1.4.2'],
    [`feature/x@sha1:${COMMIT}`, COMMIT.slice(0, 12)],
    [`main/${COMMIT}`, COMMIT.slice(0, 12)],
    [`latest@sha256:${'ab'.repeat(32)}`, 'abababababab'],
    [`6.5.0@sha256:${'ab'.repeat(32)}`, '6.5.0'],
    [`sha1:${COMMIT}`, COMMIT.slice(0, 12)],
    ['local', 'local'],
  ])('at revision %s is of version %s', (revision, version) => {
    const body = fluxEvent('Kustomization', 'ReconciliationSucceeded', { metadata: { revision } });
    expect(one(body).event).toMatchObject({ version });
  });
});

describe('a Helm release', () => {
  it.each([
    ['InstallSucceeded', { status: 'succeeded' }],
    ['UpgradeSucceeded', { status: 'succeeded' }],
    ['RollbackSucceeded', { status: 'succeeded', rollback: true }],
    ['InstallFailed', { status: 'failed' }],
    ['UpgradeFailed', { status: 'failed' }],
    ['TestFailed', { status: 'failed' }],
    ['RollbackFailed', { status: 'failed', rollback: true }],
  ])('with %s is a deploy of its chart: %j', (reason, expected) => {
    expect(one(fluxEvent('HelmRelease', reason)).event).toMatchObject({ ...expected, version: '1.4.2' });
  });

  it.each(['UninstallSucceeded', 'TestSucceeded', 'DriftDetected', 'HelmChartNotReady', 'ArtifactFailed'])(
    'with %s is none',
    (reason) => {
      expect(parse(fluxEvent('HelmRelease', reason, { message: 'x' }))).toMatchObject({
        ok: true,
        events: [],
      });
    },
  );

  it.each([
    ['Helm upgrade has started', 'info', 'started'],
    ['Helm upgrade succeeded', 'info', 'succeeded'],
    ['Helm install failed: context deadline exceeded', 'error', 'failed'],
  ])('of a Flux before 2.2 is read from its message: %s', (message, reason, status) => {
    expect(one(fluxEvent('HelmRelease', reason, { message })).event).toMatchObject({ status });
  });

  it('whose values change is deployed again, at the same version of the chart', () => {
    const keyOf = (more: Record<string, unknown>) =>
      one(fluxEvent('HelmRelease', 'UpgradeSucceeded', more)).dedupeKey;
    const later = {
      timestamp: '2026-11-24T11:59:30Z',
      metadata: { revision: '1.4.2', token: 'sha256:88bb' },
    };
    expect(keyOf({})).toBe(keyOf({}));
    expect(keyOf({})).not.toBe(keyOf(later));
  });

  it('that fails at every try has failed once', () => {
    const keyOf = (more: Record<string, unknown>) =>
      one(fluxEvent('HelmRelease', 'UpgradeFailed', more)).dedupeKey;
    expect(keyOf({})).toBe(keyOf({ timestamp: '2026-11-24T11:30:00Z' }));
  });

  it('without revision takes it from the message', () => {
    const body = fluxEvent('HelmRelease', 'UpgradeSucceeded', { metadata: {} });
    expect(one(body).event).toMatchObject({ version: '1.4.2' });
  });
});

describe('an event of Flux', () => {
  it('is of the environment, cluster and service that the Alert tells', () => {
    const metadata = { revision: '1.4.2', env: 'live', cluster: 'eu-1', service: 'cart' };
    expect(one(fluxEvent('HelmRelease', 'UpgradeSucceeded', { metadata })).event).toMatchObject({
      environment: 'live',
      part: 'eu-1',
      hints: { service: 'cart', application: 'checkout', cluster: 'eu-1', environment: 'live' },
    });
  });

  it('else of the environment that its namespace or name tells', () => {
    const object = { namespace: 'shop-staging', name: 'checkout-eu' };
    expect(one(fluxEvent('HelmRelease', 'UpgradeSucceeded', { object })).event).toMatchObject({
      environment: 'staging',
    });
  });

  it('of an older Flux has its API group before what it tells', () => {
    const metadata = { 'kustomize.toolkit.fluxcd.io/revision': `main/${COMMIT}` };
    expect(one(fluxEvent('Kustomization', 'ReconciliationSucceeded', { metadata })).event).toMatchObject({
      version: COMMIT.slice(0, 12),
    });
  });

  it.each(['GitRepository', 'HelmRepository', 'ImageUpdateAutomation', 'Receiver'])(
    'of a %s is none',
    (kind) => {
      expect(parse(fluxEvent(kind, 'ReconciliationSucceeded'))).toMatchObject({
        ok: true,
        events: [],
        ignored: expect.stringContaining(kind),
      });
    },
  );

  it.each<[Record<string, unknown>, string]>([
    [{ metadata: {}, message: '' }, 'metadata.revision'],
    [{ timestamp: 'now' }, 'timestamp'],
    [{ timestamp: '2099-01-01T00:00:00Z' }, 'timestamp'],
    [{ object: { name: undefined } }, 'involvedObject.name'],
    [{ metadata: 'x' }, 'metadata'],
  ])('with %j is refused at %s', (more, where) => {
    const body = fluxEvent('Kustomization', 'ReconciliationSucceeded', more);
    expect(parse(body)).toMatchObject({ ok: false, problems: [{ where }] });
  });
});

const captured = corpus('deploy-events/flux');

describe.skipIf(!captured.here)(`Flux bodies of others${captured.note}`, () => {
  it.each(captured.files(/\.json$/))('%s is one deploy, however often it comes', (name, text) => {
    const body = JSON.parse(text);
    const again = { ...body, timestamp: '2026-11-24T11:00:00Z' };
    expect(one(body).event).toMatchObject({ status: /failed/.test(name) ? 'failed' : 'succeeded' });
    expect(one(again).dedupeKey).toBe(one(body).dedupeKey);
  });
});
