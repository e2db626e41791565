import type { Duration } from '../time.ts';
import { type GaugeMoment, middle, seenAt } from './gauge-moment.ts';
import { pastOf, rankOf } from './placebo.ts';
import { mannWhitney, shiftBounds } from './ranks.ts';
import { effectOf, type Judgement, type Needs, type PlaceboRank } from './verdict.ts';
import { STATISTICS } from './windows.ts';

/** Standard errors of the two-sided 95 % interval that is held against the floor. */
const Z95 = 1.96;

/** The statistic that is easiest to tell. */
const PLAIN = STATISTICS.indexOf('trim');

/** Said where a history is missing. */
export const TOO_LITTLE_HISTORY =
  'There is too little history to tell what is usual; stricter limits were held.';

/** Without history, fewer values after than this show nothing to be steady. */
const FEWEST_ALONE = 8;

/** Steady where the whole interval of the shift lies within the floor; else what is missing to say so. */
export function unchangedGauge(
  context: GaugeMoment,
  before: readonly number[],
  after: readonly number[],
  moments: Int32Array | undefined,
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
    ...(moments === undefined ? {} : { placebo: plainRank(context, moments) }),
  };
  const missing = moments === undefined ? FEWEST_ALONE - Math.min(before.length, after.length) : 0;
  // Of what is mostly nothing the median says little, and without history nothing else does.
  const isTold = moments !== undefined || floor > 0 || [...before, ...after].every((value) => value === 0);
  if (seen === rules.after && widest <= floor && missing <= 0 && isTold)
    return {
      ...common,
      verdict: 'steady',
      decidedAt: seenAt(gauge, moment + seen),
      reasons: [],
    };
  const needs = missing > 0 ? samples(missing, gauge.step) : needsOf(widest, floor, after.length, gauge.step);
  return {
    ...common,
    ...{ verdict: 'inconclusive', ...(needs === undefined ? {} : { needs }) },
    reasons: moments === undefined ? [TOO_LITTLE_HISTORY] : [],
  };
}

/** How a change that is none ranks by the difference of trimmed means, towards what is worse. */
function plainRank(context: GaugeMoment, moments: Int32Array): PlaceboRank {
  const { moment, after, rules } = context;
  const windows = context.windows(rules.worse === 'lower' ? -1 : 1);
  windows.fill(moments);
  const now = windows.at(moment, after);
  const column = windows.plain[now.length - 1]?.[PLAIN] ?? new Float64Array();
  return rankOf(pastOf(column, moments), now.at(-1)?.[PLAIN] ?? Number.NaN);
}

/** An interval shrinks with the root of what was measured. */
function needsOf(widest: number, floor: number, n: number, step: Duration): Needs | undefined {
  if (!(floor > 0) || !Number.isFinite(widest)) return undefined;
  const more = Math.ceil(n * ((widest / floor) ** 2 - 1));
  return more > 0 ? samples(more, step) : undefined;
}

function samples(more: number, step: Duration): Needs {
  return { more, what: 'samples', takes: more * step };
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
