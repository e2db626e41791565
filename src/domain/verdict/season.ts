import type { Gauge } from './gauge-moment.ts';

const DAY = 86_400_000;

/** Days that the usual course of a day is taken from, at most. */
const DAYS = 7;

/** Steps on both sides whose median stands for a step of an earlier day. */
const BESIDE = 2;

/** A step is that of the same time of another day when it lies within so many steps of it. */
const NEAR = 2.5;

/**
 * The usual value at each step by the same time of the days before: the median over up to seven days of the medians of five steps. By time stamps, so that gaps and days that are
 * not whole numbers of steps do not move it. NaN where no earlier day is known. It looks only at what was at least `apart` steps before.
 */
export function seasonOf({ times, values, step }: Gauge, apart: number): Float64Array {
  const season = new Float64Array(values.length).fill(Number.NaN);
  if (!(step > 0) || step > DAY / 4) return season;
  const smooth = smoothed(values);
  const found = new Float64Array(DAYS);
  const nearest = new Int32Array(DAYS + 1);
  for (let i = 0; i < values.length; i += 1) {
    let n = 0;
    for (let day = 1; day <= DAYS; day += 1) {
      const wanted = (times[i] ?? 0) - day * DAY;
      const away = (j: number) => Math.abs((times[j] ?? Number.POSITIVE_INFINITY) - wanted);
      let j = nearest[day] ?? 0;
      while (away(j + 1) <= away(j) && j + 1 < i) j += 1;
      nearest[day] = j;
      const value = smooth[j] ?? Number.NaN;
      if (away(j) <= NEAR * step && j + BESIDE <= i - apart && !Number.isNaN(value)) found[n++] = value;
    }
    if (n > 0) season[i] = quantileOf(found.subarray(0, n).sort(), 0.5);
  }
  return season;
}

/** The running median of five steps of which at least one was measured. */
function smoothed(values: Float64Array): Float64Array {
  const found = new Float64Array(2 * BESIDE + 1);
  return values.map((_, i) => {
    let n = 0;
    for (let j = Math.max(0, i - BESIDE); j <= i + BESIDE; j += 1) {
      const value = values[j] ?? Number.NaN;
      if (Number.isFinite(value)) found[n++] = value;
    }
    return n === 0 ? Number.NaN : quantileOf(found.subarray(0, n).sort(), 0.5);
  });
}

/** The quantile q of sorted values, linear between neighbours (type 7 of Hyndman and Fan 1996). */
export function quantileOf(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const a = sorted[low] ?? Number.NaN;
  const b = sorted[low + 1] ?? a;
  return a + (at - low) * (b - a);
}
