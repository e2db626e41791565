import type { Duration, Instant } from '../time.ts';
import type { Surroundings } from './ordinary.ts';
import { quantileOf } from './season.ts';
import type { Worse } from './verdict.ts';
import type { Windows } from './windows.ts';

/** A gauge: value i was measured at `times[i]` (UTC, ascending), NaN where nothing was; `step` is the usual distance. */
export type Gauge = {
  readonly times: ArrayLike<Instant>;
  readonly step: Duration;
  readonly values: Float64Array;
};

/**
 * How a gauge is judged: steps before and after a moment, steps of history that ordinary moments are taken from, the direction that is worse, and the relative change
 * that matters. `alpha` is the share of harmless changes that may be called one by this signal. `excluded` marks steps that are not ordinary: deploys, incidents.
 */
export type GaugeRules = Surroundings & {
  readonly worse: Worse;
  readonly floor: number;
  readonly alpha: number;
};

/** What is known of one moment of a gauge. */
export type GaugeMoment = {
  readonly gauge: Gauge;
  readonly rules: GaugeRules;
  readonly moment: number;
  /** The usual value at each step, NaN where it is not known. */
  readonly season: Float64Array;
  /** What came after so far. */
  readonly after: Float64Array;
  windows(sign: 1 | -1): Windows;
};

/** When the last of so many values was known: a step after it was measured from. */
export function seenAt({ times, step }: Gauge, end: number): Instant {
  return (times[end - 1] ?? 0) + step;
}

/** What was measured of a stretch of values. */
export function measured(values: Float64Array, from: number, to: number): readonly number[] {
  const found: number[] = [];
  for (let i = Math.max(0, from); i < to; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value)) found.push(value);
  }
  return found;
}

/** The median. */
export function middle(values: readonly number[]): number {
  return quantileOf(Float64Array.from(values).sort(), 0.5);
}
