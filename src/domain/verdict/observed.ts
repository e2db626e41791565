import type { PanelQuery } from '../panel.ts';
import type { Problem } from '../problem.ts';
import type { Measure } from '../signal.ts';
import type { Duration, Instant } from '../time.ts';

/**
 * What was seen of one service on a grid of steps: step i begins at `times[i]` (UTC) and is `step` long. Counts are of events within the step and NaN where nobody knows;
 * a service that was scraped and had no request counts 0.
 */
export type Observed = {
  readonly times: readonly Instant[];
  readonly step: Duration;
  /** Requests, and failed ones. Absent where the service has no request counter, or tells its error ratio by PromQL of its own. */
  readonly requests?: { readonly total: Float64Array; readonly bad: Float64Array };
  /** Timed requests, and for each bound (seconds, ascending) how many took longer. Absent where it has no histogram, or tells its durations by PromQL of its own. */
  readonly durations?: {
    readonly total: Float64Array;
    readonly bounds: readonly number[];
    readonly slower: readonly Float64Array[];
  };
  /** What is measured and not counted, NaN where it was not: the rate always, and whatever is told by PromQL of the service's own, averaged over the step. */
  readonly gauges: Readonly<Partial<Record<Measure, Float64Array>>>;
  readonly queries: readonly PanelQuery[];
  readonly problems: readonly Problem[];
};
