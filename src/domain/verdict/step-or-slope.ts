/** By how much more two levels have to explain than a slope does. */
const CLEARLY = 1.05;

/**
 * Whether two levels, the second from `index` on, explain values better than a straight slope, by the squares that each takes away (weighted least squares). What grows by and by has a best place
 * for a step too, and began at no such place. Values that are not known weigh nothing.
 */
export function isStepNotSlope(values: Float64Array, weights: Float64Array, index: number): boolean {
  const n = values.length;
  const places = values.map((value, i) => (Number.isFinite(value) ? i : Number.NaN));
  const mean = weighedMean(values, weights, 0, n);
  const before = weighedMean(values, weights, 0, index);
  const after = weighedMean(values, weights, index, n);
  const middle = weighedMean(places, weights, 0, n);
  let [step, along, across] = [0, 0, 0];
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const weight = weights[i] ?? 0;
    step += weight * ((i < index ? before : after) - mean) ** 2;
    along += weight * (i - middle) ** 2;
    across += weight * (i - middle) * (value - mean);
  });
  const slope = along > 0 ? across ** 2 / along : 0;
  return step > CLEARLY * slope;
}

function weighedMean(values: Float64Array, weights: Float64Array, from: number, to: number): number {
  let [sum, all] = [0, 0];
  for (let i = from; i < to; i += 1) {
    const [value, weight] = [values[i] ?? Number.NaN, weights[i] ?? 0];
    if (!Number.isFinite(value)) continue;
    sum += weight * value;
    all += weight;
  }
  return all > 0 ? sum / all : 0;
}
