import { quantileOf } from './season.ts';

/**
 * Statistics that compare what comes after a moment with what came before. `gap`: the lower quartile after over the upper tenth before, which spikes do not move.
 * `half`: 40 % after over 70 % before. `trim`, `mean`: difference of trimmed and plain means. `scaled`: of trimmed means in units of the spread before. `over`: the lower quartile
 * after over the largest before. Each of the values themselves, and of what they are above the usual course of the day (`season`).
 */
export const STATISTICS = [
  ...['gap', 'half', 'trim', 'mean', 'scaled', 'over'],
  ...['season gap', 'season half', 'season trim', 'season mean', 'season scaled', 'season over'],
] as const;

/** Where the statistics of what is above the season begin. */
export const SEASONAL = 6;

/** A window needs this share of its steps measured. */
const MEASURED = 0.6;

/** What statistics are at moments, summed up when they are asked for, and kept. Moment i has its last step before at i − 1. */
export type Windows = {
  /** By look, statistic, and moment: what it is there, NaN where it cannot be told. */
  readonly plain: readonly (readonly Float64Array[])[];
  /** The same of the level after: what a shift by a whole level adds to the statistic. */
  readonly level: readonly (readonly Float64Array[])[];
  /** Sums up the windows around these moments. */
  fill(moments: Int32Array): void;
  /** The statistics at a moment by look, had what came after been these values; looks that it is too short for are left out. */
  at(moment: number, after: Float64Array): readonly Float64Array[];
};

/** The windows of `before` steps and as many after as each look sees. `sign` is 1 where higher is worse, −1 where lower is. */
export function windowsOf(
  values: Float64Array,
  season: Float64Array,
  {
    before,
    looks,
    sign,
  }: { readonly before: number; readonly looks: readonly number[]; readonly sign: 1 | -1 },
): Windows {
  const longest = Math.max(...looks);
  const empty = () => looks.map(() => STATISTICS.map(() => new Float64Array(values.length).fill(Number.NaN)));
  const [plain, level] = [empty(), empty()];
  const isFilled = new Uint8Array(values.length);
  const [raw, above] = [
    new Float64Array(Math.max(before, longest)),
    new Float64Array(Math.max(before, longest)),
  ];
  const known = (moment: number) => {
    const past = values.subarray(moment - before, moment);
    const usual = season.subarray(moment - before, moment);
    return {
      raw: beforeOf(take(past, raw, sign), before),
      season: beforeOf(take(past, raw, sign, usual), before),
    };
  };
  const compare = (
    past: Known,
    moment: number,
    after: Float64Array,
    out: Float64Array,
    levels: Float64Array,
  ) => {
    out.fill(Number.NaN);
    levels.fill(Number.NaN);
    const needed = Math.max(1, after.length * MEASURED);
    const plainly = take(after, raw, sign);
    if (past.raw === undefined || plainly.length < needed) return;
    const now = afterOf(plainly);
    const small = 1e-3 * Math.abs(past.raw.trim) + 1e-12;
    put(out, levels, 0, past.raw, now, now, small);
    const seasonal = take(after, above, sign, season.subarray(moment, moment + after.length));
    if (past.season !== undefined && seasonal.length >= needed)
      put(out, levels, SEASONAL, past.season, afterOf(seasonal), now, small);
  };
  const [out, levels] = [new Float64Array(STATISTICS.length), new Float64Array(STATISTICS.length)];
  return {
    plain,
    level,
    fill(moments) {
      for (const moment of moments) {
        if (isFilled[moment]) continue;
        isFilled[moment] = 1;
        const past = known(moment);
        looks.forEach((steps, look) => {
          compare(past, moment, values.subarray(moment, moment + steps), out, levels);
          out.forEach((value, statistic) => {
            const [into, beside] = [plain[look]?.[statistic], level[look]?.[statistic]];
            if (into !== undefined) into[moment] = value;
            if (beside !== undefined) beside[moment] = levels[statistic] ?? Number.NaN;
          });
        });
      }
    },
    at(moment, after) {
      const past = known(moment);
      return looks
        .filter((steps) => steps <= after.length)
        .map((steps) => {
          compare(past, moment, after.subarray(0, steps), out, levels);
          return out.slice();
        });
    },
  };
}

type Known = { readonly raw: Before | undefined; readonly season: Before | undefined };

type Before = Readonly<Record<'q10' | 'q70' | 'q90' | 'highest' | 'trim' | 'mean', number>>;

function beforeOf(sorted: Float64Array, steps: number): Before | undefined {
  if (sorted.length < steps * MEASURED) return undefined;
  return {
    q10: quantileOf(sorted, 0.1),
    q70: quantileOf(sorted, 0.7),
    q90: quantileOf(sorted, 0.9),
    highest: sorted.at(-1) ?? Number.NaN,
    trim: trimmed(sorted, 0.1),
    mean: trimmed(sorted, 0),
  };
}

type After = Readonly<Record<'q25' | 'q40' | 'trim' | 'mean', number>>;

function afterOf(sorted: Float64Array): After {
  return {
    q25: quantileOf(sorted, 0.25),
    q40: quantileOf(sorted, 0.4),
    trim: trimmed(sorted, 0.15),
    mean: trimmed(sorted, 0),
  };
}

/** The statistics of one family, and what a shift by the level `raw` adds to them. What is measured against the spread needs some level to be told from nothing. */
function put(
  out: Float64Array,
  levels: Float64Array,
  family: number,
  before: Before,
  after: After,
  raw: After,
  small: number,
): void {
  const spread = before.q90 - before.q10 + small;
  out[family] = after.q25 - before.q90;
  out[family + 1] = after.q40 - before.q70;
  out[family + 2] = after.trim - before.trim;
  out[family + 3] = after.mean - before.mean;
  out[family + 4] = (after.trim - before.trim) / spread;
  out[family + 5] = after.q25 - before.highest;
  levels[family] = raw.q25;
  levels[family + 1] = raw.q40;
  levels[family + 2] = raw.trim;
  levels[family + 3] = raw.mean;
  levels[family + 4] = raw.trim / spread;
  levels[family + 5] = raw.q25;
}

function trimmed(sorted: Float64Array, share: number): number {
  const cut = Math.floor(sorted.length * share);
  let sum = 0;
  for (let i = cut; i < sorted.length - cut; i += 1) sum += sorted[i] ?? 0;
  return sum / (sorted.length - 2 * cut);
}

/** What was measured, towards what is worse, above what is usual where that is given; sorted. */
function take(values: Float64Array, into: Float64Array, sign: 1 | -1, usual?: Float64Array): Float64Array {
  let n = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = sign * ((values[i] ?? Number.NaN) - (usual === undefined ? 0 : (usual[i] ?? Number.NaN)));
    if (Number.isFinite(value)) into[n++] = value;
  }
  return into.subarray(0, n).sort();
}
