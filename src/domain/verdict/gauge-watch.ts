import { type GaugeRules, measured, middle } from './gauge-moment.ts';
import { ordinaryMoments } from './ordinary.ts';
import { FEWEST_MOMENTS } from './placebo.ts';
import { mannWhitney } from './ranks.ts';
import { gaugeLooks } from './spending.ts';
import { type Tuned, tune } from './tuning.ts';
import { type Effect, effectOf } from './verdict.ts';
import { SEASONAL, type Windows } from './windows.ts';

/** What one look sees of a moment. `score` is how far it passes what the watch may spend: log₁₀(allowed share / estimated chance). */
export type Seen = {
  readonly steps: number;
  readonly sign: 1 | -1;
  readonly score: number;
  readonly effect: Effect;
  readonly p: number;
  /** What the look came to, and what the watches at ordinary moments did. */
  readonly value: number;
  readonly past: Float64Array;
};

/** The watch as it is calibrated for one present moment, by the ordinary moments before it; any moment can be seen by it. */
export type GaugeWatch = {
  readonly moments: Int32Array;
  /** The looks in one direction at a moment, first to last, without those that tell nothing or whose effect is none. */
  seen(at: number, after: Float64Array, sign: 1 | -1): Iterable<Seen>;
};

/** The rank test has to agree, one-sided; how unusual a change is is for ordinary moments to say. */
const SIGNIFICANT = 0.05;

/** So many times the allowed share may pass the bound: rank test, effect and onset refuse the rest (on real series more than half). */
const PASSING = 1.5;

/** The directions that are bad news. */
export function badSigns({ worse }: GaugeRules): readonly (1 | -1)[] {
  return worse === 'either' ? [1, -1] : [worse === 'higher' ? 1 : -1];
}

/** Calibrates a watch for a present moment. `undefined` with too little history. */
export function gaugeWatch(
  values: Float64Array,
  rules: GaugeRules,
  windowsOf: (sign: 1 | -1) => Windows,
  moment: number,
): GaugeWatch | undefined {
  const moments = ordinaryMoments(rules, moment);
  if (moments.length < FEWEST_MOMENTS) return undefined;
  const looks = gaugeLooks(rules.after);
  const handicaps = looks.map(({ handicap }) => handicap);
  const alpha = (rules.alpha * PASSING) / badSigns(rules).length;
  const tuned = new Map<string, Tuned | undefined>();
  const tunedBy = (windows: Windows, sign: 1 | -1, isSeasonal: boolean) => {
    const key = `${sign}/${isSeasonal}`;
    if (!tuned.has(key)) {
      windows.fill(moments);
      tuned.set(key, tune(windows, moments, alpha, sign, handicaps, isSeasonal));
    }
    return tuned.get(key);
  };
  return {
    moments,
    *seen(at, after, sign) {
      const before = measured(values, at - rules.before, at);
      const was = middle(before);
      let statistics: readonly Float64Array[] | undefined;
      for (const [look, { steps }] of looks.entries()) {
        if (steps > after.length) return;
        // The cheap ones first: most moments end here.
        const now = measured(after, 0, steps);
        const effect = effectOf(was, middle(now));
        if (!matters(effect, sign, rules.floor)) continue;
        const { greater, less } = mannWhitney(now, before);
        const p = sign === 1 ? greater : less;
        if (p > SIGNIFICANT) continue;
        const windows = windowsOf(sign);
        statistics ??= windows.at(at, after);
        const isSeasonal = statistics.every((one) => Number.isFinite(one[SEASONAL]));
        const by = tunedBy(windows, sign, isSeasonal);
        const value = by?.at(look, statistics[look] ?? new Float64Array()) ?? Number.NaN;
        if (by === undefined || Number.isNaN(value)) continue;
        // What is as large as the bound and no larger does not pass: series repeat themselves.
        const past = (value - by.bound) / (by.excess * Math.LN10);
        const score = value > by.bound ? past : Math.min(past, -Number.EPSILON);
        yield { steps, sign, score, effect, p, value, past: by.past };
      }
    },
  };
}

/** Whether an effect is larger than what matters: a share of the value before. */
export function matters({ before, absolute }: Effect, sign: 1 | -1, floor: number): boolean {
  return absolute * sign > floor * Math.abs(before);
}
