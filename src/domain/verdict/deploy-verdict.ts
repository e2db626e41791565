import type { Measure } from '../signal.ts';
import type { Instant } from '../time.ts';
import type { Judgement, Needs, Onset, PlaceboRank, Verdict } from './verdict.ts';

/** What was judged of one measure of a service. */
export type SignalVerdict = Judgement & { readonly measure: Measure };

/**
 * What a deploy did to its service, all signals and all looks so far together. `decidedAt` is when it was certain, `onset` when what is worse (or better) began, `placebo` how
 * the clearest signal ranks among the clearest of every ordinary moment, `needs` what is missing most where it is inconclusive.
 */
export type DeployVerdict = {
  readonly verdict: Verdict;
  readonly signals: readonly SignalVerdict[];
  readonly decidedAt?: Instant;
  readonly onset?: Onset;
  readonly placebo?: PlaceboRank;
  readonly needs?: Needs;
  readonly reasons: readonly string[];
};
