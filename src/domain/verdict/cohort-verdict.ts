import type { Measure } from '../signal.ts';
import type { Instant } from '../time.ts';
import type { Interval } from './cohort.ts';
import type { Count } from './counts.ts';
import type { Floor } from './deploy-verdict.ts';
import type { Effect, Needs, Significance, Verdict } from './verdict.ts';

/** What a step of a rollout comes to: on with it, not yet, or back. */
export type Word = 'go' | 'hold' | 'stop';

/**
 * One signal of those with a flag beside those without it. `effect` goes from off (`before`) to on (`after`), in the signal's own unit; `intervals` are of 95 % in the same unit.
 * `counts` are what was compared: failed requests of all, or those slower than a bound (`slowerThan`, seconds) of all. `significance.p` holds at every look.
 */
export type CohortSignal = {
  readonly measure: Measure;
  readonly verdict: Verdict;
  readonly effect?: Effect;
  readonly intervals?: { readonly on: Interval; readonly off: Interval };
  readonly counts?: { readonly on: Count; readonly off: Count };
  readonly slowerThan?: number;
  readonly significance?: Significance;
  readonly floor: Floor;
  readonly decidedAt?: Instant;
  /** What is missing, in requests that have the flag. */
  readonly needs?: Needs;
  readonly reasons: readonly string[];
};

/** How many requests have the flag beside how many should (shares, 0…1), by a χ² corrected for `dispersion`. A mismatch is significant and large enough to matter. */
export type SampleRatio = {
  readonly expected: number;
  readonly observed: number;
  readonly n: number;
  readonly dispersion: number;
  readonly p: number;
  readonly isMismatch: boolean;
};

/**
 * What a step of a rollout does. `compared` is what with: those without the flag at the same time, or, where everybody has it or nobody, everybody before. `decidedAt` is when *stop* or *go* was
 * certain; `needs` what is missing to be, in requests that have the flag. `rates` are requests a second of each cohort.
 */
export type CohortVerdict = {
  readonly word: Word;
  readonly compared: 'cohorts' | 'before';
  readonly signals: readonly CohortSignal[];
  readonly rates?: { readonly on: number; readonly off: number };
  readonly sampleRatio?: SampleRatio;
  readonly decidedAt?: Instant;
  readonly needs?: Needs;
  readonly reasons: readonly string[];
};
