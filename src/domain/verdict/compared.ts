import type { Measure } from '../signal.ts';
import { comparedCounts } from './compared-counts.ts';
import { comparedGauges } from './compared-gauges.ts';
import type { Observed } from './observed.ts';
import { boundsAround, slowerThan } from './stretch.ts';
import type { Needs } from './verdict.ts';

/**
 * How sure it is that a signal differs between two windows. `alike`: shown to differ by no more than would matter; `cannotTell`: neither can be said, and `needs` is what is missing, where that is
 * known. `p` is two-sided; `n` is how many requests or steps were seen.
 */
export type Confidence = {
  readonly word: 'verySure' | 'sure' | 'alike' | 'cannotTell';
  readonly direction: 'higher' | 'lower';
  readonly test: string;
  readonly p: number;
  readonly n: number;
  readonly needs?: Needs;
};

const QUANTILES: Readonly<Partial<Record<Measure, number>>> = { p50: 0.5, p99: 0.99 };

/** By how much errors have to differ to matter: by a quarter, or half a thousandth of the requests. */
const ERRORS = { relative: 0.25, absolute: 0.0005 };

/** The same of the share of slow requests: a tenth around the median, a quarter in the tail. */
const SLOW = { p50: { relative: 0.1, absolute: 0.01 }, p99: { relative: 0.25, absolute: 0.001 } };

/**
 * Compares a measure in two windows by what it is made of: errors by counts, durations by how many requests are slower than the bounds beside the quantile before, all else by the values of
 * the steps. `undefined` where it was not observed.
 */
export function comparedOf(measure: Measure, before: Observed, after: Observed): Confidence | undefined {
  const [was, is] = [before.gauges[measure], after.gauges[measure]];
  if (was !== undefined && is !== undefined) return comparedGauges(was, is, after.step);
  if (measure === 'errorRatio' && before.requests !== undefined && after.requests !== undefined)
    return comparedCounts(before.requests, after.requests, after.step, ERRORS, 'of requests');
  const q = QUANTILES[measure];
  return q === undefined
    ? undefined
    : comparedDurations(q, measure === 'p50' ? SLOW.p50 : SLOW.p99, before, after);
}

/** The clearer of the two bounds speaks, at the cost of two tests. */
function comparedDurations(
  q: number,
  floor: { readonly relative: number; readonly absolute: number },
  { durations: was }: Observed,
  { durations: is, step }: Observed,
): Confidence | undefined {
  if (was === undefined || is === undefined) return undefined;
  const { above, below } = boundsAround(was, q);
  const found = [above, below].flatMap((i) => {
    const bound = i === undefined ? undefined : was.bounds[i];
    const same = bound === undefined ? -1 : is.bounds.indexOf(bound);
    if (i === undefined || same < 0) return [];
    const words = `of requests slower than ${Number((bound ?? 0).toPrecision(3))} s`;
    return [comparedCounts(slowerThan(was, i), slowerThan(is, same), step, floor, words, 2)];
  });
  return found.toSorted((a, b) => a.p - b.p)[0];
}
