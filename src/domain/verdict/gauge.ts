import { type Gauge, type GaugeMoment, type GaugeRules, measured, middle, seenAt } from './gauge-moment.ts';
import { gaugeOnset } from './gauge-onset.ts';
import { TOO_LITTLE_HISTORY, unchangedGauge } from './gauge-steady.ts';
import { badSigns, type GaugeWatch, gaugeWatch, matters, type Seen } from './gauge-watch.ts';
import { rankOf } from './placebo.ts';
import { exactGreater, mannWhitney } from './ranks.ts';
import { quantileOf, seasonOf } from './season.ts';
import { gaugeLooks } from './spending.ts';
import { BEGAN_BEFORE, effectOf, type Judgement } from './verdict.ts';
import { type Windows, windowsOf } from './windows.ts';

/** A change smaller than this share of the value before does not matter, unless said otherwise. */
export const GAUGE_FLOOR = 0.1;

/** Without history, ranks and effect alone have to be far beyond chance: half as much again, or as much less, and nearly everything after beyond everything before. */
const STRICT = { p: 0.005, floor: 0.5 } as const;

/** So many neighbouring moments share their calibration, which ends before the first of them. */
const TOGETHER = 8;

/** Of so many values all ways to deal their ranks out are counted. */
const FEW = 45;

/**
 * Judges moments of one gauge; what was computed for one moment serves others. Each takes what came after a moment so far, which is the gauge’s own when left out.
 *
 * `scorer(moment)` calibrates the watch for a present moment by the ordinary ones before it, and gives how far the watch at any moment passes what its looks may spend: the largest
 * log₁₀(allowed share / estimated chance) of its looks towards what is worse. At 0 or more some look passes; −∞ where nothing can be told or the effect is none.
 */
export type GaugeJudge = {
  judge(moment: number, after?: Float64Array): Judgement;
  scorer(moment: number): (at: number, after?: Float64Array) => number;
};

export function createGaugeJudge(gauge: Gauge, rules: GaugeRules): GaugeJudge {
  const season = seasonOf(gauge, rules.after);
  const looks = gaugeLooks(rules.after).map(({ steps }) => steps);
  const kept = new Map<1 | -1, Windows>();
  const windows = (sign: 1 | -1): Windows => {
    const known = kept.get(sign) ?? windowsOf(gauge.values, season, { before: rules.before, looks, sign });
    kept.set(sign, known);
    return known;
  };
  const own = (moment: number) => gauge.values.subarray(moment, moment + rules.after);
  let last: { readonly at: number; readonly watch: GaugeWatch | undefined } | undefined;
  const watchAt = (moment: number) => {
    const at = moment - (moment % TOGETHER);
    if (last?.at !== at) last = { at, watch: gaugeWatch(gauge.values, rules, windows, at) };
    return last.watch;
  };
  return {
    judge(moment, after = own(moment)) {
      const context = { gauge, rules, moment, season, after: after.subarray(0, rules.after), windows };
      return judgeGauge(context, watchAt(moment));
    },
    scorer(moment) {
      const watch = watchAt(moment);
      return (at, after = own(at)) => {
        let most = Number.NEGATIVE_INFINITY;
        for (const sign of badSigns(rules))
          for (const { score } of watch?.seen(at, after, sign) ?? []) most = Math.max(most, score);
        return most;
      };
    },
  };
}

function judgeGauge(context: GaugeMoment, watch: GaugeWatch | undefined): Judgement {
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
  const lookOf = (steps: number) => looks.findIndex((look) => look.steps === steps) + 1;
  for (const found of passed(context, watch)) {
    const began = gaugeOnset(context, found.steps);
    const told = {
      ...found.told,
      ...(began === undefined ? {} : { onset: began.onset }),
      looks: lookOf(found.steps),
    };
    if (began?.isEarlier !== true) return { ...told, verdict: 'degraded', decidedAt: at(found.steps) };
    if (found.steps === looks.at(-1)?.steps)
      return { ...told, verdict: 'inconclusive', reasons: [BEGAN_BEFORE] };
  }
  const better = seen === rules.after ? improved(context, watch) : undefined;
  if (better !== undefined)
    return { ...better, verdict: 'improved', looks: looks.length, decidedAt: at(seen) };
  return { ...unchangedGauge(context, before, after, watch?.moments), looks: looks.length };
}

type Told = Omit<Judgement, 'verdict' | 'looks' | 'decidedAt'>;

/** The same of the whole watch, the other way. */
function improved(context: GaugeMoment, watch: GaugeWatch | undefined): Told | undefined {
  const { rules, moment, after } = context;
  if (rules.worse === 'either') return undefined;
  const sign = rules.worse === 'higher' ? -1 : 1;
  if (watch === undefined) return farBeyond(context, sign);
  const last = [...watch.seen(moment, after, sign)].at(-1);
  return last !== undefined && last.steps === rules.after && last.score >= 0
    ? evidence(context, last)
    : undefined;
}

/** The looks at which rank test, ordinary moments and the size of the effect agree that it is worse, first to last. */
function* passed(
  context: GaugeMoment,
  watch: GaugeWatch | undefined,
): Iterable<{ readonly steps: number; readonly told: Told }> {
  const { rules, moment, after } = context;
  const signs = badSigns(rules);
  if (watch === undefined) {
    for (const sign of signs) {
      const told = after.length === rules.after ? farBeyond(context, sign) : undefined;
      if (told !== undefined) yield { steps: rules.after, told };
    }
    return;
  }
  const all = signs.flatMap((sign) => [...watch.seen(moment, after, sign)]);
  for (const one of all.toSorted((a, b) => a.steps - b.steps))
    if (one.score >= 0) yield { steps: one.steps, told: evidence(context, one) };
}

function evidence({ gauge, rules, moment }: GaugeMoment, seen: Seen): Told {
  const { effect, p, steps, past, value } = seen;
  const n = measured(gauge.values, moment - rules.before, moment).length + steps;
  return {
    ...{ effect, significance: { test: 'Mann–Whitney', p, n } },
    ...{ placebo: rankOf(past, value), reasons: [] },
  };
}

function farBeyond({ rules, gauge, moment, after: given }: GaugeMoment, sign: 1 | -1): Told | undefined {
  const before = measured(gauge.values, moment - rules.before, moment);
  const after = measured(given, 0, given.length);
  const effect = effectOf(middle(before), middle(after));
  const signed = (values: readonly number[]) => Float64Array.from(values, (value) => sign * value).sort();
  const gap = quantileOf(signed(after), 0.25) - (signed(before).at(-1) ?? Number.NaN);
  const floor = sign === 1 ? STRICT.floor : STRICT.floor / (1 + STRICT.floor);
  if (!(gap > 0) || !matters(effect, sign, floor)) return undefined;
  const n = before.length + after.length;
  const p = oneSided(signed(after), signed(before));
  if (p > STRICT.p) return undefined;
  const test = n <= FEW ? 'Mann–Whitney, exact' : 'Mann–Whitney';
  return { effect, significance: { test, p, n }, reasons: [TOO_LITTLE_HISTORY] };
}

function oneSided(after: Float64Array, before: Float64Array): number {
  const [a, b] = [[...after], [...before]];
  return a.length + b.length <= FEW ? exactGreater(a, b) : mannWhitney(a, b).greater;
}
