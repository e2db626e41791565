import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BudgetList } from '#api/contract/budgets.ts';
import { Digest } from '#api/contract/digest.ts';
import { digestOf } from '#app/answers/digest.ts';
import { wholeWeek } from '#domain/digest/week.ts';
import { DAY, HOUR } from '#domain/time.ts';
import { countWeeks, digestCatalog } from '../app/digest-world.ts';
import { NO_METRICS } from '../app/ports.ts';
import { at } from '../domain/given.ts';
import { type Api, openApi, TOKENS } from './door.ts';

const NOW = at('12:30');
const WORLD = { services: 20, fates: ['spent', 'atRisk'] as const, every: HOUR };
const CATALOG = digestCatalog(WORLD);

let api: Api;
beforeAll(async () => {
  api = await openApi(TOKENS, { catalog: CATALOG });
  await countWeeks(CATALOG, NOW, api.store, WORLD);
  const by = { kind: 'machine', name: 'agent' } as const;
  await api.store.digests.savePlan({
    ...{ service: 'service-0001', slo: 'availability', text: 'Cap the pool', by, at: NOW - 10 * DAY },
  });
});
afterAll(() => api.close());
afterEach(() => expect(api.errors).toEqual([]));

describe('the digest', () => {
  it('says who needs help first, in the figures of the budgets, with what the week spent', async () => {
    const { body } = await api.get('/api/v1/digest');
    const digest = Digest.parse(body);
    expect(digest).toMatchObject({ services: 20, withSlo: 17, counts: { over: 1, atRisk: 1, noData: 3 } });
    expect(digest.leastObserved[0]).toMatchObject({ withoutData: ['slo'] });
    expect(digest.words).toBe(
      '7 days to Tue 24 Nov: 1 over budget (service-0001), 1 at risk (service-0002), 12 well, 3 without data.',
    );
    const [first, second, third] = digest.budgets;
    expect([first?.service, first?.needsHelp, third?.needsHelp]).toEqual(['service-0001', true, false]);
    expect(second?.trend).toBe('more');
    expect(first?.plan).toMatchObject({ text: 'Cap the pool', by: { name: 'agent' } });
    expect(first?.plan?.result).toMatch(/a day since$/);
    const { budgets } = BudgetList.parse((await api.get('/api/v1/budgets')).body);
    for (const budget of budgets) {
      const told = digest.budgets.find(
        ({ service, slo }) => service === budget.service && slo === budget.slo,
      );
      expect(told).toMatchObject(budget);
    }
  });

  it('comes page by page, and of one team', async () => {
    const first = Digest.parse((await api.get('/api/v1/digest?limit=2')).body);
    expect(first.budgets).toHaveLength(2);
    const next = Digest.parse((await api.get(`/api/v1/digest?limit=2&cursor=${first.nextCursor}`)).body);
    expect(next.budgets[0]?.service).not.toBe(first.budgets[0]?.service);
    const team = Digest.parse((await api.get('/api/v1/digest?owner=search')).body);
    expect(team).toMatchObject({ owner: 'search', services: 5 });
    expect(new Set(team.budgets.map(({ owner }) => owner))).toEqual(new Set(['search']));
  });

  it('that was sent is read back as it was sent, with its picture', async () => {
    const ports = {
      metrics: NO_METRICS,
      store: api.store,
      catalog: { current: () => CATALOG },
      clock: { now: () => NOW, sleep: async () => undefined },
    };
    const made = await digestOf(undefined, wholeWeek(NOW, 'UTC'), 's_1', ports);
    await api.store.digests.save({ id: '2026-11-24', due: NOW, ...made });
    const digest = Digest.parse((await api.get('/api/v1/digest?id=2026-11-24')).body);
    expect(digest).toMatchObject({
      id: '2026-11-24',
      snapshot: 's_1',
      week: { name: '7 days to Mon 23 Nov' },
    });
  });

  it('that is not there says which is; an unknown team what it may be', async () => {
    const gone = await api.get('/api/v1/digest?id=2020-01-01');
    expect([gone.status, JSON.stringify(gone.body)]).toEqual([
      404,
      expect.stringMatching(/There is no digest 2020-01-01/),
    ]);
    const unknown = await api.get('/api/v1/digest?owner=paymnts');
    expect([unknown.status, JSON.stringify(unknown.body)]).toEqual([
      400,
      expect.stringMatching(/did you mean payments\?/),
    ]);
  });
});
