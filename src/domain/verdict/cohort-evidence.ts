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

/** What alternatives to a margin are bet on, in parts of its log: better, a little better, the same, and up to close below it. */
const WITHIN = [-1, -0.4, 0, 0.3, 0.6] as const;

/**
 * What a cell tells whatever was bet on: how many of `bad` events of all were expected to be the flag's, the effective number of events, M = m·(N − m) / (N − 1), the share π of requests that have the flag, and the
 * share w of events that are bad.
 */
type Cell = { excess: number; effective: number; share: number; bad: number };

/** Reads a cell; false where it tells nothing: no bad events, nothing else, or one cohort only. */
export function readCell(cells: Cells, at: number, into: Cell): boolean {
  const [on, off] = [cells.onTotal[at] ?? 0, cells.offTotal[at] ?? 0];
  const onBad = cells.onBad[at] ?? 0;
  const m = onBad + (cells.offBad[at] ?? 0);
  const size = on + off;
  if (!(on > 0 && off > 0 && size > 1 && m > 0 && m < size)) return false;
  into.share = on / size;
  into.excess = onBad - m * into.share;
  into.effective = (m * (size - m)) / (size - 1);
  into.bad = m / size;
  return true;
}

/**
 * The log likelihood of an odds ratio against 1 in a cell, given all its bad events: λ·(k − mπ) − M·[(1 − w)·c(π) + w·c(1 − π)], c(π) = log(1 + π(eᴸ − 1)) − λπ. Where bad events are rare this is the
 * binomial's; its first three cumulants are those of the hypergeometric distribution at any share.
 */
export function logLikelihood({ excess, effective, share, bad }: Cell, log: number): number {
  const x = Math.expm1(log);
  return (
    log * excess -
    effective *
      ((1 - bad) * (Math.log1p(share * x) - log * share) +
        bad * (Math.log1p((1 - share) * x) - log * (1 - share)))
  );
}

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
  const bets = createBets(FITTED);
  const scatter = createScatter(FITTED);
  const cell: Cell = { excess: 0, effective: 0, share: 0, bad: 0 };
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
  const alternatives = Float64Array.from(WITHIN, (part) => part * margin);
  const bets = createBets(alternatives, margin);
  const cell: Cell = { excess: 0, effective: 0, share: 0, bad: 0 };
  return Float64Array.from(cells.times, (_, look) => {
    if (cells.known[look] === 1) {
      for (let s = 0; s < cells.strata; s += 1)
        if (readCell(cells, look * cells.strata + s, cell)) bets.place(cell);
      bets.settle();
    }
    return bets.mixture(0, alternatives.length, scatter[look] ?? 1);
  });
}

/** What is expected of the evidence for `log` against `against` from so many effective events, were `truth` the log odds ratio. */
export function expectedGain(
  { effective, share, bad }: Omit<Cell, 'excess'>,
  truth: number,
  log: number,
  against = 0,
): number {
  const x = Math.expm1(truth);
  const moved = (part: number) => (part * (1 + x)) / (1 + part * x) - part;
  const excess = effective * ((1 - bad) * moved(share) + bad * moved(1 - share));
  const cell = { excess, effective, share, bad };
  return logLikelihood(cell, log) - logLikelihood(cell, against);
}

/** The alternatives that are bet on: against no effect towards worse, and within a margin. */
export function alternativesTo(margin?: number): readonly number[] {
  return margin === undefined ? MIXED : WITHIN.map((part) => part * margin);
}

/** Bets on several alternatives against one null, with the most that two neighbouring steps won of each. */
function createBets(alternatives: Float64Array, against = 0) {
  const size = alternatives.length;
  const [won, now, before, most] = [0, 1, 2, 3].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return {
    place(cell: Cell): void {
      const taken = against === 0 ? 0 : logLikelihood(cell, against);
      for (let j = 0; j < size; j += 1)
        now[j] = (now[j] ?? 0) + logLikelihood(cell, alternatives[j] ?? 0) - taken;
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
