import { describe, expect, it } from 'vitest';
import { fleetCounts, servicesIn } from '#domain/digest/fleet.ts';
import { planResult, stretchesOf } from '#domain/digest/plan.ts';
import { spentIn, trendOf } from '#domain/digest/spent.ts';
import { planResultWords, spentWords } from '#domain/digest/words.ts';
import { DAY, MINUTE, WEEK } from '#domain/time.ts';

const tally = (more: object) => ({ bad: 0, total: 0, lost: 0, observed: 0, assumed: 0, ...more });
const usage = { allowed: 43 * MINUTE, used: 20 * MINUTE, allowedEvents: 4300 };
const OF_EVENTS = { method: { kind: 'occurrences' } } as const;
const OF_TIME = { method: { kind: 'timeslices', slice: 5 * MINUTE, target: 0.95 } } as never;

describe('what a week spent of a budget', () => {
  it('is its bad events of all that are allowed, as time like the budget itself', () => {
    const spent = spentIn(OF_EVENTS, usage, tally({ bad: 430, total: 100_000, observed: WEEK }));
    expect(spent).toEqual({ share: 0.1, used: 0.1 * 43 * MINUTE });
    expect(spentWords(spent ?? { share: 0, used: 0 }, usage)).toBe('4 min');
  });

  it('is the time that slices lost, where slices are counted', () => {
    expect(spentIn(OF_TIME, usage, tally({ lost: 10 * MINUTE, observed: WEEK }))?.used).toBe(10 * MINUTE);
  });

  it('is not known where nothing was counted, and is not nothing', () => {
    expect(spentIn(OF_EVENTS, usage, tally({}))).toBeUndefined();
    expect(spentIn(OF_EVENTS, { ...usage, allowedEvents: 0 }, tally({ total: 5 }))).toBeUndefined();
    expect(spentIn(OF_EVENTS, usage, tally({ total: 5, observed: 1 }))?.share).toBe(0);
  });

  it('too small for a figure is said to be under the smallest one, nothing is nothing', () => {
    expect(spentWords({ share: 0, used: 1 }, usage)).toBe('under 1 min');
    expect(spentWords({ share: 0, used: 0 }, usage)).toBe('nothing');
  });

  it('has a trend where it differs by a tenth and by a hundredth of the budget', () => {
    const of = (share: number) => ({ share, used: 0 });
    expect(trendOf(of(0.2), of(0.4))).toBe('more');
    expect(trendOf(of(0.4), of(0.2))).toBe('less');
    expect(trendOf(of(0.4), of(0.42))).toBe('same');
    expect(trendOf(of(0.001), of(0.004))).toBe('same');
    expect(trendOf(undefined, of(0.4))).toBeUndefined();
  });
});

describe('what came of a recovery plan', () => {
  const at = Date.UTC(2026, 10, 16);
  const later = (days: number, before: number, since: number) =>
    planResult(stretchesOf({ at }, at + days * DAY), { share: before, used: 0 }, { share: since, used: 0 });

  it('is told by the budget spent a day, before and since', () => {
    const result = later(14, 0.7, 0.84);
    expect(result).toMatchObject({ kind: 'known' });
    expect(planResultWords(result)).toBe('spends 40 % less a day since');
    expect(planResultWords(later(7, 0.1, 0.15))).toBe('spends 50 % more a day since');
    expect(planResultWords(later(7, 0.1, 0.5))).toBe('spends 5 times as much a day since');
    expect(planResultWords(later(7, 0.1, 0.101))).toBe('spends as much a day as before');
    expect(planResultWords(later(7, 0.1, 0))).toBe('nothing spent since');
  });

  it('is not told of two days, nor where nothing was counted', () => {
    expect(planResultWords(later(1, 0.7, 0))).toBe('too early to see what it does');
    expect(planResultWords(planResult(stretchesOf({ at }, at + WEEK), undefined, undefined))).toMatch(
      /not known/,
    );
  });
});

describe('the fleet in a line', () => {
  const budget = (service: string, colour: string, data = 'ok', spent = 'healthy') =>
    ({ service, colour, state: { data, budget: spent } }) as never;

  it('counts each service once, by the worst of its budgets', () => {
    const counts = fleetCounts([
      budget('checkout', 'green'),
      budget('checkout', 'red', 'ok', 'exhausted'),
      budget('cart', 'red', 'ok', 'atRisk'),
      budget('search', 'yellow'),
      budget('ledger', 'green'),
    ]);
    expect(counts).toEqual({ over: 1, burning: 1, atRisk: 1, well: 1, quiet: 0, noData: 0 });
  });

  it('names each service once, where its worst budget puts it', () => {
    const budgets = [
      budget('checkout', 'red', 'ok', 'exhausted'),
      budget('checkout', 'yellow'),
      budget('search', 'yellow'),
      budget('ledger', 'green'),
    ];
    expect(servicesIn('over', budgets)).toEqual(['checkout']);
    expect(servicesIn('atRisk', budgets)).toEqual(['search']);
  });

  it('counts a service as without data only where none of its budgets has any', () => {
    const counts = fleetCounts([
      budget('ledger', 'green'),
      budget('ledger', 'grey', 'noData'),
      budget('mail', 'grey', 'noData'),
      budget('mail', 'grey', 'tooQuiet'),
      budget('print', 'grey', 'noData'),
    ]);
    expect(counts).toMatchObject({ well: 1, quiet: 1, noData: 1 });
  });
});
