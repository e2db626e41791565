import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BudgetList } from '#api/contract/budgets.ts';
import { slosOf } from '#app/standings.ts';
import type { Slo } from '#domain/budget/slo.ts';
import { DAY, MINUTE } from '#domain/time.ts';
import { at, CATALOG, service } from '../domain/given.ts';
import { type Api, openApi, TOKENS } from './door.ts';
import { measured } from './measured.ts';

const SLO: Slo = {
  ...{ name: 'availability', objective: 0.99, window: { kind: 'rolling', length: DAY }, absent: 'unknown' },
  ...{ method: { kind: 'occurrences' }, policy: { exhausted: 'Freeze releases.' } },
  sli: { kind: 'ratio', of: 'bad', promql: 'x' },
  alerting: { page: true, ticket: true },
  origin: { format: 'bellbuoy' },
};
const slos = [SLO];
const SERVICES = [
  ...[service('calm', { slos }), service('spent', { slos }), service('silent', { slos })],
  service('without'),
];

let api: Api;
beforeAll(async () => {
  const catalog = { ...CATALOG, services: SERVICES };
  const metrics = measured(() => ({ rate: 40, errorRatio: 0.001, p99: 0.2 }));
  api = await openApi(TOKENS, { catalog, own: { metrics } });
  const end = at('12:30');
  for (const { key, service: one } of slosOf(SERVICES)) {
    if (one.name === 'silent') continue;
    const bad = one.name === 'spent' ? 20 : 1;
    const steps = Array.from({ length: 288 }, (_, i) => ({
      ...{ bad, total: 1000, lost: 0, observed: 5 * MINUTE, assumed: 0 },
      to: end - DAY + (i + 1) * 5 * MINUTE,
    }));
    await api.store.budgets.record(key, end - DAY, steps);
  }
});
afterAll(() => api.close());
afterEach(() => expect(api.errors).toEqual([]));

describe('budgets', () => {
  it('come with the red ones first, in figures that add up and the sentence that people read', async () => {
    const { budgets, without } = BudgetList.parse((await api.get('/api/v1/budgets')).body);
    expect(budgets.map((one) => [one.service, one.colour, one.word])).toEqual([
      ['spent', 'red', 'spent'],
      ['silent', 'grey', 'no data'],
      ['calm', 'green', 'well'],
    ]);
    expect(without).toEqual(['without']);
    const [spent, , calm] = budgets;
    expect(spent).toMatchObject({ allowed: 864, used: 1728, remaining: -864, share: 2 });
    expect(spent).toMatchObject({
      policy: 'Freeze releases.',
      words: 'spent (availability) has used 29 of its 14 allowed minutes in the last 24 hours, 15 over.',
    });
    expect(calm?.burnRates).toEqual([
      { over: 3600, rate: expect.closeTo(0.1) },
      { over: 21_600, rate: expect.closeTo(0.1) },
      { over: 259_200, rate: expect.closeTo(0.1) },
    ]);
  });

  it('have no figures where nothing was seen', async () => {
    const { budgets } = BudgetList.parse((await api.get('/api/v1/budgets?service=silent')).body);
    for (const name of ['used', 'allowed', 'remaining', 'share', 'exhaustsAt'])
      expect(budgets[0]).not.toHaveProperty(name);
    expect(budgets[0]?.words).toMatch(/^silent \(availability\) has no data/);
  });

  it('of one service say what spent them', async () => {
    const { budgets } = BudgetList.parse((await api.get('/api/v1/budgets?service=spent')).body);
    expect(budgets[0]?.spenders).toMatchObject([{ kind: 'background', share: 1 }]);
  });

  it('stand in pages, and so do their objectives', async () => {
    for (const [path, list] of [
      ['/api/v1/budgets', 'budgets'],
      ['/api/v1/slos', 'objectives'],
    ] as const) {
      const first = (await api.get(`${path}?limit=2`)).body;
      const second = (await api.get(`${path}?limit=2&cursor=${first.nextCursor}`)).body;
      const names = [...first[list], ...second[list]].map((one: { service: string }) => one.service);
      expect(names.toSorted(), path).toEqual(['calm', 'silent', 'spent']);
      expect(second.nextCursor).toBeUndefined();
      expect((await api.get(`${path}?service=clam`)).body.detail).toContain('did you mean calm?');
    }
  });
});

describe('what a pipeline exits with', () => {
  it.each([
    ['calm', '', 'go', 0],
    ['spent', '', 'careful', 0],
    ['spent', '?allowCareful=false', 'careful', 2],
  ])('for %s%s is that of its word', async (name, how, word, exitStatus) => {
    const { body } = await api.get(`/api/v1/services/${name}/preflight${how}`);
    expect(body).toMatchObject({ word, exitStatus });
    expect(body.reasons.length).toBeGreaterThan(0);
  });

  it('comes with what the owner says is to be done', async () => {
    const { reasons } = (await api.get('/api/v1/services/spent/preflight')).body;
    expect(reasons).toEqual(['Its budget (availability) is spent. Freeze releases.']);
  });
});
