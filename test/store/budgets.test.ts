import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BudgetStep } from '#app/ports.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const T0 = Date.UTC(2026, 10, 1);
const STEP = 5 * MINUTE;
const at = (n: number) => T0 + n * STEP;
const step = (n: number, bad: number, total = 100): BudgetStep => ({
  ...{ to: at(n + 1), bad, total, lost: 0, observed: STEP, assumed: 0 },
});
const record = (from: number, bads: readonly number[]) =>
  database.store().budgets.record(
    'k',
    at(from),
    bads.map((bad, i) => step(from + i, bad)),
  );
const badIn = async (from: number, to: number) =>
  (await database.store().budgets.tallies([{ key: 'k', range: { from: at(from), to: at(to) } }]))[0]?.bad;

describe('the counts of budgets', () => {
  it('are the same when counted again, and when counted otherwise what follows moves along', async () => {
    await record(0, [1, 2, 3, 4]);
    await record(1, [2, 3]);
    expect([await badIn(0, 4), await badIn(1, 3), await badIn(3, 4)]).toEqual([10, 5, 4]);
    await record(1, [20, 3]);
    expect([await badIn(0, 4), await badIn(1, 2), await badIn(3, 4)]).toEqual([28, 20, 4]);
  });

  it('may begin before what was known first, and may have gaps', async () => {
    await record(10, [5, 5]);
    await record(4, [1, 1, 1, 1, 1, 1]);
    await record(20, [7]);
    expect([await badIn(4, 10), await badIn(0, 30), await badIn(12, 20), await badIn(10, 12)]).toEqual([
      6, 23, 0, 10,
    ]);
    expect(await database.store().budgets.extents()).toEqual(new Map([['k', { from: at(4), to: at(21) }]]));
  });

  it('are what was recorded last of each step, in whatever pieces and order', async () => {
    const pieces = fc.array(
      fc.tuple(fc.nat({ max: 40 }), fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 })),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    let n = 0;
    await fc.assert(
      fc.asyncProperty(pieces, async (told) => {
        n += 1;
        const { budgets } = database.store();
        const truth = new Map<number, number>();
        for (const [from, bads] of told) {
          await budgets.record(
            `p${n}`,
            at(from),
            bads.map((bad, i) => step(from + i, bad)),
          );
          for (const [i, bad] of bads.entries()) truth.set(from + i, bad);
        }
        const asked = [0, 7, 20, 33].flatMap((from) =>
          [12, 30, 60].map((to) => ({ from, to })).filter(({ to }) => to > from),
        );
        const found = await budgets.tallies(
          asked.map(({ from, to }) => ({ key: `p${n}`, range: { from: at(from), to: at(to) } })),
        );
        asked.forEach(({ from, to }, i) => {
          const sum = [...truth].reduce((all, [when, bad]) => all + (when >= from && when < to ? bad : 0), 0);
          expect(found[i]?.bad).toBe(sum);
        });
        const steps = await budgets.steps(`p${n}`, { from: at(0), to: at(60) });
        expect(steps.reduce((all, { bad }) => all + bad, 0)).toBe(
          [...truth.values()].reduce((a, b) => a + b, 0),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('keep their totals when they are thinned out', async () => {
    const bads = Array.from({ length: (10 * DAY) / STEP }, (_, i) => i % 5);
    await record(0, bads);
    const range = { from: T0 + 2 * DAY, to: T0 + 9 * DAY };
    const { budgets } = database.store();
    const before = await budgets.tallies([{ key: 'k', range }]);
    const thinned = await budgets.rollUp(T0 + 8 * DAY, T0 + 4 * DAY, new Map());
    expect(thinned).toBeGreaterThan(2000);
    expect(await budgets.tallies([{ key: 'k', range }])).toEqual(before);
    const kept = await budgets.steps('k', { from: T0, to: T0 + 10 * DAY });
    expect(new Set(kept.map(({ range: one }) => one.to - one.from))).toEqual(new Set([DAY, HOUR, STEP]));
  });

  it('begin a calendar year where it begins in its zone, also when only days are left of them', async () => {
    // Berlin’s New Year is 23:00 in UTC: what failed on the morning before belongs to the old year.
    const year = T0 + 4 * DAY - HOUR;
    await record(
      0,
      Array.from({ length: (10 * DAY) / STEP }, (_, i) => (T0 + (i + 1) * STEP <= year ? 1 : 0)),
    );
    const { budgets } = database.store();
    await budgets.rollUp(T0 + 9 * DAY, T0 + 8 * DAY, new Map([['k', [year]]]));
    expect(await budgets.tallies([{ key: 'k', range: { from: year, to: T0 + 9 * DAY } }])).toMatchObject([
      { bad: 0 },
    ]);
  });

  it('of an SLO that is no more go after a while, and those in use stay', async () => {
    await record(0, [1, 2]);
    const { budgets } = database.store();
    expect(await budgets.forgetUnused(new Set(['k']), at(1000))).toBe(0);
    expect(await budgets.forgetUnused(new Set(), at(1))).toBe(0);
    expect(await budgets.forgetUnused(new Set(), at(1000))).toBe(1);
    expect((await budgets.extents()).size).toBe(0);
  });

  it('remember how they are counted, their colour, and how far back was asked', async () => {
    const { budgets } = database.store();
    await record(10, [1]);
    await budgets.asked('k', at(2));
    await budgets.saveBasis('k', { notes: ['the lower bucket'], unit: 'events' });
    await budgets.saveColour('k', { colour: 'red', since: 5 });
    await database.reopen();
    const again = database.store().budgets;
    expect((await again.extents()).get('k')).toEqual({ from: at(2), to: at(11) });
    expect((await again.bases()).get('k')).toEqual({ notes: ['the lower bucket'], unit: 'events' });
    expect((await again.colours()).get('k')).toEqual({ colour: 'red', since: 5 });
  });
});
