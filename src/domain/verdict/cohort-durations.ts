import { bucketOf, quantileIn } from './buckets.ts';
import type { Cohorts, Interval } from './cohort.ts';
import { type Cells, cellsOf } from './cohort-cells.ts';
import { weightsOf } from './cohort-mix.ts';
import type { ObservedCohorts } from './observed-cohorts.ts';
import { boundFor } from './watched.ts';

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
  /** Those slower than the bound at which `share` of the requests without the flag are reached, all steps and strata together. */
  slowerThan(share: number): { readonly bound: number; readonly cells: Cells } | undefined;
  /** Quantiles of the first `end` steps, at one mix of strata for both; `end` moves forward only. */
  quantiles(): { to(end: number, share: number, scatter: number): Quantiles | undefined };
};

const Z95 = 1.959963984540054;

/** Durations where any cohort tells them. The bound is chosen by those without the flag alone, and stays the same for all steps. */
export function durationsOf(observed: ObservedCohorts): Durations | undefined {
  const { strata, times } = observed;
  const bounds = strata
    .flatMap(({ on, off }) => [on.durations, off.durations])
    .find((durations) => durations !== undefined)?.bounds;
  if (bounds === undefined || bounds.length === 0) return undefined;
  const beyond = bounds.map((_, i) =>
    cellsOf(observed, ({ durations }) => {
      const slower = durations?.slower[i];
      return durations === undefined || slower === undefined
        ? undefined
        : { bad: slower, total: durations.total };
    }),
  );
  const cells = beyond.filter((one) => one !== undefined);
  if (cells.length !== bounds.length) return undefined;
  const whole = createBuckets(cells).to(times.length);
  const without = together(whole.map(({ off }) => off));
  return {
    bounds,
    slowerThan(share) {
      const bound = boundFor(bounds, without, share);
      const found = bound === undefined ? undefined : cells[bounds.indexOf(bound)];
      return bound === undefined || found === undefined ? undefined : { bound, cells: found };
    },
    quantiles() {
      const buckets = createBuckets(cells);
      return { to: (end, share, scatter) => quantilesOf(bounds, buckets.to(end), share, scatter) };
    },
  };
}

/** Requests by bucket, those above the last bound last, of both cohorts of one stratum. */
type Buckets = { readonly on: readonly number[]; readonly off: readonly number[] };

function createBuckets(cells: readonly Cells[]): { to(end: number): readonly Buckets[] } {
  const strata = cells[0]?.strata ?? 0;
  const sums = Array.from({ length: strata }, () => ({
    on: new Array<number>(cells.length + 1).fill(0),
    off: new Array<number>(cells.length + 1).fill(0),
  }));
  const add = (into: number[], total: number, slower: (b: number) => number) => {
    let above = total;
    for (let b = 0; b < cells.length; b += 1) {
      const next = Math.min(above, slower(b));
      into[b] = (into[b] ?? 0) + above - next;
      above = next;
    }
    into[cells.length] = (into[cells.length] ?? 0) + above;
  };
  let next = 0;
  return {
    to(end) {
      for (; next < end; next += 1)
        for (const [s, { on, off }] of sums.entries()) {
          const at = next * strata + s;
          add(on, cells[0]?.onTotal[at] ?? 0, (b) => cells[b]?.onBad[at] ?? 0);
          add(off, cells[0]?.offTotal[at] ?? 0, (b) => cells[b]?.offBad[at] ?? 0);
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
