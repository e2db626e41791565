import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FleetStatus, ServiceStatus } from '#api/contract/status.ts';
import { HOUR } from '#domain/time.ts';
import { at, CATALOG, service } from '../domain/given.ts';
import { type Api, keepExample, openApi, TOKENS } from './door.ts';
import { measured } from './measured.ts';

const [red, reader] = [
  { rate: 40, errorRatio: 0.03, p99: 0.5 },
  { rate: 10, errorRatio: 0.001, p99: 0.2 },
];
const others = Array.from({ length: 30 }, (_, i) => service(`job-${String(i).padStart(2, '0')}`));
const metrics = measured((name, { to }) =>
  name === 'ledger' ? undefined : name === 'checkout' && to > at('12:00') ? red : reader,
);

let api: Api;
beforeAll(async () => {
  const catalog = { ...CATALOG, services: [...CATALOG.services, ...others] };
  api = await openApi(TOKENS, { catalog, own: { metrics } });
  await keepExample(api);
});
afterAll(() => api.close());
afterEach(() => expect(api.errors).toEqual([]));

describe('how the fleet does', () => {
  it('is told worst first, each with its word, why, and figures with units', async () => {
    const { body } = await api.get('/api/v1/status');
    const { services, counts } = FleetStatus.parse(body);
    expect(services[0]).toMatchObject({
      ...{ service: 'checkout', health: 'page', why: ['CheckoutErrors pages.'] },
      reading: {
        values: [
          { measure: 'rate', unit: 'perSecond', value: 40 },
          { measure: 'errorRatio', unit: 'ratio', value: 0.03 },
          { measure: 'p99', unit: 'seconds', value: 0.5 },
        ],
      },
      alerts: [{ id: 'a31', name: 'CheckoutErrors', severity: 'page', isAcknowledged: false }],
    });
    expect(services[1]).toMatchObject({
      ...{ service: 'ledger', health: 'noData', reading: { values: [] } },
      why: [expect.stringContaining('Prometheus could not be reached.')],
    });
    expect(services[2]).toMatchObject({ health: 'healthy', why: [] });
    expect(counts).toEqual({ page: 1, noData: 1, healthy: 30 });
  });

  it('is asked of Prometheus once, and drawn for nobody', async () => {
    metrics.asked.length = 0;
    await api.get('/api/v1/status');
    expect(metrics.asked).toEqual(['readings']);
  });
});

describe('how a service does', () => {
  it('is told beside yesterday and last week, with what is open', async () => {
    const { body } = await api.get('/api/v1/services/checkout/status?range=20m');
    const status = ServiceStatus.parse(body);
    expect(status).toMatchObject({
      ...{ service: 'checkout', health: 'page', why: ['CheckoutErrors pages.'] },
      window: { from: '2026-11-24T12:10:00.000Z', to: '2026-11-24T12:30:00.000Z' },
      alerts: [{ id: 'a31' }],
    });
    const errors = (at: typeof status.now) =>
      at.values.find(({ measure }) => measure === 'errorRatio')?.value;
    expect([status.now, status.yesterday, status.lastWeek].map(errors)).toEqual([0.03, 0.001, 0.001]);
    expect(status.snapshot).toBeUndefined();
  });

  it('is drawn where that is wanted alone, and what was drawn can be read by its id', async () => {
    metrics.asked.length = 0;
    await api.get('/api/v1/services/checkout/status');
    expect(metrics.asked).toEqual(['readings', 'readings', 'readings']);
    const { body } = await api.get('/api/v1/services/checkout/status?draw=true');
    const kept = await api.store.snapshots.get(body.snapshot);
    expect(kept?.drawing).toMatchObject({ chart: 'red', title: 'checkout', range: { to: at('12:30') } });
    expect(kept?.drawing).toMatchObject({ range: { from: at('12:30') - HOUR } });
  });

  it.each([
    ['/api/v1/services/chekout/status', 404, 'the path', 'did you mean checkout?'],
    ['/api/v1/services/chekout', 404, 'the path', 'did you mean checkout?'],
    ['/api/v1/services/checkout/status?range=soon', 400, 'query range', 'Expected a length such as 30m'],
    ['/api/v1/services/checkout/status?range=1y', 400, 'query range', 'from 1m to 31d'],
    ['/api/v1/services/checkout/status?draw=maybe', 400, 'query draw', 'Expected true or false.'],
    ['/api/v1/status?limit=10', 400, 'query limit', 'There is no such parameter; none is taken.'],
  ])('cannot be asked by %s', async (path, status, where, what) => {
    const { status: got, body } = await api.get(path);
    expect(got).toBe(status);
    expect(body.problems[0]).toMatchObject({ where, what: expect.stringContaining(what) });
  });
});

describe('services as they are configured', () => {
  it('come in pages, by name, and only those of a team where one is named', async () => {
    const first = (await api.get('/api/v1/services?limit=30')).body;
    const second = (await api.get(`/api/v1/services?limit=30&cursor=${first.nextCursor}`)).body;
    const names = [...first.services, ...second.services].map(({ name }) => name);
    expect(names).toEqual(['checkout', ...others.map(({ name }) => name), 'ledger'].toSorted());
    expect(second.nextCursor).toBeUndefined();
    expect((await api.get('/api/v1/services?owner=nobody')).body.services).toEqual([]);
  });

  it('say what they need, and what needs them', async () => {
    const { body } = await api.get('/api/v1/services/ledger');
    expect(body.service).toMatchObject({ name: 'ledger', dependsOn: [], neededBy: ['checkout'] });
  });
});
