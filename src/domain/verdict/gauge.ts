import type { Duration, Instant } from '../time.ts';
import { FEWEST_MOMENTS, rankOf, tune } from './placebo.ts';
import { mannWhitney, shiftBounds } from './ranks.ts';
import { quantileOf, seasonOf } from './season.ts';
import { gaugeLooks } from './spending.ts';
import { effectOf, type Judgement, type Needs, type PlaceboRank, type Worse } from './verdict.ts';
import { STATISTICS, type Windows, windowsOf } from './windows.ts';

/** A gauge: value i was measured at `times[i]` (UTC, ascending), NaN where nothing was; `step` is the usual distance. */
export type Gauge = {
  readonly times: ArrayLike<Instant>;
  readonly step: Duration;
  readonly values: Float64Array;
};

/**
 * How a gauge is judged: steps before and after a moment, steps of history that ordinary moments are taken from, the direction that is worse, and the relative change
 * that matters. `excluded` marks steps that are not ordinary: deploys, incidents.
 */
export type GaugeRules = {
  readonly before: number;
  readonly after: number;
  readonly history: number;
  readonly worse: Worse;
  readonly floor: number;
  readonly excluded?: Uint8Array;
};

/** A change smaller than this share of the value before does not matter, unless said otherwise. */
export const GAUGE_FLOOR = 0.1;

const DAY = 86_400_000;

/** The statistic that is easiest to tell. */
const PLAIN = STATISTICS.indexOf('trim');

/** Ordinary moments that are looked at: neighbouring ones say nearly the same. */
const MOST_MOMENTS = 2100;

/** The rank test’s own part in a verdict: not more than this, one-sided. */
const SIGNIFICANT = 0.01;

/** Without history, ranks and effect alone have to be far beyond chance. */
const STRICT = { p: 0.0005, floor: 0.5 } as const;

/** Standard errors of the two-sided 95 % interval that is held against the floor. */
const Z95 = 1.96;

/**
 * Judges moments of one gauge. What was computed for one moment serves others: windows are summed up once. `judge(i, after)` judges a change at
 * index i by what came after it so far, which is the gauge’s own when left out.
 */
export function createGaugeJudge(
  gauge: Gauge,
  rules: GaugeRules,
): { judge(moment: number, after?: Float64Array): Judgement } {
  const season = seasonOf(gauge.values, Math.round(DAY / gauge.step));
  const kept = new Map<string, Windows>();
  const windows = (after: number, sign: 1 | -1): Windows => {
    const key = `${after}/${sign}`;
    const known = kept.get(key) ?? windowsOf(gauge.values, season, { before: rules.before, after, sign });
    kept.set(key, known);
    return known;
  };
  return {
    judge(moment, after = gauge.values.subarray(moment, moment + rules.after)) {
      return judgeGauge({ gauge, rules, moment, after: after.subarray(0, rules.after), windows });
    },
  };
}

type Context = {
  readonly gauge: Gauge;
  readonly rules: GaugeRules;
  readonly moment: number;
  /** What came after so far. */
  readonly after: Float64Array;
  windows(after: number, sign: 1 | -1): Windows;
};

function judgeGauge(context: Context): Judgement {
  const { rules, gauge, moment } = context;
  const seen = context.after.length;
  const before = measured(gauge.values, moment - rules.before, moment);
  const after = measured(context.after, 0, seen);
  const looks = gaugeLooks(rules.after).filter(({ steps }) => steps <= seen);
  const at = (steps: number) => seenAt(gauge, moment + steps);
  if (before.length < rules.before * 0.6 || after.length < seen * 0.6 || looks.length === 0)
    return {
      ...{ verdict: 'inconclusive', looks: looks.length },
      reasons: [
        `Of ${rules.before} steps before ${before.length} were measured, of ${seen} after ${after.length}.`,
      ],
    };
  const moments = ordinaryMoments(context);
  const bad: readonly (1 | -1)[] = rules.worse === 'either' ? [1, -1] : [rules.worse === 'higher' ? 1 : -1];
  const isKnown = moments.length >= FEWEST_MOMENTS;
  for (const [i, { steps, alpha }] of looks.entries()) {
    for (const sign of bad) {
      const found = isKnown
        ? standsOut(context, moments, steps, alpha / bad.length, sign)
        : steps === rules.after
          ? isFarBeyond(context, sign)
          : undefined;
      if (found !== undefined) return { ...found, verdict: 'degraded', looks: i + 1, decidedAt: at(steps) };
    }
  }
  const last = looks.at(-1);
  if (last?.steps === rules.after && rules.worse !== 'either' && isKnown) {
    const better = standsOut(context, moments, last.steps, last.alpha, rules.worse === 'higher' ? -1 : 1);
    if (better !== undefined)
      return { ...better, verdict: 'improved', looks: looks.length, decidedAt: at(last.steps) };
  }
  return { ...unchanged(context, before, after, moments), looks: looks.length };
}

/** Moments of the history whose whole watch lies before this one, and touches nothing that is excluded. */
function ordinaryMoments({ rules, moment }: Context): Int32Array {
  const { before, after, history, excluded } = rules;
  const first = Math.max(before, moment - history);
  const found = new Int32Array(Math.max(0, moment - after - first + 1));
  let n = 0;
  let free = 0;
  for (let i = Math.max(0, first - before); i < first + after - 1; i += 1)
    free = excluded?.[i] ? 0 : free + 1;
  const every = Math.max(1, Math.ceil(history / MOST_MOMENTS));
  for (let at = first; at + after <= moment; at += 1) {
    free = excluded?.[at + after - 1] ? 0 : free + 1;
    // On a grid of the series’ own, so that what is summed up for one moment serves others.
    if (at % every === 0 && (free >= before + after || excluded === undefined)) found[n++] = at;
  }
  return found.subarray(0, n);
}

type Found = Omit<Judgement, 'verdict' | 'looks' | 'decidedAt'>;

/** Whether rank test, ordinary moments and the size of the effect agree at one look. */
function standsOut(
  context: Context,
  moments: Int32Array,
  steps: number,
  alpha: number,
  sign: 1 | -1,
): Found | undefined {
  const { rules, gauge, moment } = context;
  const before = measured(gauge.values, moment - rules.before, moment);
  const after = measured(context.after, 0, steps);
  const effect = effectOf(middle(before), middle(after));
  // The cheap ones first: most moments end here.
  if (!matters(effect.before, effect.absolute * sign, rules.floor)) return undefined;
  const p = oneSided(before, after, sign);
  if (p > SIGNIFICANT) return undefined;
  const windows = context.windows(steps, sign);
  windows.fill(moments);
  const tuned = tune(windows, moments, alpha);
  const column = tuned === undefined ? undefined : windows.plain[tuned.statistic];
  const value = windows.at(moment, context.after)[tuned?.statistic ?? 0] ?? Number.NaN;
  if (tuned === undefined || column === undefined || !(value > tuned.bound)) return undefined;
  return {
    effect,
    significance: { test: 'Mann–Whitney', p, n: before.length + after.length },
    placebo: rankOf(column, moments, value),
    reasons: [],
  };
}

function isFarBeyond({ rules, gauge, moment, after: given }: Context, sign: 1 | -1): Found | undefined {
  const before = measured(gauge.values, moment - rules.before, moment);
  const after = measured(given, 0, given.length);
  const effect = effectOf(middle(before), middle(after));
  const p = oneSided(before, after, sign);
  const signed = (values: readonly number[]) => Float64Array.from(values, (value) => sign * value).sort();
  const gap = quantileOf(signed(after), 0.25) - (signed(before).at(-1) ?? Number.NaN);
  if (p > STRICT.p || !(gap > 0) || !matters(effect.before, effect.absolute * sign, STRICT.floor))
    return undefined;
  return {
    effect,
    significance: { test: 'Mann–Whitney', p, n: before.length + after.length },
    reasons: ['There is too little history to tell what is usual; stricter limits were held.'],
  };
}

function matters(before: number, rise: number, floor: number): boolean {
  return rise > floor * Math.abs(before);
}

function oneSided(before: readonly number[], after: readonly number[], sign: 1 | -1): number {
  const { greater, less } = mannWhitney(after, before);
  return sign === 1 ? greater : less;
}

/** Steady where the whole interval of the shift lies within the floor; else what is missing to say so. */
function unchanged(
  context: Context,
  before: readonly number[],
  after: readonly number[],
  moments: Int32Array,
): Omit<Judgement, 'looks'> {
  const { rules, gauge, moment } = context;
  const seen = context.after.length;
  const effect = effectOf(middle(before), middle(after));
  const { low, high } = shiftBounds(before, after, Z95, hangingTogether(before));
  const floor = rules.floor * Math.abs(effect.before);
  const widest = Math.max(rules.worse === 'lower' ? 0 : high, rules.worse === 'higher' ? 0 : -low);
  const { twoSided } = mannWhitney(after, before);
  const common = {
    effect,
    significance: { test: 'Mann–Whitney', p: twoSided, n: before.length + after.length },
    ...(moments.length < FEWEST_MOMENTS ? {} : { placebo: plainRank(context, moments) }),
  };
  if (seen === rules.after && widest <= floor)
    return {
      ...common,
      verdict: 'steady',
      decidedAt: seenAt(gauge, moment + seen),
      reasons: [],
    };
  const needs = needsOf(widest, floor, after.length, gauge.step);
  return { ...common, verdict: 'inconclusive', ...(needs === undefined ? {} : { needs }), reasons: [] };
}

/** How a change that is none ranks by the difference of trimmed means, towards what is worse. */
function plainRank(context: Context, moments: Int32Array): PlaceboRank {
  const { moment, after, rules } = context;
  const windows = context.windows(after.length, rules.worse === 'lower' ? -1 : 1);
  windows.fill(moments);
  const column = windows.plain[PLAIN] ?? new Float64Array();
  return rankOf(column, moments, windows.at(moment, after)[PLAIN] ?? Number.NaN);
}

/** An interval shrinks with the root of what was measured. */
function needsOf(widest: number, floor: number, n: number, step: Duration): Needs | undefined {
  if (!(floor > 0) || !Number.isFinite(widest)) return undefined;
  const more = Math.ceil(n * ((widest / floor) ** 2 - 1));
  return more > 0 ? { more, what: 'samples', takes: more * step } : undefined;
}

/** How many neighbouring values are worth one, by the first autocorrelation r: (1 + r) / (1 − r), at most ten. */
function hangingTogether(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [variance, covariance] = [0, 0];
  values.forEach((value, i) => {
    variance += (value - mean) ** 2;
    if (i > 0) covariance += (value - mean) * ((values[i - 1] ?? mean) - mean);
  });
  const r = variance > 0 ? Math.max(0, covariance / variance) : 0;
  return Math.min(10, (1 + r) / (1 - Math.min(0.99, r)));
}

/** When the last of so many values was known: a step after it was measured from. */
function seenAt({ times, step }: Gauge, end: number): Instant {
  return (times[end - 1] ?? 0) + step;
}

function measured(values: Float64Array, from: number, to: number): readonly number[] {
  const found: number[] = [];
  for (let i = Math.max(0, from); i < to; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value)) found.push(value);
  }
  return found;
}

function middle(values: readonly number[]): number {
  return quantileOf(Float64Array.from(values).sort(), 0.5);
}
