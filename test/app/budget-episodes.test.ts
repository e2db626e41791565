import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tellBudgets } from '#app/budget-episodes.ts';
import { slosOf } from '#app/standings.ts';
import type { Slo } from '#domain/budget/slo.ts';
import { DAY, MINUTE } from '#domain/time.ts';
import { render } from '#slack/messages/render.ts';
import { at, CATALOG, service } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';

const SLO: Slo = {
  ...{
    name: 'availability',
    objective: 0.999,
    window: { kind: 'rolling', length: 30 * DAY },
    absent: 'unknown',
  },
  ...{ method: { kind: 'occurrences' }, policy: { exhausted: 'Freeze releases.' } },
  sli: { kind: 'ratio', of: 'bad', promql: 'x' },
  alerting: { page: true, ticket: true },
  origin: { format: 'bellbuoy' },
};
const services = [service('checkout', { slos: [SLO], owner: 'payments' })];
const [{ key } = { key: '' }] = slosOf(services);

describe('a budget that changes its colour', () => {
  let database: FreshDatabase;
  let now = at('00:00');
  beforeEach(async () => {
    database = await freshDatabase();
    now = at('00:00');
  });
  afterEach(() => database.close());

  /** Counts a stretch up to a time of the day, with so many bad of 1,000 in each five minutes, and tells. */
  const until = async (clock: string, bad: number) => {
    const { budgets } = database.store();
    const from = now;
    now = at(clock);
    const steps = [];
    for (let to = from + 5 * MINUTE; to <= now; to += 5 * MINUTE)
      steps.push({ to, bad, total: 1000, lost: 0, observed: 5 * MINUTE, assumed: 0 });
    await budgets.record(key, from, steps);
    return tellBudgets({
      store: database.store(),
      catalog: { current: () => ({ ...CATALOG, services }) },
      clock: { now: () => now, sleep: async () => undefined },
    });
  };
  const told = async () => {
    const { outbox } = database.store();
    const waiting = await outbox.pending(now, 50);
    return Promise.all(
      waiting.map(async (one) => {
        const found = await outbox.find(one.key);
        if (found === undefined) throw new Error(one.key);
        return {
          ...one,
          text: render(found.message, undefined).text,
          blocks: JSON.stringify(render(found.message, undefined).blocks),
        };
      }),
    );
  };

  it('is told once, in one message that is updated, until it is well again', async () => {
    await until('06:00', 0);
    expect(await told()).toEqual([]);
    await until('07:00', 100);
    const [first, ...more] = await told();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ channel: '#payments' });
    expect(first?.text).toBe(':red_circle: Budget of checkout availability: spent');
    expect(first?.blocks).toContain('Freeze releases.');
    await until('07:30', 100);
    await until('07:35', 0);
    expect(await told()).toHaveLength(1);
  });

  it('says nothing of the colour in which it is first seen, and nothing twice after a restart', async () => {
    await until('01:00', 100);
    expect(await told()).toEqual([]);
    await database.reopen();
    await until('01:05', 100);
    expect(await told()).toEqual([]);
  });
});
