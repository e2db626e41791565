/** Days that the usual course of a day is taken from, at most. */
const DAYS = 7;

/** Steps on both sides of the same time that are taken too. */
const BESIDE = 2;

/**
 * The usual value at each step by the same time of the days before: the median over up to seven days and two steps beside. `perDay` is how many
 * steps a day has. NaN where no earlier day is known. It looks only at what was at least a day (less two steps) before.
 */
export function seasonOf(values: Float64Array, perDay: number): Float64Array {
  const season = new Float64Array(values.length).fill(Number.NaN);
  if (perDay < 2 * BESIDE + 2) return season;
  const found = new Float64Array(DAYS * (2 * BESIDE + 1));
  for (let i = perDay - BESIDE; i < values.length; i += 1) {
    let n = 0;
    for (let day = 1; day <= DAYS; day += 1)
      for (let beside = -BESIDE; beside <= BESIDE; beside += 1) {
        const value = values[i - day * perDay + beside];
        if (value !== undefined && !Number.isNaN(value)) found[n++] = value;
      }
    if (n > 0) season[i] = quantileOf(found.subarray(0, n).sort(), 0.5);
  }
  return season;
}

/** The quantile q of sorted values, linear between neighbours (type 7 of Hyndman and Fan 1996). */
export function quantileOf(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const a = sorted[low] ?? Number.NaN;
  const b = sorted[low + 1] ?? a;
  return a + (at - low) * (b - a);
}
