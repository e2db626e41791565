import { type Duration, lengthOf, type Range } from '#domain/time.ts';

/** Points of a grid on which cohorts are counted at most: of a step that lasts for days they are longer. */
const MOST_POINTS = 240;

/**
 * The grid on which a range is counted: of steps that are the shortest or twice as long, four times, and so on, that there are not too many; the first begins within the range, for what was before it is not of it. Whoever
 * counts the same time by the same shortest step sees the same.
 */
export function gridOf(range: Range, shortest: Duration): { readonly range: Range; readonly step: Duration } {
  const doubled = Math.max(0, Math.ceil(Math.log2(lengthOf(range) / (shortest * MOST_POINTS))));
  const step = shortest * 2 ** doubled;
  const from = Math.ceil(range.from / step) * step;
  return { range: { from, to: Math.max(from, range.to) }, step };
}
