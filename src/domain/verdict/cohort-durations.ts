import { finite } from './blocks.ts';
import { bucketOf, quantileIn } from './buckets.ts';
import type { Cohorts, Interval } from './cohort.ts';
import { type Cells, cellsOf } from './cohort-cells.ts';
import { weightsOf } from './cohort-mix.ts';
import type { ObservedCohorts } from './observed-cohorts.ts';

/** A quantile of both cohorts, seconds, with its interval of 95 %; `isBeyond` where that without the flag lies above the last bound, so that its value cannot be told. */
export type Quantiles = {
  readonly on: number;
  readonly off: number;
  readonly intervals: { readonly on: Interval; readonly off: Interval };
  readonly isBeyond: boolean;
};

/** Durations of both cohorts, ready to be compared at any step. */
export type Durations = {
  readonly bounds: readonly number[];
  /** All that were timed. */
  readonly timed: Cells;
  /** Those slower than the bound next to the quantile `share` of the requests without the flag, and after how many steps that bound was settled. */
  slowerThan(
    share: number,
  ): { readonly bound: number; readonly cells: Cells; readonly settled: number } | undefined;
  /** Quantiles of the steps from one on (the first, where none is given), at one mix of strata for both; `end` moves forward only. */
  quantiles(begin?: number): { to(end: number, share: number, scatter: number): Quantiles | undefined };
};

const Z95 = 1.959963984540054;

/** The bound is settled by so many requests. */
const SETTLED_BY = 1000;

/**
 * Durations where any cohort tells them. The bound is chosen by the first requests without the flag, all strata together, and stays: what is counted as slow may not depend on what is yet to be judged, nor change from
 * look to look.
 */
export function durationsOf(observed: ObservedCohorts): Durations | undefined {
  const { strata, times } = observed;
  const bounds = strata
    .flatMap(({ on, off }) => [on.durations, off.durations])
    .find((durations) => durations !== undefined)?.bounds;
  if (bounds === undefined || bounds.length === 0) return undefined;
  const totals = cellsOf(
    observed,
    ({ durations }) => durations && { bad: durations.total, total: durations.total },
  );
  if (totals === undefined) return undefined;
  const whole = createBuckets(observed, totals, bounds.length).to(times.length);
  const early = createBuckets(observed, totals, bounds.length);
  let settled = 0;
  let without: readonly number[] = [];
  for (let seen = 0; settled < times.length && seen < SETTLED_BY; ) {
    settled += 1;
    without = together(early.to(settled).map(({ off }) => off));
    seen = sum(without);
  }
  return {
    bounds,
    timed: totals,
    slowerThan(share) {
      const bound = nearestBound(bounds, without, share);
      if (bound === undefined) return undefined;
      const at = bounds.indexOf(bound);
      const cells = cellsOf(observed, ({ durations }) => {
        const bad = durations?.slower[at];
        return durations && bad && { bad, total: durations.total };
      });
      return (
        cells && { bound, cells, settled: sum(without) < SETTLED_BY ? Number.POSITIVE_INFINITY : settled }
      );
    },
    quantiles(begin = 0) {
      const buckets = createBuckets(observed, totals, bounds.length, begin);
      return {
        to: (end, share, scatter) =>
          quantilesOf(bounds, begin === 0 && end === times.length ? whole : buckets.to(end), share, scatter),
      };
    },
  };
}

/** The bound (seconds) that comes closest to having `1 − share` of the requests above it, by the log of the odds: where a quantile lies just above a bound, the next one would have hardly any. */
function nearestBound(
  bounds: readonly number[],
  counts: readonly number[],
  share: number,
): number | undefined {
  const all = sum(counts);
  if (!(all > 0)) return undefined;
  const logit = (slower: number) => Math.log((slower + 0.5) / (all - slower + 0.5));
  const goal = Math.log((1 - share) / share);
  let slower = all;
  const told = bounds.map((bound, b) => {
    slower -= counts[b] ?? 0;
    return { bound, isAbove: 2 * slower <= all, distance: Math.abs(logit(slower) - goal) };
  });
  // Of bounds that tell as little, the lowest that nearly all requests are within.
  const [nearest] = told.toSorted((a, b) => a.distance - b.distance || Number(b.isAbove) - Number(a.isAbove));
  return nearest?.bound;
}

/** Requests by bucket, those above the last bound last, of both cohorts of one stratum. */
type Buckets = { readonly on: readonly number[]; readonly off: readonly number[] };

/** Sums of buckets that move forward only; cells of which either cohort's requests are unknown count as nothing. */
function createBuckets(
  { strata }: ObservedCohorts,
  { onTotal, offTotal }: Cells,
  bounds: number,
  begin = 0,
): { to(end: number): readonly Buckets[] } {
  const sums = strata.map(() => ({
    on: new Array<number>(bounds + 1).fill(0),
    off: new Array<number>(bounds + 1).fill(0),
  }));
  const add = (into: number[], total: number, slower: readonly Float64Array[] | undefined, i: number) => {
    if (!(total > 0)) return;
    let above = total;
    for (let b = 0; b < bounds; b += 1) {
      const next = Math.min(above, Math.max(0, finite(slower?.[b]?.[i])));
      into[b] = (into[b] ?? 0) + above - next;
      above = next;
    }
    into[bounds] = (into[bounds] ?? 0) + above;
  };
  let next = begin;
  return {
    to(end) {
      for (; next < end; next += 1)
        for (const [s, { on, off }] of sums.entries()) {
          const at = next * strata.length + s;
          add(on, onTotal[at] ?? 0, strata[s]?.on.durations?.slower, next);
          add(off, offTotal[at] ?? 0, strata[s]?.off.durations?.slower, next);
        }
      return sums;
    },
  };
}

function quantilesOf(
  bounds: readonly number[],
  strata: readonly Buckets[],
  share: number,
  scatter: number,
): Quantiles | undefined {
  const totals = strata.map(
    ({ on, off }): Cohorts => ({ on: { bad: 0, total: sum(on) }, off: { bad: 0, total: sum(off) } }),
  );
  const weights = weightsOf(totals);
  const all = weights.reduce((a, b) => a + b, 0);
  if (!(all > 0)) return undefined;
  const ends = [...bounds, Number.POSITIVE_INFINITY];
  const of = (cohort: 'on' | 'off') => {
    const counts = new Array<number>(ends.length).fill(0);
    let spread = 0;
    for (const [s, weight] of weights.entries()) {
      const total = totals[s]?.[cohort].total ?? 0;
      if (weight === 0) continue;
      spread += (weight / all) ** 2 / total;
      for (const [b, count] of (strata[s]?.[cohort] ?? []).entries())
        counts[b] = (counts[b] ?? 0) + ((weight / all) * count) / total;
    }
    // The interval of a quantile is what lies between the quantiles around it (Woodruff 1952).
    const half = Z95 * Math.sqrt(share * (1 - share) * spread * scatter);
    const at = (q: number) => quantileIn(ends, counts, Math.min(1, Math.max(0, q))) ?? Number.NaN;
    return { counts, value: at(share), interval: { low: at(share - half), high: at(share + half) } };
  };
  const [on, off] = [of('on'), of('off')];
  return {
    ...{ on: on.value, off: off.value, intervals: { on: on.interval, off: off.interval } },
    isBeyond: bucketOf(off.counts, share) === undefined,
  };
}

function together(some: readonly (readonly number[])[]): readonly number[] {
  const counts = new Array<number>(some[0]?.length ?? 0).fill(0);
  for (const one of some) for (const [b, count] of one.entries()) counts[b] = (counts[b] ?? 0) + count;
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
