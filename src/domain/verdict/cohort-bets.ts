import { binomialOf, type Cell, emptyBinomial, expectedOf, gainOf } from './cohort-cell.ts';

/** What one step may win at most, as a log before it is divided by the scatter: a bet that is cut off there is a bet still, and no burst carries it. */
const MOST_OF_A_STEP = 4;

/** A further row of bets is begun after each so many steps: what was well for hours and then is not shall not have to be made up for. */
const BEGUN_EVERY = 15;

/** Rows that won so much less than the best (a log) add nothing that matters. */
const NEGLIGIBLE = 8;

/** How bets are placed. The `leftOut` neighbouring steps that won most are taken away; with `isBegunAnew` there are rows that begin later. */
export type Rules = { readonly leftOut: number; readonly isBegunAnew: boolean };

/** What was won, as a log, and after how many known steps the row of bets began that won most of it. */
export type Won = { readonly log: number; readonly since: number };

/** Bets of one beginning; `weight` is the log of its share of the stake. */
type Row = {
  readonly since: number;
  readonly weight: number;
  readonly won: Float64Array;
  readonly most: Float64Array;
};

/**
 * Bets eˣᵏ of several exponents on the flag's bad events k, priced at one odds ratio. The stake is shared between exponents (a mixture, Robbins 1970) and between rows that begin at the first step (half of it) and after
 * every fifteenth (the nth of them 1/2n(n + 1)), so that all together are one bet, which is 1 at most on average whatever began when.
 */
export function createBets(exponents: Float64Array, odds: number, { leftOut, isBegunAnew }: Rules) {
  const size = exponents.length;
  const column = () => new Float64Array(size);
  const now = column();
  const [sum, best] = [column(), column()];
  /** What each exponent won in the latest steps; the place of a step is its number modulo their count. */
  const recent = Array.from({ length: leftOut }, column);
  const plus = exponents.map((one) => Math.expm1(one));
  const minus = exponents.map((one) => Math.expm1(-one));
  const binomial = emptyBinomial();
  const begun = (since: number, weight: number): Row => ({ since, weight, won: column(), most: column() });
  const rows: Row[] = [begun(0, isBegunAnew ? -Math.LN2 : 0)];
  let steps = 0;
  /** The most that up to so many neighbouring steps won, the latest the last of them. */
  const bestOf = (length: number) => {
    sum.fill(0);
    best.fill(Number.NEGATIVE_INFINITY);
    for (let back = 0; back < length; back += 1) {
      const gains = recent[(steps - 1 - back) % leftOut] ?? sum;
      for (let j = 0; j < size; j += 1) {
        sum[j] = (sum[j] ?? 0) + (gains[j] ?? 0);
        if ((sum[j] ?? 0) > (best[j] ?? 0)) best[j] = sum[j] ?? 0;
      }
    }
  };
  return {
    place(cell: Cell): void {
      binomialOf(cell, expectedOf(cell, odds), binomial);
      const factors = binomial.sign === 1 ? plus : minus;
      for (let j = 0; j < size; j += 1)
        now[j] = (now[j] ?? 0) + gainOf(binomial, cell.seen, exponents[j] ?? 0, factors[j] ?? 0);
    },
    settle(): void {
      const gains = recent[steps % leftOut] ?? now;
      for (let j = 0; j < size; j += 1) gains[j] = Math.min(MOST_OF_A_STEP, now[j] ?? 0);
      now.fill(0);
      steps += 1;
      let told = 0;
      for (const { since, won, most } of rows) {
        const length = Math.min(steps - since, leftOut);
        if (length !== told) bestOf(length);
        told = length;
        for (let j = 0; j < size; j += 1) {
          won[j] = (won[j] ?? 0) + (gains[j] ?? 0);
          if ((best[j] ?? 0) > (most[j] ?? 0)) most[j] = best[j] ?? 0;
        }
      }
      const n = steps / BEGUN_EVERY;
      if (isBegunAnew && Number.isInteger(n)) rows.push(begun(steps, -Math.log(2 * n * (n + 1))));
    },
    mixture(from: number, to: number, scatter: number): Won {
      let [largest, since] = [Number.NEGATIVE_INFINITY, 0];
      for (const row of rows)
        for (let j = from; j < to; j += 1) {
          const log = row.weight + ((row.won[j] ?? 0) - (row.most[j] ?? 0)) / scatter;
          if (log > largest) [largest, since] = [log, row.since];
        }
      let all = 0;
      for (const { weight, won, most } of rows)
        for (let j = from; j < to; j += 1) {
          const log = weight + ((won[j] ?? 0) - (most[j] ?? 0)) / scatter - largest;
          if (log > -NEGLIGIBLE) all += Math.exp(log);
        }
      return { log: largest + Math.log(all / (to - from)), since };
    },
  };
}
