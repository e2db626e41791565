import { FEWEST_MOMENTS } from './placebo.ts';
import { SEASONAL, STATISTICS, type Windows } from './windows.ts';

/** How a signal’s watch is judged by its own past. */
export type Tuned = {
  /** The bound that `alpha` of the ordinary watches pass, and by how much the largest tenth of them lies above the least of that tenth on average. */
  readonly bound: number;
  readonly excess: number;
  /** What the watches at the ordinary moments came to: the largest of their looks. */
  readonly past: Float64Array;
  /** What a look comes to, by its statistics. */
  at(look: number, statistics: Float64Array): number;
};

/** Shifts that the statistics are tried against: half as much again, twice, three times. */
const TRIED = [1.5, 2, 3] as const;

/** They are tried at every so manieth moment: weights need no more. */
const TRIED_EVERY = 2;

/** With a short history the bound is raised by SHORT · (600 / n) ^ 1.3: a tail that was seen for a few days is less sure than it looks. */
const SHORT = { by: 0.12, of: 600, to: 1.3 } as const;

/** A statistic that finds so much less (of three shifts) than the best weighs e times less, and below LEAST nothing. */
const WORSE_BY = 0.1;
const LEAST = 0.05;

/** The share of ordinary moments that statistics are weighed at: what may be spent moves the last bound alone, so that scores with more to spend are higher. */
const WEIGHED_AT = 0.01;

/** Statistics are drawn in to this range, in units of their own bound above their median, before they are weighed together. */
const [LOWEST, HIGHEST] = [-3, 8];

/** Bounds of what was weighed together are not less than this. */
const FLOOR = 0.2;

/** A statistic has to be known at this share of the moments. */
const KNOWN = 0.4;

/** The share of the past whose mean excess tells how far the tail goes on. */
const TAIL = 0.1;

/**
 * Weighs statistics by what each would have found of shifts in this signal’s own past, at the bound that few of its ordinary moments pass; then bounds the largest of all looks
 * by what `alpha` of them pass. `handicaps` divide what the looks come to. The weights see the past only, so that the rank of the present stays what it is. `isSeasonal` is whether statistics
 * above the season can be told at the present. `undefined` with too little past.
 */
export function tune(
  windows: Windows,
  moments: Int32Array,
  alpha: number,
  sign: 1 | -1,
  handicaps: readonly number[],
  isSeasonal: boolean,
): Tuned | undefined {
  const margin = SHORT.by * (SHORT.of / moments.length) ** SHORT.to;
  const scratch = new Float64Array(moments.length);
  const looks = handicaps.map((handicap, look) => {
    const weighed = weigh(windows, look, moments, sign, margin, isSeasonal, scratch);
    const past = new Float64Array(moments.length);
    for (const one of weighed) {
      const column = windows.plain[look]?.[one.statistic];
      moments.forEach((moment, i) => {
        past[i] = (past[i] ?? 0) + part(one, column?.[moment] ?? Number.NaN);
      });
    }
    const known = measuredOf(past, scratch);
    const unit = Math.max(FLOOR, largestOf(known)) * handicap;
    return {
      past: past.map((value) => value / unit),
      at: (statistics: Float64Array) =>
        weighed.reduce((sum, one) => sum + part(one, statistics[one.statistic] ?? Number.NaN), 0) / unit,
    };
  });
  const all = Float64Array.from(moments, (_, i) =>
    looks.reduce((most, { past }) => Math.max(most, past[i] ?? Number.NaN), Number.NEGATIVE_INFINITY),
  );
  const past = all.filter(Number.isFinite);
  if (past.length < FEWEST_MOMENTS) return undefined;
  const { bound, excess } = boundOf(past, alpha);
  return {
    bound: Math.max(FLOOR, bound) * (1 + margin),
    excess,
    past,
    at: (look, statistics) => looks[look]?.at(statistics) ?? Number.NaN,
  };
}

type Weighed = {
  readonly statistic: number;
  readonly weight: number;
  readonly middle: number;
  readonly scale: number;
};

/** What a statistic adds to a look. */
function part({ weight, middle, scale }: Weighed, value: number): number {
  return weight * Math.min(HIGHEST, Math.max(LOWEST, (value - middle) / scale));
}

/** The statistics of one look by what they would have found, weights summing to 1. */
function weigh(
  windows: Windows,
  look: number,
  moments: Int32Array,
  sign: 1 | -1,
  margin: number,
  isSeasonal: boolean,
  scratch: Float64Array,
): readonly Weighed[] {
  const found: (Omit<Weighed, 'weight'> & { readonly power: number })[] = [];
  const shifts = TRIED.map((shift) => (sign === 1 ? shift : 1 / shift) - 1);
  const fewest = Math.max(FEWEST_MOMENTS, KNOWN * moments.length);
  for (let statistic = 0; statistic < (isSeasonal ? STATISTICS.length : SEASONAL); statistic += 1) {
    const plain = windows.plain[look]?.[statistic];
    const level = windows.level[look]?.[statistic];
    if (plain === undefined || level === undefined) continue;
    let n = 0;
    for (const moment of moments) {
      const value = plain[moment] ?? Number.NaN;
      if (Number.isFinite(value)) scratch[n++] = value;
    }
    if (n < fewest) continue;
    const past = scratch.subarray(0, n);
    const bound = largestOf(past);
    const middle = nth(past, n >> 1);
    const scale = Math.max(bound - middle, 1e-9 * Math.abs(middle) + 1e-12);
    const limit = bound + margin * scale;
    let power = 0;
    for (let i = 0; i < moments.length; i += TRIED_EVERY) {
      const moment = moments[i] ?? 0;
      const [value, raised] = [plain[moment] ?? Number.NaN, level[moment] ?? Number.NaN];
      for (const added of shifts) if (value + added * raised > limit) power += TRIED_EVERY;
    }
    found.push({ statistic, middle, scale, power: power / n });
  }
  const best = Math.max(...found.map(({ power }) => power));
  const weights = found.map(({ power }) => Math.exp((power - best) / WORSE_BY));
  const sum = weights.reduce((all, weight) => all + (weight < LEAST ? 0 : weight), 0);
  return found.flatMap(({ statistic, middle, scale }, i) => {
    const weight = weights[i] ?? 0;
    return weight < LEAST ? [] : [{ statistic, middle, scale, weight: weight / sum }];
  });
}

/** The value that a share `WEIGHED_AT` of the values lies at or above, at least one. Reorders the values. */
function largestOf(values: Float64Array): number {
  return nth(values, values.length - Math.max(1, Math.floor(WEIGHED_AT * (values.length + 1))));
}

/**
 * The bound that a share `alpha` of past values lies above. Where there are too few to tell, it lies beyond the largest, by an exponential tail with the mean excess of
 * the upper tenth (peaks over threshold, Pickands 1975, with shape 0).
 */
function boundOf(past: Float64Array, alpha: number): { readonly bound: number; readonly excess: number } {
  const sorted = past.slice().sort();
  const tail = sorted.subarray(Math.max(0, past.length - Math.max(2, Math.ceil(TAIL * past.length))));
  const threshold = tail[0] ?? Number.POSITIVE_INFINITY;
  const sum = tail.reduce((all, value) => all + value - threshold, 0);
  // Of a past that never differs, anything else is far beyond.
  const excess = Math.max(sum / (tail.length - 1), Number.MIN_VALUE);
  const expected = alpha * (past.length + 1);
  const highest = tail.at(-1) ?? Number.POSITIVE_INFINITY;
  if (expected < 1) return { bound: highest + excess * Math.log(1 / expected), excess };
  return { bound: tail.at(-Math.floor(expected)) ?? highest, excess };
}

function measuredOf(values: Float64Array, into: Float64Array): Float64Array {
  let n = 0;
  for (const value of values) if (Number.isFinite(value)) into[n++] = value;
  return into.subarray(0, n);
}

/** The value that would be at an index of the values sorted (Hoare’s quickselect, 1961). Reorders them. */
function nth(values: Float64Array, index: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? 0;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i += 1;
      while ((values[j] ?? 0) > pivot) j -= 1;
      if (i > j) break;
      const swapped = values[i] ?? 0;
      values[i] = values[j] ?? 0;
      values[j] = swapped;
      i += 1;
      j -= 1;
    }
    if (index <= j) high = j;
    else if (index >= i) low = i;
    else break;
  }
  return values[index] ?? Number.NaN;
}
