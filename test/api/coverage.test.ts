import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CoverageList } from '#api/contract/coverage.ts';
import { CATALOG, service } from '../domain/given.ts';
import { type Api, openApi, TOKENS } from './door.ts';
import { measured } from './measured.ts';

const metrics = {
  ...measured((name) => (name === 'ledger' ? undefined : { rate: 10, errorRatio: 0.001 })),
  versions: async () => new Map([['checkout', ['v1.4.2']]]),
};
const checkout = service('checkout', {
  ...{ owner: 'payments', overrides: { rate: 'x' }, links: { runbook: 'https://wiki' } },
  preset: { name: 'otel-http' } as NonNullable<ReturnType<typeof service>['preset']>,
});

let api: Api;
beforeAll(async () => {
  const catalog = { ...CATALOG, services: [checkout, service('ledger', { overrides: { rate: 'x' } })] };
  api = await openApi(TOKENS, { catalog, own: { metrics } });
});
afterAll(() => api.close());
afterEach(() => expect(api.errors).toEqual([]));

describe('what services lack to be observed', () => {
  it('is told with the least observed first, and what could not be asked', async () => {
    const { body } = await api.get('/api/v1/coverage');
    const { services, totals, unasked } = CoverageList.parse(body);
    expect(services).toEqual([
      {
        ...{ service: 'ledger', has: [], withoutData: ['signals'] },
        lacks: ['slo', 'owner', 'runbook', 'version', 'dashboard', 'traces'],
      },
      {
        ...{ service: 'checkout', owner: 'payments', has: ['signals', 'owner', 'runbook', 'version'] },
        ...{ withoutData: [], lacks: ['slo', 'dashboard', 'traces'] },
      },
    ]);
    expect(totals[0]).toEqual({ aspect: 'signals', services: 1, withoutData: 1 });
    expect(unasked).toEqual(['Prometheus could not be reached.']);
  });

  it('is told of one team, and page by page', async () => {
    const only = CoverageList.parse((await api.get('/api/v1/coverage?owner=payments')).body);
    expect(only.services.map((one) => one.service)).toEqual(['checkout']);
    expect(only.totals[0]).toEqual({ aspect: 'signals', services: 1, withoutData: 0 });
    const first = CoverageList.parse((await api.get('/api/v1/coverage?limit=1')).body);
    const second = CoverageList.parse(
      (await api.get(`/api/v1/coverage?limit=1&cursor=${first.nextCursor}`)).body,
    );
    expect([first, second].flatMap((page) => page.services.map((one) => one.service))).toEqual([
      ...['ledger', 'checkout'],
    ]);
    expect(second.nextCursor).toBeUndefined();
  });

  it('asks Prometheus once for all of them', async () => {
    metrics.asked.length = 0;
    await api.get('/api/v1/coverage');
    expect(metrics.asked).toEqual(['readings']);
  });
});
