import { type GaugeRules, measured, middle } from './gauge-moment.ts';
import { ordinaryMoments } from './ordinary.ts';
import { FEWEST_MOMENTS } from './placebo.ts';
import { mannWhitney } from './ranks.ts';
import { gaugeLooks } from './spending.ts';
import { tune } from './tuning.ts';
import { type Effect, effectOf } from './verdict.ts';
import type { Windows } from './windows.ts';

/** What one look sees of a moment. `score` is how far it passes what it may spend: log₁₀(allowed share / estimated chance). */
export type Seen = {
  readonly steps: number;
  readonly sign: 1 | -1;
  readonly score: number;
  readonly effect: Effect;
  readonly p: number;
  /** What the moment was judged by, and its value there. */
  readonly column: Float64Array;
  readonly value: number;
};

/** The watch as it is calibrated for one present moment, by the ordinary moments before it; any moment can be seen by it. */
export type GaugeWatch = {
  readonly moments: Int32Array;
  /** The looks in one direction at a moment, first to last, without those that tell nothing or whose effect is none. */
  seen(at: number, after: Float64Array, sign: 1 | -1): Iterable<Seen>;
};

/** The rank test’s own part in a verdict: not more than this, one-sided. */
const SIGNIFICANT = 0.01;

/** The directions that are bad news. */
export function badSigns({ worse }: GaugeRules): readonly (1 | -1)[] {
  return worse === 'either' ? [1, -1] : [worse === 'higher' ? 1 : -1];
}

/** Calibrates a watch for a present moment. `undefined` with too little history. */
export function gaugeWatch(
  values: Float64Array,
  rules: GaugeRules,
  windowsOf: (after: number, sign: 1 | -1) => Windows,
  moment: number,
): GaugeWatch | undefined {
  const moments = ordinaryMoments(rules, moment);
  if (moments.length < FEWEST_MOMENTS) return undefined;
  const share = rules.alpha / badSigns(rules).length;
  const tuned = new Map<string, ReturnType<typeof tune>>();
  const tunedAt = (windows: Windows, steps: number, alpha: number, sign: 1 | -1) => {
    const key = `${steps}/${sign}`;
    if (!tuned.has(key)) {
      windows.fill(moments);
      tuned.set(key, tune(windows, moments, alpha));
    }
    return tuned.get(key);
  };
  return {
    moments,
    *seen(at, after, sign) {
      const before = measured(values, at - rules.before, at);
      const was = middle(before);
      for (const { steps, alpha } of gaugeLooks(rules.after, share)) {
        if (steps > after.length) return;
        // The cheap ones first: most moments end here.
        const now = measured(after, 0, steps);
        const effect = effectOf(was, middle(now));
        if (!matters(effect, sign, rules.floor)) continue;
        const { greater, less } = mannWhitney(now, before);
        const p = sign === 1 ? greater : less;
        if (p > SIGNIFICANT) continue;
        const windows = windowsOf(steps, sign);
        const by = tunedAt(windows, steps, alpha, sign);
        const column = by === undefined ? undefined : windows.plain[by.statistic];
        if (by === undefined || column === undefined) continue;
        const value = windows.at(at, after)[by.statistic] ?? Number.NaN;
        // What is as large as the bound and no larger does not pass: series repeat themselves.
        const past = (value - by.bound) / (by.excess * Math.LN10);
        const score = value > by.bound ? past : Math.min(past, -Number.EPSILON);
        if (!Number.isNaN(score)) yield { steps, sign, score, effect, p, column, value };
      }
    },
  };
}

/** Whether an effect is larger than what matters: a share of the value before. */
export function matters({ before, absolute }: Effect, sign: 1 | -1, floor: number): boolean {
  return absolute * sign > floor * Math.abs(before);
}
