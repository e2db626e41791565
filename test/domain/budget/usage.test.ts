import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Method, SloWindow } from '#domain/budget/slo.ts';
import { budgetState, settle } from '#domain/budget/state.ts';
import { burnRateOf, minutesOf, NO_TALLY, type Tally, usageOf } from '#domain/budget/usage.ts';
import { windowAt } from '#domain/budget/window.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';

const MONTH: SloWindow = { kind: 'calendar', unit: 'month', count: 1 };
const DAYS30: SloWindow = { kind: 'rolling', length: 30 * DAY };
const OCCURRENCES: Method = { kind: 'occurrences' };
const BOTH = { page: true, ticket: true };

const tally = (more: Partial<Tally>): Tally => ({ ...NO_TALLY, ...more });

function used(window: SloWindow, now: number, objective: number, counted: Tally, method = OCCURRENCES) {
  return usageOf({ objective, method, window }, windowAt(window, now, 'UTC'), counted, now);
}

describe('a budget at constant traffic', () => {
  it('has used 23 of its 43 allowed minutes after 23 minutes of full outage in a month of 30 days', () => {
    const now = Date.UTC(2026, 10, 16);
    const usage = used(
      MONTH,
      now,
      0.999,
      tally({ bad: 23 * 600, total: 15 * 1440 * 600, observed: 15 * DAY }),
    );
    expect(minutesOf(usage)).toEqual({ used: '23', allowed: '43', left: '20' });
  });

  it('has 45 allowed minutes in a month of 31 days', () => {
    const now = Date.UTC(2026, 9, 16);
    const usage = used(
      MONTH,
      now,
      0.999,
      tally({ bad: 23 * 600, total: 15 * 1440 * 600, observed: 15 * DAY }),
    );
    expect(minutesOf(usage)).toEqual({ used: '23', allowed: '45', left: '22' });
  });

  it('prints figures that add up when 22.6 minutes are used', () => {
    const { used: spent, allowed, left } = minutesOf({ used: 22.6 * MINUTE, allowed: 43.2 * MINUTE });
    expect([spent, allowed, left]).toEqual(['23', '43', '20']);
  });

  it('says by how much it is overspent', () => {
    expect(minutesOf({ used: 61 * MINUTE, allowed: 43.2 * MINUTE })).toEqual({
      used: '61',
      allowed: '43',
      over: '18',
    });
  });

  it('counts only what was observed of a rolling window', () => {
    const usage = used(
      DAYS30,
      Date.UTC(2026, 10, 16),
      0.999,
      tally({ bad: 1, total: 10_000, observed: 3 * DAY }),
    );
    expect(usage.counted).toBe(3 * DAY);
    expect(usage.allowed).toBeCloseTo(0.001 * 3 * DAY, 6);
    expect(usage.observedShare).toBeCloseTo(0.1);
  });
});

const counts = fc
  .tuple(
    fc.integer({ min: 1, max: 10_000_000 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0.01, max: 1, noNaN: true }),
  )
  .map(([total, share, observed]) =>
    tally({ total, bad: Math.floor(total * share), observed: observed * 30 * DAY }),
  );
const objectives = fc.constantFrom(0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999);
const windows = fc.constantFrom(MONTH, DAYS30);
const moments = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });

describe('used and remaining', () => {
  it('are what is allowed, in any window', () => {
    fc.assert(
      fc.property(counts, objectives, windows, moments, (counted, objective, window, now) => {
        const usage = used(window, now, objective, counted);
        expect(usage.used + usage.remaining).toBeCloseTo(usage.allowed, 3);
        expect(usage.share * usage.allowed).toBeCloseTo(usage.used, 3);
      }),
    );
  });

  it('add up as printed', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 1, max: 1e9, noNaN: true }),
        (spent, allowed) => {
          const printed = minutesOf({ used: spent, allowed });
          const rest = printed.left === undefined ? -Number(printed.over) : Number(printed.left);
          expect(Number(printed.used) + rest).toBeCloseTo(Number(printed.allowed), 6);
          if (printed.left !== undefined) expect(Number(printed.left)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('never grow by more bad events', () => {
    fc.assert(
      fc.property(
        counts,
        fc.integer({ min: 1, max: 1000 }),
        objectives,
        windows,
        moments,
        (counted, more, objective, window, now) => {
          const worse = { ...counted, bad: counted.bad + more, total: counted.total + more };
          const [a, b] = [used(window, now, objective, counted), used(window, now, objective, worse)];
          if (counted.bad + more <= counted.total) expect(b.share).toBeGreaterThanOrEqual(a.share - 1e-12);
        },
      ),
    );
  });

  it('agree between the methods on constant traffic', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), objectives, (minutes, objective) => {
        const now = Date.UTC(2026, 10, 16);
        const lost = minutes * MINUTE;
        const counted = tally({ bad: minutes * 60, total: 30 * 1440 * 60, observed: 30 * DAY, lost });
        const slices: Method = { kind: 'timeslices', slice: MINUTE, target: 0.99 };
        const downtime: Method = { kind: 'downtime', slice: MINUTE };
        const by = (method: Method) => used(DAYS30, now, objective, counted, method).used;
        expect(by(slices)).toBeCloseTo(by(OCCURRENCES), 3);
        expect(by(downtime)).toBeCloseTo(by(OCCURRENCES), 3);
      }),
    );
  });
});

describe('where a budget stands', () => {
  const now = Date.UTC(2026, 10, 16);
  const slo = { objective: 0.999, window: DAYS30, method: OCCURRENCES, alerting: BOTH };
  const stateOf = (counted: Partial<Tally>, rates: ReadonlyMap<number, number> = new Map()) =>
    budgetState(slo, used(DAYS30, now, 0.999, tally({ observed: 30 * DAY, ...counted })), rates, now);

  it('cannot be judged by 300 requests at 99.9 %', () => {
    expect(stateOf({ bad: 1, total: 300 })).toMatchObject({ data: 'tooQuiet', colour: 'grey' });
  });

  it('is red when 500 of 500 fail, however quiet it is', () => {
    expect(stateOf({ bad: 500, total: 500 })).toMatchObject({ budget: 'exhausted', colour: 'red' });
  });

  it('is grey without anything counted', () => {
    expect(stateOf({ bad: 0, total: 0 })).toMatchObject({ data: 'noData', colour: 'grey' });
  });

  it('is in part where the window was not seen whole', () => {
    expect(stateOf({ bad: 0, total: 1e6, observed: 3 * DAY }).data).toBe('partial');
  });

  it('pages by the fast pair, and says until when the budget lasts', () => {
    const state = stateOf(
      { bad: 100, total: 1e6 },
      new Map([
        [HOUR, 20],
        [5 * MINUTE, 30],
        [3 * DAY, 1.2],
      ]),
    );
    expect(state).toMatchObject({ burn: 'page', colour: 'red', burning: { factor: 14.4 } });
    expect(state.exhausts).toMatchObject({ rate: 20, over: HOUR });
    expect(state.exhausts?.at).toBeCloseTo(now + (0.9 * 30 * DAY) / 20, -3);
  });

  it('is at risk when the budget ends within seven days at the rate of three', () => {
    expect(stateOf({ bad: 900, total: 1e6 }, new Map([[3 * DAY, 1.5]]))).toMatchObject({
      budget: 'atRisk',
      colour: 'yellow',
    });
    expect(stateOf({ bad: 100, total: 1e6 }, new Map([[3 * DAY, 1.5]]))).toMatchObject({ budget: 'healthy' });
  });

  it('carries the rate of the pair that burns', () => {
    const rates = new Map([
      [HOUR, 2],
      [2 * HOUR, 4],
      [DAY, 3.4],
      [3 * DAY, 1.2],
    ]);
    expect(stateOf({ bad: 100, total: 1e6 }, rates).burning).toMatchObject({ long: DAY, rate: 3.4 });
  });

  it('is not burning for alerts that its owner does not want', () => {
    const rates = new Map([
      [HOUR, 20],
      [5 * MINUTE, 30],
      [DAY, 4],
      [2 * HOUR, 12],
      [3 * DAY, 0.9],
    ]);
    const usage = used(DAYS30, now, 0.999, tally({ observed: 30 * DAY, bad: 100, total: 1e6 }));
    const judged = (page: boolean, ticket: boolean) =>
      budgetState({ ...slo, alerting: { page, ticket } }, usage, rates, now);
    expect(judged(true, true)).toMatchObject({ burn: 'page', colour: 'red' });
    expect(judged(false, true)).toMatchObject({ burn: 'ticket', colour: 'yellow', burning: { rate: 4 } });
    expect(judged(false, false)).toMatchObject({ burn: 'none', colour: 'green' });
    const spent = used(DAYS30, now, 0.999, tally({ observed: 30 * DAY, bad: 2000, total: 1e6 }));
    const quiet = { ...slo, alerting: { page: false, ticket: false } };
    expect(budgetState(quiet, spent, rates, now)).toMatchObject({ budget: 'exhausted', colour: 'red' });
  });

  it('has no burn rate where nothing was counted', () => {
    expect(burnRateOf(slo, NO_TALLY)).toBeUndefined();
    expect(burnRateOf(slo, tally({ bad: 1, total: 100 }))).toBeCloseTo(10);
  });
});

describe('the colour that is shown', () => {
  it('turns worse at once, and better after fifteen minutes', () => {
    let shown = settle(undefined, 'green', 0);
    shown = settle(shown, 'red', MINUTE);
    expect(shown).toMatchObject({ colour: 'red', since: MINUTE });
    shown = settle(shown, 'green', 2 * MINUTE);
    expect(shown.colour).toBe('red');
    shown = settle(shown, 'red', 5 * MINUTE);
    shown = settle(shown, 'green', 6 * MINUTE);
    shown = settle(shown, 'green', 20 * MINUTE);
    expect(shown.colour).toBe('red');
    expect(settle(shown, 'green', 21 * MINUTE)).toMatchObject({ colour: 'green', since: 21 * MINUTE });
  });
});

describe('calendar windows', () => {
  it('begin anew with the period, in their zone', () => {
    const zone = 'Europe/Berlin';
    const month = windowAt(MONTH, Date.UTC(2026, 9, 31, 23, 30), zone);
    expect(new Date(month.from).toISOString()).toBe('2026-10-31T23:00:00.000Z');
    expect(windowAt(MONTH, month.from - 1, zone).to).toBe(month.from);
  });

  it('have 23 or 25 hours on the days of a clock change', () => {
    const day: SloWindow = { kind: 'calendar', unit: 'day', count: 1, zone: 'Europe/Berlin' };
    const lengthAt = (at: number) => {
      const { from, to } = windowAt(day, at, 'UTC');
      return (to - from) / HOUR;
    };
    expect(lengthAt(Date.UTC(2026, 2, 29, 12))).toBe(23);
    expect(lengthAt(Date.UTC(2026, 9, 25, 12))).toBe(25);
  });

  it('hold every moment, follow each other without gap, and may be anchored', () => {
    const units = fc.constantFrom('day', 'week', 'month', 'quarter', 'year');
    const anchors = fc.constantFrom(undefined, '2022-01-01T12:00:00', '2024-02-29T00:00:00');
    fc.assert(
      fc.property(units, fc.integer({ min: 1, max: 3 }), anchors, moments, (unit, count, from, now) => {
        const window: SloWindow = {
          kind: 'calendar',
          unit,
          count,
          zone: 'America/New_York',
          ...(from === undefined ? {} : { from }),
        };
        const range = windowAt(window, now, 'UTC');
        expect(range.from).toBeLessThanOrEqual(now);
        expect(range.to).toBeGreaterThan(now);
        expect(windowAt(window, range.to, 'UTC').from).toBe(range.to);
        expect(windowAt(window, range.from, 'UTC')).toEqual(range);
      }),
    );
  });
});
