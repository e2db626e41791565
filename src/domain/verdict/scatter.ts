import { dispersionOf } from './counts.ts';
import { rateChangePoint } from './onset.ts';
import { type Counted, sumOf, withoutLoudest } from './stretch.ts';

/** Steps that are taken together to see scatter that hangs together from one step to the next. */
const TOGETHER = 5;

/** A change so much likelier than none (log likelihood ratio) is no scatter. */
const CHANGED = 8;

/**
 * How much more counts scatter than Poisson’s would, at least 1: between steps and between stretches of five, whichever is more. Where they changed for good, what is before and what is after
 * scatter each around their own rate; a change that a single step speaks for is a burst, and scatters.
 */
export function scatterOf(counts: Counted): number {
  const change = rateChangePoint(counts.bad, counts.total, 1);
  if (change === undefined || change.gain < CHANGED) return scatterAround(counts, 0);
  const { index } = change;
  const rate = (from: number, to: number) =>
    sumOf(counts.bad.subarray(from, to)) / Math.max(1, sumOf(counts.total.subarray(from, to)));
  const quieter = withoutLoudest(counts, index, rate(index, counts.bad.length) > rate(0, index));
  const kept = rateChangePoint(quieter.bad, quieter.total, 1)?.gainAt(index) ?? 0;
  return scatterAround(counts, kept >= CHANGED ? index : 0);
}

/** The same with the change at a known step. */
export function scatterAround({ bad, total }: Counted, at: number): number {
  const n = bad.length;
  const of = (size: number) => {
    const parts = [
      [0, at],
      [at, n],
    ].filter(([from = 0, to = 0]) => to - from >= 2 * size);
    const steps = parts.reduce((all, [from = 0, to = 0]) => all + to - from, 0);
    if (steps === 0) return 1;
    const weighed = parts.reduce(
      (all, [from = 0, to = 0]) => all + (to - from) * dispersionOf(bad, total, from, to, size),
      0,
    );
    return weighed / steps;
  };
  return Math.max(1, of(1), of(TOGETHER));
}

/**
 * How many values that hang together are worth one independent one, by their correlation from one to the next around the medians of the parts (AR(1): (1 + r) / (1 − r)).
 */
export function clumpingOf(parts: readonly (readonly number[])[]): number {
  let [products, squares] = [0, 0];
  for (const values of parts) {
    const mean = values.reduce((all, value) => all + value, 0) / values.length;
    values.forEach((value, i) => {
      squares += (value - mean) ** 2;
      products += i === 0 ? 0 : (value - mean) * ((values[i - 1] ?? mean) - mean);
    });
  }
  const r = squares > 0 ? Math.min(MOST_ALIKE, Math.max(0, products / squares)) : 0;
  return (1 + r) / (1 - r);
}

const MOST_ALIKE = 0.95;
