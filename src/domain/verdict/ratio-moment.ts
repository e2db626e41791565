import type { Duration, Instant } from '../time.ts';
import type { Count } from './counts.ts';
import { scatterApart } from './dispersion.ts';
import type { Surroundings } from './ordinary.ts';
import { FEWEST_MOMENTS } from './placebo.ts';
import type { Look } from './spending.ts';
import type { Worse } from './verdict.ts';

/** Counts on a grid: in the step that begins at `times[i]` (UTC, ascending) there were `bad` of `total` events. `step` is its length. */
export type Ratio = {
  readonly times: ArrayLike<Instant>;
  readonly step: Duration;
  readonly bad: Float64Array;
  readonly total: Float64Array;
};

/**
 * How counts are judged: steps before and after a moment and of history, the direction that is worse, and what matters: a rise of at least `relative` of the rate before, and of
 * `absolute`. `alpha` is the share of harmless changes that may be called one by this signal. `excluded` marks steps that are not ordinary.
 */
export type RatioRules = Surroundings & {
  readonly worse: Worse;
  readonly floor: RatioFloor;
  /** What has to be excluded to call it steady, where that is not the same. */
  readonly steadyFloor?: RatioFloor;
  readonly alpha: number;
};

/** A change matters that is at least `relative` of the rate before and `absolute`, or that is `enough` (of all events) whatever the rate before was. */
export type RatioFloor = {
  readonly relative: number;
  readonly absolute: number;
  readonly enough?: number;
};

/** A rise by less than half, or by less than 0.05 % of all, does not matter where no objective says otherwise. */
export const RATIO_FLOOR: RatioFloor = { relative: 0.5, absolute: 0.0005 };

/** The share of false alarms that one signal of counts may spend by its test: the placebo allows half of that on top. */
export const RATIO_ALPHA = 0.007;

/** What came after a moment so far. */
export type After = Pick<Ratio, 'bad' | 'total'>;

/** What is known of a series of counts. */
export type RatioContext = {
  readonly ratio: Ratio;
  readonly rules: RatioRules;
  readonly looks: readonly Look[];
  /** What was counted in a stretch, ordinary or not. */
  between(from: number, to: number): Count;
};

/** So many steps after as one count. */
export function countOf({ bad, total }: After, steps: number): Count {
  let [b, t] = [0, 0];
  for (let i = 0; i < steps; i += 1) {
    b += bad[i] ?? 0;
    t += total[i] ?? 0;
  }
  return { bad: b, total: t };
}

/**
 * How much more counts scatter than Poisson’s would, over stretches as long as what comes after, in the history before `until`: the moment, or where its baseline begins, for whoever asks
 * whether that was the odd one. Steps that are not ordinary are left out.
 */
export function scatterAt(
  { ratio, rules }: { readonly ratio: Pick<Ratio, 'bad' | 'total'>; readonly rules: Surroundings },
  moment: number,
  until = moment,
): number {
  const from = Math.max(0, Math.min(moment - rules.history, moment - rules.before));
  const ordinary = (column: Float64Array) =>
    rules.excluded === undefined ? column : column.map((count, i) => (rules.excluded?.[i] ? 0 : count));
  return scatterApart(ordinary(ratio.bad), ordinary(ratio.total), from, until, rules.after);
}

/** What the test is called, with the dispersion that it was corrected by. */
export function testName(dispersion: number): string {
  return dispersion > 1.005
    ? `exact conditional, counts divided by a dispersion of ${dispersion.toFixed(2)}`
    : 'exact conditional';
}

/** When the last of so many steps was over. */
export function seenAt({ times, step }: Ratio, end: number): Instant {
  return (times[end - 1] ?? 0) + step;
}

/** What is said where there is too little history. */
export function noHistory(moments: ArrayLike<number>): readonly string[] {
  return moments.length >= FEWEST_MOMENTS
    ? []
    : ['There is too little history to tell what is usual; stricter limits were held.'];
}
