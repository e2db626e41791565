import type { PlaceboRank } from './verdict.ts';
import { TRIED_SHIFTS, type Windows } from './windows.ts';

/** The statistic that a signal is judged by, and the bound that it has to pass. */
export type Tuned = { readonly statistic: number; readonly bound: number };

/** With fewer ordinary moments nothing can be said of what is usual. */
export const FEWEST_MOMENTS = 100;

/** With fewer, the tail is less sure than it looks, and less may be spent. */
const ENOUGH_MOMENTS = 600;

/** The share of the past whose mean excess tells how far the tail goes on. */
const TAIL = 0.1;

/**
 * Chooses the statistic that would have found shifts in this signal’s own past best, each at the bound that `alpha` of its ordinary moments pass. `moments` are
 * indices into the windows. The choice looks at the past only, so that the rank of the present stays what it is. `undefined` with too little past.
 */
export function tune(windows: Windows, moments: Int32Array, alpha: number): Tuned | undefined {
  let best: Tuned | undefined;
  let most = -1;
  windows.plain.forEach((plain, statistic) => {
    const past = pastOf(plain, moments);
    if (past.length < Math.max(FEWEST_MOMENTS, moments.length / 2)) return;
    const bound = boundOf(past, alpha);
    let found = 0;
    for (let s = 0; s < TRIED_SHIFTS.length; s += 1) {
      const shifted = windows.shifted[s]?.[statistic];
      if (shifted === undefined) continue;
      for (const moment of moments) if ((shifted[moment] ?? Number.NaN) > bound) found += 1;
    }
    const share = found / past.length;
    if (share > most) {
      most = share;
      best = { statistic, bound };
    }
  });
  return best;
}

/**
 * The bound that a share `alpha` of past values lies above. Where there are too few to tell, it lies beyond the largest, by an exponential tail with the mean excess of
 * the upper tenth (peaks over threshold, Pickands 1975, with shape 0).
 */
function boundOf(past: Float64Array, alpha: number): number {
  const expected = alpha * Math.min(1, past.length / ENOUGH_MOMENTS) * (past.length + 1);
  if (expected >= 1) return largest(past, Math.floor(expected)).at(-1) ?? Number.POSITIVE_INFINITY;
  const tail = largest(past, Math.max(2, Math.ceil(TAIL * past.length)));
  const highest = tail[0] ?? Number.POSITIVE_INFINITY;
  const threshold = tail.at(-1) ?? highest;
  const excess = tail.reduce((sum, value) => sum + value - threshold, 0) / (tail.length - 1);
  return highest + excess * Math.log(1 / expected);
}

/** The largest values, largest first. */
function largest(values: Float64Array, count: number): readonly number[] {
  const top: number[] = [];
  for (const value of values) {
    if (top.length === count && value <= (top[count - 1] ?? value)) continue;
    let at = top.length;
    while (at > 0 && (top[at - 1] ?? value) < value) at -= 1;
    top.splice(at, 0, value);
    if (top.length > count) top.pop();
  }
  return top;
}

function pastOf(column: Float64Array, moments: Int32Array): Float64Array {
  const past = new Float64Array(moments.length);
  let n = 0;
  for (const moment of moments) {
    const value = column[moment] ?? Number.NaN;
    if (!Number.isNaN(value)) past[n++] = value;
  }
  return past.subarray(0, n);
}

/** How one value ranks among ordinary moments. */
export function rankOf(column: Float64Array, moments: Int32Array, value: number): PlaceboRank {
  const past = pastOf(column, moments);
  let rank = 0;
  for (const one of past) if (one >= value) rank += 1;
  const n = past.length;
  return { n, effective: effectiveOf(past), rank, p: (1 + rank) / (1 + n) };
}

/**
 * How many independent values a series of neighbouring ones is worth: n / (1 + 2·Σρ), the autocorrelations summed until they are small (Geyer’s initial
 * sequence, 1992, simplified).
 */
function effectiveOf(values: Float64Array): number {
  const n = values.length;
  if (n < 3) return n;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const covariance = (lag: number) => {
    let sum = 0;
    for (let i = lag; i < n; i += 1) sum += ((values[i] ?? 0) - mean) * ((values[i - lag] ?? 0) - mean);
    return sum / n;
  };
  const variance = covariance(0);
  if (variance <= 0) return 1;
  let time = 1;
  for (let lag = 1; lag < n / 4; lag += 1) {
    const correlation = covariance(lag) / variance;
    if (correlation < 0.05) break;
    time += 2 * correlation;
  }
  return Math.max(1, Math.round(n / time));
}
