import type { PlaceboRank } from './verdict.ts';

/** With fewer ordinary moments nothing can be said of what is usual. */
export const FEWEST_MOMENTS = 100;

/**
 * So many of them at least have to be independent: neighbouring ones say the same, and of twenty the largest is exceeded by chance once in twenty. Of a watch with half an hour before and a quarter after that is
 * two days.
 */
export const FEWEST_INDEPENDENT = 60;

/** How one value ranks among those of ordinary moments. */
export function rankOf(past: Float64Array, value: number): PlaceboRank {
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

/** What a statistic was at moments, without those at which it cannot be told. */
export function pastOf(column: Float64Array, moments: Int32Array): Float64Array {
  const past = new Float64Array(moments.length);
  let n = 0;
  for (const moment of moments) {
    const value = column[moment] ?? Number.NaN;
    if (!Number.isNaN(value)) past[n++] = value;
  }
  return past.subarray(0, n);
}
