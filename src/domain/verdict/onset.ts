import { quantileOf } from './season.ts';

/**
 * Where a sequence of steps changed: `index` is the first step of the new level, `around` how many steps it may be off to either side, `gain` how much better two levels
 * explain the steps than one does, as a log likelihood ratio, and `gainAt` the same for a change at any other index.
 */
export type ChangePoint = {
  readonly index: number;
  readonly around: number;
  readonly gain: number;
  gainAt(index: number): number;
};

/** A change that is likelier by so much (log likelihood ratio) to have begun earlier is not that of a moment. */
const EARLIER = 0.5;

/** Steps before a moment at which a change still counts as its own: so well is a change point found. */
const NEAR = 2;

/** Whether a change began before a moment, and not at it; `by` is how much likelier that has to be. */
export function isClearlyEarlier(
  { index, gain, gainAt }: ChangePoint,
  moment: number,
  by: number = EARLIER,
): boolean {
  return index < moment - NEAR && gain - gainAt(moment) > by;
}

/** The share of values on each side that are drawn in. */
const OUTER = 0.05;

/** Indices whose likelihood ratio is within this of the best may be it as well: χ² with one degree of freedom at 95 %, halved. */
const WITHIN = 1.92;

/** Steps that a level needs on both sides. */
const FEWEST = 2;

/**
 * The single change point of values by the likelihood of two levels with one spread (Hinkley 1970). Values are drawn in to the range of all but the outermost twentieth on
 * both sides, so that spikes weigh no more than others (Winsor); ranks would lose how large a step is beside a drift. NaN steps are passed over. `undefined`
 * where there are too few.
 */
export function changePointOf(values: ArrayLike<number>): ChangePoint | undefined {
  const known = Array.from(values, (value, i) => ({ value, i })).filter(({ value }) =>
    Number.isFinite(value),
  );
  const n = known.length;
  if (n < 2 * FEWEST) return undefined;
  const sorted = Float64Array.from(known, ({ value }) => value).sort();
  const [low, high] = [quantileOf(sorted, OUTER), quantileOf(sorted, 1 - OUTER)];
  const sums = new Float64Array(n + 1);
  let squares = 0;
  known.forEach(({ value }, k) => {
    const drawnIn = Math.min(high, Math.max(low, value)) - low;
    sums[k + 1] = (sums[k] ?? 0) + drawnIn;
    squares += drawnIn * drawnIn;
  });
  const all = sums[n] ?? 0;
  const whole = squares - (all * all) / n;
  if (!(whole > 0)) return undefined;
  const gains = new Float64Array(values.length).fill(Number.NEGATIVE_INFINITY);
  for (let k = FEWEST; k <= n - FEWEST; k += 1) {
    const [a, b] = [sums[k] ?? 0, all - (sums[k] ?? 0)];
    const between = (a * a) / k + (b * b) / (n - k) - (all * all) / n;
    const at = known[k]?.i ?? 0;
    gains[at] = (-n / 2) * Math.log(Math.max(1e-9, 1 - between / whole));
  }
  return bestOf(gains);
}

/**
 * The single change point of bad events of totals, by the likelihood of two binomial rates; `dispersion` flattens it for counts that scatter more. Steps without
 * traffic say nothing.
 */
export function rateChangePoint(
  bad: Float64Array,
  total: Float64Array,
  dispersion: number,
): ChangePoint | undefined {
  const n = bad.length;
  const [allBad, all] = [sumOf(bad), sumOf(total)];
  if (n < 2 * FEWEST || all <= 0 || allBad <= 0) return undefined;
  const gains = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const one = logLikelihood(allBad, all);
  let [b, t] = [0, 0];
  for (let at = 1; at <= n - FEWEST; at += 1) {
    b += bad[at - 1] ?? 0;
    t += total[at - 1] ?? 0;
    if (at >= FEWEST)
      gains[at] = (logLikelihood(b, t) + logLikelihood(allBad - b, all - t) - one) / dispersion;
  }
  return bestOf(gains);
}

function bestOf(gains: Float64Array): ChangePoint | undefined {
  let index = 0;
  gains.forEach((gain, at) => {
    if (gain > (gains[index] ?? 0)) index = at;
  });
  const gain = gains[index] ?? Number.NEGATIVE_INFINITY;
  if (!Number.isFinite(gain)) return undefined;
  let around = 0;
  gains.forEach((one, at) => {
    if (gain - one <= WITHIN) around = Math.max(around, Math.abs(at - index));
  });
  return { index, around, gain, gainAt: (at) => gains[at] ?? Number.NEGATIVE_INFINITY };
}

/** Of k among n at their own rate, without what does not depend on the rate. */
function logLikelihood(k: number, n: number): number {
  if (n <= 0) return 0;
  const of = (part: number) => (part <= 0 ? 0 : part * Math.log(part / n));
  return of(k) + of(n - k);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
