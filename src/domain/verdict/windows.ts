import { quantileOf } from './season.ts';

/**
 * Statistics that compare what comes after a moment with what came before. `gap`: the lower quartile after over the upper tenth before, which spikes do not move.
 * `half`: 40 % after over 70 % before. `trim`, `mean`: difference of trimmed and plain means. `scaled`: of trimmed means in units of the spread before. Each of the
 * values themselves, and of what they are above (`season`) or times (`times`) the usual course of the day.
 */
export const STATISTICS = [
  ...['gap', 'half', 'trim', 'mean', 'scaled'],
  ...['season gap', 'season half', 'season trim', 'season mean', 'season scaled'],
  ...['times gap', 'times half', 'times trim'],
] as const;

const RAW = 0;
const SEASON = 5;
const TIMES = 10;

/** Shifts that the statistics are tried against: half as much again, twice, three times. */
export const TRIED_SHIFTS = [1.5, 2, 3] as const;

/** A window needs this share of its steps measured. */
const MEASURED = 0.6;

/** Windows of a series around moments, summed up when they are asked for, and kept. Moment i has its last step before at i − 1. */
export type Windows = {
  /** By statistic, then moment: what it is there, NaN where it cannot be told. */
  readonly plain: readonly Float64Array[];
  /** The same had everything after the moment been shifted, by shift of `TRIED_SHIFTS`. */
  readonly shifted: readonly (readonly Float64Array[])[];
  /** Sums up the windows around these moments. */
  fill(moments: Int32Array): void;
  /** The statistics at a moment, had what came after been these values. */
  at(moment: number, after: Float64Array): Float64Array;
};

/**
 * The windows of `before` and `after` steps of a series and its season. `sign` is 1 where higher is worse, −1 where lower is: shifts are divided
 * then.
 */
export function windowsOf(
  values: Float64Array,
  season: Float64Array,
  { before, after, sign }: { readonly before: number; readonly after: number; readonly sign: 1 | -1 },
): Windows {
  const empty = () => STATISTICS.map(() => new Float64Array(values.length).fill(Number.NaN));
  const plain = empty();
  const shifted = TRIED_SHIFTS.map(empty);
  const isFilled = new Uint8Array(values.length);
  const out = new Float64Array(STATISTICS.length);
  const [b, a] = [new Float64Array(before), new Float64Array(after)];
  const factors = [1, ...TRIED_SHIFTS].map((shift) => (sign === 1 ? shift : 1 / shift));
  const known = beforeOf(values, season, before, sign, b);
  return {
    plain,
    shifted,
    fill(moments) {
      for (const moment of moments) {
        if (isFilled[moment]) continue;
        isFilled[moment] = 1;
        const past = known(moment);
        factors.forEach((factor, f) => {
          compare(past, values.subarray(moment, moment + after), season, moment, factor, sign, a, out);
          const into = f === 0 ? plain : shifted[f - 1];
          into?.forEach((column, statistic) => {
            column[moment] = out[statistic] ?? Number.NaN;
          });
        });
      }
    },
    at(moment, given) {
      compare(known(moment), given.subarray(0, after), season, moment, 1, sign, a, out);
      return out.slice();
    },
  };
}

type Before = {
  readonly raw?: Summary;
  readonly season?: Summary;
  readonly times?: Summary;
  readonly small: number;
};

/** Summaries of what comes before a moment: of the values, and of what they are above and times the season. */
function beforeOf(
  values: Float64Array,
  season: Float64Array,
  before: number,
  sign: 1 | -1,
  scratch: Float64Array,
): (moment: number) => Before {
  return (moment) => {
    const past = values.subarray(moment - before, moment);
    const usual = season.subarray(moment - before, moment);
    const summary = (change: (value: number, i: number) => number): Summary | undefined => {
      const n = take(past, scratch, change);
      return n < before * MEASURED ? undefined : summaryOf(scratch.subarray(0, n).sort());
    };
    const raw = summary((value) => sign * value);
    const small = Math.abs(raw?.middle ?? 0) * SMALL + Number.MIN_VALUE;
    const seasonal = summary((value, i) => sign * (value - (usual[i] ?? Number.NaN)));
    const times =
      seasonal === undefined ? undefined : summary((value, i) => timesOf(value, usual[i], small, sign));
    return {
      small,
      ...(raw === undefined ? {} : { raw }),
      ...(seasonal === undefined ? {} : { season: seasonal }),
      ...(times === undefined ? {} : { times }),
    };
  };
}

/** Added to values before their logarithm, as a share of the level: small ones are noise. */
const SMALL = 0.05;

function timesOf(value: number, usual: number | undefined, small: number, sign: 1 | -1): number {
  return sign * Math.log((Math.max(0, value) + small) / (Math.max(0, usual ?? Number.NaN) + small));
}

/** All statistics of one moment into `out`. */
function compare(
  past: Before,
  after: Float64Array,
  season: Float64Array,
  moment: number,
  factor: number,
  sign: 1 | -1,
  scratch: Float64Array,
  out: Float64Array,
): void {
  out.fill(Number.NaN);
  const put = (family: number, before: Summary | undefined, change: (value: number, i: number) => number) => {
    if (before === undefined || past.raw === undefined) return;
    const n = take(after, scratch, change);
    if (n >= Math.max(1, after.length * MEASURED))
      statistics(out, family, before, scratch.subarray(0, n).sort(), past.raw.middle);
  };
  put(RAW, past.raw, (value) => sign * value * factor);
  put(SEASON, past.season, (value, i) => sign * (value * factor - (season[moment + i] ?? Number.NaN)));
  put(TIMES, past.times, (value, i) => timesOf(value * factor, season[moment + i], past.small, sign));
}

type Summary = {
  readonly middle: number;
  readonly q10: number;
  readonly q70: number;
  readonly q90: number;
  readonly trim: number;
  readonly mean: number;
};

function summaryOf(sorted: Float64Array): Summary {
  return {
    middle: quantileOf(sorted, 0.5),
    q10: quantileOf(sorted, 0.1),
    q70: quantileOf(sorted, 0.7),
    q90: quantileOf(sorted, 0.9),
    trim: trimmed(sorted, 0.1),
    mean: trimmed(sorted, 0),
  };
}

/** The statistics of one family; what is measured against the spread needs some level to be told from nothing. */
function statistics(
  out: Float64Array,
  family: number,
  before: Summary,
  after: Float64Array,
  level: number,
): void {
  const trim = trimmed(after, 0.15) - before.trim;
  out[family] = quantileOf(after, 0.25) - before.q90;
  out[family + 1] = quantileOf(after, 0.4) - before.q70;
  out[family + 2] = trim;
  if (family === TIMES) return;
  out[family + 3] = trimmed(after, 0) - before.mean;
  out[family + 4] = trim / (before.q90 - before.q10 + 1e-3 * Math.abs(level) + 1e-12);
}

function trimmed(sorted: Float64Array, share: number): number {
  const cut = Math.floor(sorted.length * share);
  let sum = 0;
  for (let i = cut; i < sorted.length - cut; i += 1) sum += sorted[i] ?? 0;
  return sum / (sorted.length - 2 * cut);
}

/** Copies what was measured, changed; gives how many there are. */
function take(
  values: Float64Array,
  into: Float64Array,
  change: (value: number, i: number) => number,
): number {
  let n = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = change(values[i] ?? Number.NaN, i);
    if (Number.isFinite(value)) into[n++] = value;
  }
  return n;
}
