import type { PanelQuery } from '../panel.ts';
import type { Problem } from '../problem.ts';
import type { Duration, Instant, Range } from '../time.ts';
import type { Observed } from './observed.ts';

/** What one cohort did, as `Observed` has it: counts in each step, NaN where nobody knows. Absent where nothing of it was seen in any step. */
export type CohortColumns = Pick<Observed, 'requests' | 'durations'>;

/** Both cohorts of one kind of traffic (a route, say); the name is empty where traffic is not told apart. */
export type Stratum = { readonly name: string; readonly on: CohortColumns; readonly off: CohortColumns };

/**
 * What was seen of those with a flag and of those without it, at the same time, on a grid of steps: step i begins at `times[i]` (UTC) and is `step` long. Requests that carry neither of the
 * flag's values are in neither cohort. Both cohorts of all strata have the same bounds.
 */
export type ObservedCohorts = {
  readonly times: readonly Instant[];
  readonly step: Duration;
  readonly strata: readonly Stratum[];
  readonly queries: readonly PanelQuery[];
  readonly problems: readonly Problem[];
};

/** What was seen in the steps that lie within a range as a whole. */
export function cohortsWithin(observed: ObservedCohorts, range: Range): ObservedCohorts {
  const isInside = (at: Instant) => at >= range.from && at + observed.step <= range.to;
  const from = observed.times.findIndex(isInside);
  if (from < 0) return { ...observed, times: [], strata: [] };
  const count = observed.times.filter(isInside).length;
  const cut = (column: Float64Array) => column.subarray(from, from + count);
  const columns = ({ requests, durations }: CohortColumns): CohortColumns => ({
    ...(requests === undefined ? {} : { requests: { total: cut(requests.total), bad: cut(requests.bad) } }),
    ...(durations === undefined
      ? {}
      : { durations: { ...durations, total: cut(durations.total), slower: durations.slower.map(cut) } }),
  });
  return {
    ...observed,
    times: observed.times.slice(from, from + count),
    strata: observed.strata.map(({ name, on, off }) => ({ name, on: columns(on), off: columns(off) })),
  };
}
