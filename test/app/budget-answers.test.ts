import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serviceBudget } from '#app/answers/budget.ts';
import { measureBudgets } from '#app/budget-gauges.ts';
import { slosOf, standingsOf } from '#app/standings.ts';
import type { Slo } from '#domain/budget/slo.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { createMetering } from '#runtime/metrics.ts';
import { at, CATALOG, service } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';

const SLO: Slo = {
  ...{ name: 'availability', objective: 0.99, window: { kind: 'rolling', length: DAY }, absent: 'unknown' },
  ...{ method: { kind: 'occurrences' }, policy: { exhausted: 'Freeze releases.' } },
  sli: { kind: 'ratio', of: 'bad', promql: 'x' },
  alerting: { page: true, ticket: true },
  origin: { format: 'bellbuoy' },
};
const NOW = at('12:00');

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

/** What is counted each five minutes of the last day, by the hour. */
type Counted = (hour: number) => { bad: number; total: number; lost: number };

async function counted(slo: Slo, of: Counted) {
  const services = [service('checkout', { slos: [slo] })];
  const { budgets } = database.store();
  const steps = Array.from({ length: 288 }, (_, i) => {
    const step = of(Math.floor(i / 12));
    return {
      ...step,
      to: NOW - DAY + (i + 1) * 5 * MINUTE,
      observed: step.total > 0 ? 5 * MINUTE : 0,
      assumed: 0,
    };
  });
  for (const { key } of slosOf(services)) await budgets.record(key, NOW - DAY, steps);
  const [of0] = services;
  if (of0 === undefined) throw new Error('no service');
  return of0;
}
const ports = () => ({
  store: database.store(),
  catalog: { current: () => CATALOG },
  clock: { now: () => NOW, sleep: async () => undefined },
});
async function answered(slo: Slo, of: Counted) {
  const one = await counted(slo, of);
  const { answer, drawing } = await serviceBudget(one, 's_1', {
    ...ports(),
    metrics: undefined as never,
    observer: undefined as never,
    cohorts: undefined as never,
    conversations: undefined as never,
  });
  if (answer.kind !== 'budget' || drawing?.chart !== 'budget') throw new Error(answer.kind);
  const line = drawing.panels[0]?.lines.find(({ role }) => role === 'now');
  return { answer, samples: line?.samples ?? [] };
}

describe('the picture of a budget', () => {
  it('falls where slices were lost, not where bad events cost nothing', async () => {
    const slo: Slo = { ...SLO, method: { kind: 'timeslices', slice: MINUTE, target: 0.95 } };
    const { samples } = await answered(slo, (hour) => ({
      ...{ bad: 30_000, total: 1_000_000 },
      lost: hour === 20 ? MINUTE / 5 : 0,
    }));
    const valueAt = (hour: number) => samples.findLast((one) => one.at <= NOW - DAY + hour * HOUR)?.value;
    expect(valueAt(20)).toBe(1);
    const lost = (12 * MINUTE) / 5 / (0.01 * DAY);
    expect(valueAt(21)).toBeCloseTo(1 - lost, 6);
    expect(samples.at(-1)?.value).toBeCloseTo(1 - lost, 6);
  });

  it('falls with bad events where those are counted, and ends where the sentence says', async () => {
    const { samples, answer } = await answered(SLO, (hour) => ({
      ...{ bad: hour === 3 ? 100 : 0, total: 1000 },
      lost: 0,
    }));
    expect(samples.at(-1)?.value).toBeCloseTo(1 - (answer.budgets[0]?.usage.share ?? 0), 6);
    expect(samples.find((one) => one.at >= NOW - DAY + 3 * HOUR)?.value).toBe(1);
  });
});

describe('what is too quiet to judge', () => {
  it('has no policy to follow and nobody who spent it', async () => {
    const { answer } = await answered(SLO, (hour) => ({
      ...{ bad: hour === 3 ? 0.1 : 0, total: 0.2 },
      lost: 0,
    }));
    expect(answer.budgets).toMatchObject([{ state: { data: 'tooQuiet' }, spenders: [] }]);
    expect(answer.budgets[0]).not.toHaveProperty('policy');
  });
});

describe('the numbers on /metrics', () => {
  const exported = async (of: Counted) => {
    const one = await counted(SLO, of);
    const meter = createMetering();
    measureBudgets({ meter }).see(await standingsOf(slosOf([one]), CATALOG, NOW, database.store()));
    const text = await meter.text();
    return (name: string) => new RegExp(`^bellbuoy_slo_${name}\\{.*`, 'm').exec(text)?.[0];
  };

  it('say what is left and how fast it burns', async () => {
    const line = await exported(() => ({ bad: 5, total: 1000, lost: 0 }));
    expect(line('budget_remaining_ratio')).toMatch(/slo="availability".* 0\.5$/);
    expect(line('burn_rate')).toMatch(/ 0\.5$/);
  });

  it('say nothing of a budget of which nothing was counted: it is not a full one', async () => {
    const line = await exported(() => ({ bad: 0, total: 0, lost: 0 }));
    expect(line('budget_remaining_ratio')).toBeUndefined();
    expect(line('budget_used_seconds')).toBeUndefined();
    expect(line('burn_rate')).toBeUndefined();
    expect(line('objective_ratio')).toMatch(/ 0\.99$/);
    expect(line('colour')).toMatch(/ 1$/);
  });
});
