import { createBets } from './cohort-bets.ts';
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

/** Evidence at one look: what was won by betting, as a log, and at which step the bets began that won most of it. */
export type Evident = { readonly log: number; readonly from: number };

/**
 * Evidence after each step, as the log of what a bet against the null has made of 1: Ville (1939) has it pass 1 / α in no more than α of the cases where the null holds, at any of all looks. `worse` bets against
 * “no more of them are bad with the flag”, `better` against “no fewer”. `scatter` is what it was corrected by, `steps` how many are known so far.
 */
export type Evidence = {
  readonly worse: readonly Evident[];
  readonly better: readonly Evident[];
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
const FITTED: Float64Array = Float64Array.from([...BETTER.toReversed(), 0, ...WORSE]);
const FIRST_WORSE = MIXED.length + 1;

/** Exponents of the bets against a margin, in parts of its log: that it is better, a little better, the same, and up to close below the margin. */
const WITHIN = [-2, -1.4, -1, -0.7, -0.4] as const;

/** Of those that tell of harm, seven neighbouring steps are left out: a user whose requests fail for some minutes is no flag. Of those that tell that there is none, two: a burst hides nothing there. */
const OF_HARM = { leftOut: 7, isBegunAnew: true } as const;
const OF_HARMLESS = { leftOut: 2, isBegunAnew: false } as const;

/**
 * Bets step by step on each alternative, cell by cell: what hits both cohorts of a stratum in one step, or comes with another mix of strata, wins nothing. Logs are divided by the scatter, which makes them smaller; no step
 * wins more than so much, and the neighbouring steps that won most are taken away: a burst of one minute, or one user's retries, carry nothing by themselves.
 */
export function evidenceOf(cells: Cells): Evidence {
  const looks = cells.times.length;
  const [worse, better]: [Evident[], Evident[]] = [[], []];
  const scatters = new Float64Array(looks);
  const steps = new Int32Array(looks);
  const known: number[] = [];
  const bets = createBets(FITTED, 1, OF_HARM);
  const scatter = createScatter(FITTED);
  const cell = emptyCell();
  for (let look = 0; look < looks; look += 1) {
    const isKnown = cells.known[look] === 1;
    if (isKnown) {
      known.push(look);
      for (let s = 0; s < cells.strata; s += 1)
        if (readCell(cells, look * cells.strata + s, cell)) {
          bets.place(cell);
          scatter.add(cell);
        }
      bets.settle();
      scatter.settle();
    }
    const by = isKnown || look === 0 ? scatter.now() : (scatters[look - 1] ?? 1);
    const evident = (from: number, to: number): Evident => {
      const { log, since } = bets.mixture(from, to, by);
      return { log, from: known[since] ?? look };
    };
    scatters[look] = by;
    steps[look] = known.length;
    worse.push(evident(FIRST_WORSE, FITTED.length));
    better.push(evident(0, FIRST_WORSE - 1));
  }
  return { worse, better, scatter: scatters, steps };
}

/** Evidence after each step against an odds ratio of `margin` or more (its log, above 0), corrected by the `scatter` of each step. */
export function evidenceBelow(cells: Cells, margin: number, scatter: Float64Array): Float64Array {
  const exponents = Float64Array.from(WITHIN, (part) => part * margin);
  const bets = createBets(exponents, Math.exp(margin), OF_HARMLESS);
  const cell = emptyCell();
  return Float64Array.from(cells.times, (_, look) => {
    if (cells.known[look] === 1) {
      for (let s = 0; s < cells.strata; s += 1)
        if (readCell(cells, look * cells.strata + s, cell)) bets.place(cell);
      bets.settle();
    }
    return bets.mixture(0, exponents.length, scatter[look] ?? 1).log;
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
