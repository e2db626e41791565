import type { Duration, Instant } from '../time.ts';

/**
 * What a change did to a signal. `degraded` and `improved`: significant, unusual for this signal, and large enough to matter. `steady`: shown to be
 * so, the whole confidence interval of the effect lies within the practical floor. `inconclusive`: neither can be said.
 */
export type Verdict = 'degraded' | 'improved' | 'steady' | 'inconclusive';

/** Which direction of a signal is bad news; `either` where both are. */
export type Worse = 'higher' | 'lower' | 'either';

/** Values before and after, in the signal’s own unit; `relative` is after / before − 1, absent where before is 0. */
export type Effect = {
  readonly before: number;
  readonly after: number;
  readonly absolute: number;
  readonly relative?: number;
};

/** The test by its name, its one-sided p-value towards what happened, and how many observations it saw. */
export type Significance = { readonly test: string; readonly p: number; readonly n: number };

/**
 * How the change stands out among ordinary moments of the same signal: larger than `n − rank` of `n`. `effective` is how many of them are
 * independent; `p` is (1 + rank) / (1 + n).
 */
export type PlaceboRank = {
  readonly n: number;
  readonly effective: number;
  readonly rank: number;
  readonly p: number;
};

/** When something began to change (UTC), and how far off that may be, in ms. */
export type Onset = { readonly at: Instant; readonly plusMinus: Duration };

/** What one signal’s judge says. `looks` is how often it looked, `decidedAt` when it was certain; `needs` is what is missing where it is not. */
export type Judgement = {
  readonly verdict: Verdict;
  readonly effect?: Effect;
  readonly significance?: Significance;
  readonly placebo?: PlaceboRank;
  readonly onset?: Onset;
  readonly looks: number;
  readonly decidedAt?: Instant;
  readonly needs?: Needs;
  readonly reasons: readonly string[];
};

/** What is missing to be certain: so many requests or samples more, and how long that takes at this pace, in ms. */
export type Needs = {
  readonly more: number;
  readonly what: 'requests' | 'samples';
  readonly takes: Duration;
};

/** The effect of two values. */
export function effectOf(before: number, after: number): Effect {
  const relative = before === 0 ? undefined : after / before - 1;
  return { before, after, absolute: after - before, ...(relative === undefined ? {} : { relative }) };
}
