import { type Gauge, type GaugeMoment, type GaugeRules, measured, middle, seenAt } from './gauge-moment.ts';
import { gaugeOnset } from './gauge-onset.ts';
import { unchangedGauge } from './gauge-steady.ts';
import { ordinaryMoments } from './ordinary.ts';
import { FEWEST_MOMENTS, rankOf } from './placebo.ts';
import { mannWhitney } from './ranks.ts';
import { quantileOf, seasonOf } from './season.ts';
import { gaugeLooks } from './spending.ts';
import { tune } from './tuning.ts';
import { BEGAN_BEFORE, effectOf, type Judgement } from './verdict.ts';
import { type Windows, windowsOf } from './windows.ts';

/** A change smaller than this share of the value before does not matter, unless said otherwise. */
export const GAUGE_FLOOR = 0.1;

const DAY = 86_400_000;

/** The rank test’s own part in a verdict: not more than this, one-sided. */
const SIGNIFICANT = 0.01;

/** Without history, ranks and effect alone have to be far beyond chance. */
const STRICT = { p: 0.0005, floor: 0.5 } as const;

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

function judgeGauge(context: GaugeMoment): Judgement {
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
  const moments = ordinaryMoments(rules, moment);
  const bad: readonly (1 | -1)[] = rules.worse === 'either' ? [1, -1] : [rules.worse === 'higher' ? 1 : -1];
  const isKnown = moments.length >= FEWEST_MOMENTS;
  for (const [i, { steps, alpha }] of looks.entries()) {
    for (const sign of bad) {
      const found = isKnown
        ? standsOut(context, moments, steps, alpha / bad.length, sign)
        : steps === rules.after
          ? isFarBeyond(context, sign)
          : undefined;
      if (found === undefined) continue;
      const began = gaugeOnset(context, steps);
      const told = { ...found, ...(began === undefined ? {} : { onset: began.onset }), looks: i + 1 };
      if (began?.isEarlier !== true) return { ...told, verdict: 'degraded', decidedAt: at(steps) };
      if (i === looks.length - 1) return { ...told, verdict: 'inconclusive', reasons: [BEGAN_BEFORE] };
    }
  }
  const last = looks.at(-1);
  if (last?.steps === rules.after && rules.worse !== 'either' && isKnown) {
    const better = standsOut(context, moments, last.steps, last.alpha, rules.worse === 'higher' ? -1 : 1);
    if (better !== undefined)
      return { ...better, verdict: 'improved', looks: looks.length, decidedAt: at(last.steps) };
  }
  return { ...unchangedGauge(context, before, after, moments), looks: looks.length };
}

type Found = Omit<Judgement, 'verdict' | 'looks' | 'decidedAt'>;

/** Whether rank test, ordinary moments and the size of the effect agree at one look. */
function standsOut(
  context: GaugeMoment,
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

function isFarBeyond({ rules, gauge, moment, after: given }: GaugeMoment, sign: 1 | -1): Found | undefined {
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
