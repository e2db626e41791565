import betainc from '@stdlib/math-base-special-betainc';
import normal from '@stdlib/stats-base-dists-normal-cdf';
import type { Duration } from '../time.ts';
import type { Confidence } from './compared.ts';
import { FOUND_AT, MOST_TIMES, SURE, VERY_SURE } from './compared-counts.ts';
import { measured, middle } from './gauge-moment.ts';
import { valuesDiffer } from './long-run.ts';
import { mannWhitney, shiftBounds } from './ranks.ts';
import { clumpingOf } from './scatter.ts';
import { quantileOf } from './season.ts';

/** Steps that a window needs. */
const FEWEST = 8;

/** The share of values on each side that are drawn in. */
const OUTER = 0.05;

/** By how much, relative to the median before, values have to differ to matter. */
const FLOOR = 0.1;

/**
 * Compares values step by step by Mann and Whitney’s test, widened by how much one step hangs together with the next; and, as ranks of a few independent values cannot be sure however far they
 * are apart, by Welch’s t of the means, the clearer of both at the cost of two.
 */
export function comparedGauges(before: Float64Array, after: Float64Array, step: Duration): Confidence {
  const [was, is] = [measured(before, 0, before.length), measured(after, 0, after.length)];
  const [n, m] = [was.length, is.length];
  const common = { test: `Mann–Whitney and Welch, ${n} and ${m} steps`, n: n + m };
  if (Math.min(n, m) < FEWEST) {
    const more = FEWEST - Math.min(n, m);
    const needs = { more, what: 'samples' as const, takes: more * step };
    return { ...common, word: 'cannotTell', direction: 'higher', p: 1, needs };
  }
  const clumping = clumpingOf([was, is]);
  const spread = Math.sqrt((n * m * (n + m + 1) * clumping) / 12);
  const { u, twoSided } = mannWhitney(was, is);
  const z = twoSided >= 1 ? 0 : Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / spread;
  const clearer = Math.min(1, 2 * Math.min(2 * normal(-z, 0, 1), welch(was, is, clumping)));
  const p = Math.max(clearer, valuesDiffer(drawnIn(before), drawnIn(after)));
  const { low, high } = shiftBounds(was, is, 1.96, clumping);
  const floor = FLOOR * Math.abs(middle(was));
  const isAlike = low >= -floor && high <= floor;
  const word = isAlike ? 'alike' : p < VERY_SURE ? 'verySure' : p < SURE ? 'sure' : 'cannotTell';
  const times = (FOUND_AT / z) ** 2;
  const more = Math.ceil(m * (times - 1));
  return {
    ...common,
    word,
    direction: middle(is) >= middle(was) ? 'higher' : 'lower',
    p,
    ...(word === 'cannotTell' && times > 1 && times <= MOST_TIMES
      ? { needs: { more, what: 'samples' as const, takes: more * step } }
      : {}),
  };
}

/** Values drawn in to all but the outermost of them, so that a spike weighs no more than others do; what was not measured is left out. */
function drawnIn(values: Float64Array): Float64Array {
  const known = Float64Array.from(measured(values, 0, values.length));
  const sorted = known.toSorted();
  const [low, high] = [quantileOf(sorted, OUTER), quantileOf(sorted, 1 - OUTER)];
  return known.map((value) => Math.min(high, Math.max(low, value)));
}

/** The two-sided p-value of Welch (1947) of two means, of samples of which `clumping` values are worth one. */
function welch(a: readonly number[], b: readonly number[], clumping: number): number {
  const [x, y] = [momentsOf(a, clumping), momentsOf(b, clumping)];
  const spread = x.error + y.error;
  if (x.mean === y.mean) return 1;
  if (!(spread > 0)) return 0;
  const t2 = (x.mean - y.mean) ** 2 / spread;
  const freedom = spread ** 2 / (x.error ** 2 / x.freedom + y.error ** 2 / y.freedom);
  return betainc(freedom / (freedom + t2), freedom / 2, 0.5);
}

function momentsOf(values: readonly number[], clumping: number) {
  const n = values.length;
  const mean = values.reduce((all, value) => all + value, 0) / n;
  const variance = values.reduce((all, value) => all + (value - mean) ** 2, 0) / (n - 1);
  const independent = Math.max(2, n / clumping);
  return { mean, error: variance / independent, freedom: independent - 1 };
}
