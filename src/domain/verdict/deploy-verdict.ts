import type { Measure } from '../signal.ts';
import type { Instant } from '../time.ts';
import type { Judgement, Needs, Onset, PlaceboRank, Verdict } from './verdict.ts';

/** A change that is smaller does not matter: as a share of the value before, and, of shares of requests, in shares of all. */
export type Floor = { readonly relative: number; readonly absolute?: number };

/** What was judged of one measure of a service, and the floor that it was held against. */
export type SignalVerdict = Judgement & { readonly measure: Measure; readonly floor: Floor };

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
