import type { Problem } from '#domain/problem.ts';
import { alignDown, type Duration, type Instant, type Range } from '#domain/time.ts';
import { quietSteps } from '#promql/observations.ts';
import type { Grid } from './observer-history.ts';
import type { Window } from './observer-new.ts';

/** The steps that are told, and the grid of what is asked for them: it begins as long before as a series may be away. */
export type Layout = {
  readonly times: readonly Instant[];
  readonly step: Duration;
  readonly window: Window;
  readonly grid: Grid;
};

/** Every whole step within the range. The step is rounded up to a multiple of the scrape interval: in less there may be no sample. */
export function layOut(range: Range, step: Duration, scrape: Duration): Layout {
  const rounded = Math.max(1, Math.ceil(step / scrape)) * scrape;
  const times = timesOf(range, rounded);
  const window = { lead: quietSteps(rounded), count: times.length };
  const from = (times[0] ?? alignDown(range.from, rounded)) - window.lead * rounded;
  return { times, step: rounded, window, grid: { from, count: window.lead + window.count, step: rounded } };
}

/** When each whole step within a range begins; the range begins at a multiple of the step. */
export function timesOf(range: Range, step: Duration): readonly Instant[] {
  const from = alignDown(range.from, step);
  const count = Math.max(0, Math.floor((range.to - from) / step));
  return Array.from({ length: count }, (_, i) => from + i * step);
}

/** Each problem once. */
export function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
