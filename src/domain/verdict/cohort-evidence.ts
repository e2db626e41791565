import {
  binomialOf,
  type Cell,
  emptyBinomial,
  emptyCell,
  expectedOf,
  gainOf,
  readCell,
} from './cohort-cell.ts';
import type { Cells } from './cohort-cells.ts';
import { createScatter } from './cohort-scatter.ts';

/**
 * Evidence after each step, as the log of what a bet against the null has made of 1: Ville (1939) has it pass 1 / α in no more than α of the cases where the null holds, at any of all looks. `worse` bets against
 * “no more of them are bad with the flag”, `better` against “no fewer”. `scatter` is what it was corrected by, `steps` how many are known so far.
 */
export type Evidence = {
  readonly worse: Float64Array;
  readonly better: Float64Array;
  readonly scatter: Float64Array;
  readonly steps: Int32Array;
};

/**
 * Alternatives that are mixed, as logs of odds ratios (Robbins 1970: a mixture needs no guess, and costs the log of how many there are). What is smaller than the first never reaches a floor; beyond the last nothing
 * has to be told apart.
 */
const MIXED = [0.2, 0.35, 0.5, 0.7, 0.95, 1.3, 1.8, 2.5] as const;
const WORSE = Float64Array.from(MIXED);
const BETTER = Float64Array.from(MIXED, (log) => -log);

/** The log odds ratios at which scatter is told: one of them is near the truth. */
export const FITTED: Float64Array = Float64Array.from([...BETTER.toReversed(), 0, ...WORSE]);
const FIRST_WORSE = MIXED.length + 1;

/** What one step may win at most, as a log before it is divided by the scatter: a bet that is cut off there is a bet still, and no burst carries it. */
const MOST_OF_A_STEP = 4;

/** Exponents of the bets against a margin, in parts of its log: that it is better, a little better, the same, and up to close below the margin. */
const WITHIN = [-2, -1.4, -1, -0.7, -0.4] as const;

/**
 * Bets step by step on each alternative, cell by cell: what hits both cohorts of a stratum in one step, or comes with another mix of strata, wins nothing. Logs are divided by the scatter, which makes them smaller; no step
 * wins more than so much, and the two neighbouring steps that won most are taken away: a burst of one minute, or one user's retries, carry nothing by themselves.
 */
export function evidenceOf(cells: Cells): Evidence {
  const looks = cells.times.length;
  const evidence: Evidence = {
    ...{ worse: new Float64Array(looks), better: new Float64Array(looks) },
    ...{ scatter: new Float64Array(looks), steps: new Int32Array(looks) },
  };
  const bets = createBets(FITTED, 1);
  const scatter = createScatter(FITTED);
  const cell = emptyCell();
  for (let look = 0; look < looks; look += 1) {
    const isKnown = cells.known[look] === 1;
    if (isKnown) {
      for (let s = 0; s < cells.strata; s += 1)
        if (readCell(cells, look * cells.strata + s, cell)) {
          bets.place(cell);
          scatter.add(cell);
        }
      bets.settle();
      scatter.settle();
    }
    const by = isKnown || look === 0 ? scatter.now() : (evidence.scatter[look - 1] ?? 1);
    evidence.scatter[look] = by;
    evidence.steps[look] = (evidence.steps[look - 1] ?? 0) + (isKnown ? 1 : 0);
    evidence.worse[look] = bets.mixture(FIRST_WORSE, FITTED.length, by);
    evidence.better[look] = bets.mixture(0, FIRST_WORSE - 1, by);
  }
  return evidence;
}

/** Evidence after each step against an odds ratio of `margin` or more (its log, above 0), corrected by the `scatter` of each step. */
export function evidenceBelow(cells: Cells, margin: number, scatter: Float64Array): Float64Array {
  const exponents = Float64Array.from(WITHIN, (part) => part * margin);
  const bets = createBets(exponents, Math.exp(margin));
  const cell = emptyCell();
  return Float64Array.from(cells.times, (_, look) => {
    if (cells.known[look] === 1) {
      for (let s = 0; s < cells.strata; s += 1)
        if (readCell(cells, look * cells.strata + s, cell)) bets.place(cell);
      bets.settle();
    }
    return bets.mixture(0, exponents.length, scatter[look] ?? 1);
  });
}

/** What is expected of the best bet on more bad events with the flag in a cell, were `truth` the odds ratio. */
export function expectedWorse(cell: Cell, truth: number): number {
  return expectedGain(cell, truth, 1, MIXED);
}

/** The same of the best bet that the odds ratio is below a margin (its log). */
export function expectedBelow(cell: Cell, truth: number, margin: number): number {
  return expectedGain(
    cell,
    truth,
    Math.exp(margin),
    WITHIN.map((part) => part * margin),
  );
}

function expectedGain(cell: Cell, truth: number, odds: number, exponents: readonly number[]): number {
  const binomial = emptyBinomial();
  binomialOf(cell, expectedOf(cell, odds), binomial);
  const seen = expectedOf(cell, truth);
  return Math.max(...exponents.map((one) => gainOf(binomial, seen, one, Math.expm1(binomial.sign * one))));
}

/** Bets of several exponents against one odds ratio, with the most that two neighbouring steps won of each. */
function createBets(exponents: Float64Array, odds: number) {
  const size = exponents.length;
  const column = () => new Float64Array(size);
  const [won, now, before, most] = [column(), column(), column(), column()];
  const plus = exponents.map((one) => Math.expm1(one));
  const minus = exponents.map((one) => Math.expm1(-one));
  const binomial = emptyBinomial();
  return {
    place(cell: Cell): void {
      binomialOf(cell, expectedOf(cell, odds), binomial);
      const factors = binomial.sign === 1 ? plus : minus;
      for (let j = 0; j < size; j += 1)
        now[j] = (now[j] ?? 0) + gainOf(binomial, cell.seen, exponents[j] ?? 0, factors[j] ?? 0);
    },
    settle(): void {
      for (let j = 0; j < size; j += 1) {
        const gain = Math.min(MOST_OF_A_STEP, now[j] ?? 0);
        won[j] = (won[j] ?? 0) + gain;
        most[j] = Math.max(most[j] ?? 0, gain, gain + (before[j] ?? 0));
        before[j] = gain;
        now[j] = 0;
      }
    },
    mixture(from: number, to: number, scatter: number): number {
      let largest = Number.NEGATIVE_INFINITY;
      for (let j = from; j < to; j += 1)
        largest = Math.max(largest, ((won[j] ?? 0) - (most[j] ?? 0)) / scatter);
      let all = 0;
      for (let j = from; j < to; j += 1)
        all += Math.exp(((won[j] ?? 0) - (most[j] ?? 0)) / scatter - largest);
      return largest + Math.log(all / (to - from));
    },
  };
}
