import type { Duration, Instant } from '../time.ts';
import type { Cohorts } from './cohort.ts';
import type { CohortColumns, ObservedCohorts } from './observed-cohorts.ts';

/**
 * Bad events and all of both cohorts by step and stratum: the cell of stratum s in step i is at `i * strata + s`. What is known of one cohort only is 0 in both: it cannot be compared. `known` marks the
 * steps of which anything is.
 */
export type Cells = {
  readonly times: readonly Instant[];
  readonly step: Duration;
  readonly strata: number;
  readonly known: Uint8Array;
  readonly onBad: Float64Array;
  readonly onTotal: Float64Array;
  readonly offBad: Float64Array;
  readonly offTotal: Float64Array;
};

/** Counts of one cohort that are compared. */
export type Column = { readonly bad: Float64Array; readonly total: Float64Array };

/** The cells of one signal; `undefined` where neither cohort of any stratum tells it. A cohort that was never seen in a stratum counted nothing there. */
export function cellsOf(
  { times, step, strata }: ObservedCohorts,
  columnOf: (columns: CohortColumns) => Column | undefined,
): Cells | undefined {
  const size = times.length * strata.length;
  const cells: Cells = {
    ...{ times, step, strata: strata.length, known: new Uint8Array(times.length) },
    ...{ onBad: new Float64Array(size), onTotal: new Float64Array(size) },
    ...{ offBad: new Float64Array(size), offTotal: new Float64Array(size) },
  };
  let isTold = false;
  for (const [s, stratum] of strata.entries()) {
    const [on, off] = [columnOf(stratum.on), columnOf(stratum.off)];
    if (on === undefined && off === undefined) continue;
    isTold = true;
    for (let i = 0; i < times.length; i += 1) {
      const [onTotal, offTotal] = [countAt(on?.total, i), countAt(off?.total, i)];
      const [onBad, offBad] = [countAt(on?.bad, i), countAt(off?.bad, i)];
      if (Number.isNaN(onTotal + offTotal + onBad + offBad)) continue;
      const at = i * strata.length + s;
      cells.known[i] = 1;
      cells.onTotal[at] = onTotal;
      cells.offTotal[at] = offTotal;
      // Two counters that are scraped one after the other may differ by what came between.
      cells.onBad[at] = Math.min(onBad, onTotal);
      cells.offBad[at] = Math.min(offBad, offTotal);
    }
  }
  return isTold ? cells : undefined;
}

/** A count; NaN where nobody knows, 0 where the cohort was never seen. */
function countAt(column: Float64Array | undefined, i: number): number {
  if (column === undefined) return 0;
  const count = column[i] ?? Number.NaN;
  return count >= 0 && Number.isFinite(count) ? count : Number.NaN;
}

/** Counts of each stratum from a step up to another (not included), moving forward only. */
export function createSums(
  { strata, onBad, onTotal, offBad, offTotal }: Cells,
  begin = 0,
): {
  to(end: number): readonly Cohorts[];
} {
  const sums = Array.from({ length: strata }, () => ({
    on: { bad: 0, total: 0 },
    off: { bad: 0, total: 0 },
  }));
  let next = begin;
  return {
    to(end) {
      for (; next < end; next += 1)
        for (const [s, { on, off }] of sums.entries()) {
          const at = next * strata + s;
          on.bad += onBad[at] ?? 0;
          on.total += onTotal[at] ?? 0;
          off.bad += offBad[at] ?? 0;
          off.total += offTotal[at] ?? 0;
        }
      return sums;
    },
  };
}

/** Counts of each stratum in the steps from `begin` up to `end` (not included). */
export function sumsOf(cells: Cells, end = cells.times.length, begin = 0): readonly Cohorts[] {
  return createSums(cells, begin).to(end);
}

/** Both cohorts, all strata together as they came. */
export function pooled(strata: readonly Cohorts[]): Cohorts {
  const sum = (of: 'on' | 'off', what: 'bad' | 'total') =>
    strata.reduce((all, one) => all + one[of][what], 0);
  return {
    on: { bad: sum('on', 'bad'), total: sum('on', 'total') },
    off: { bad: sum('off', 'bad'), total: sum('off', 'total') },
  };
}
