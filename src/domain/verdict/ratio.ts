import type { Duration, Instant } from '../time.ts';
import { type Count, conditionalTest, conditionalTestFewer, dispersionOf, ratioBounds } from './counts.ts';
import { rateChangePoint } from './onset.ts';
import { FEWEST_MOMENTS } from './placebo.ts';
import { countLooks } from './spending.ts';
import { effectOf, type Judgement, type Needs, type Worse } from './verdict.ts';

/** Counts on a grid: in the step that begins at `times[i]` (UTC, ascending) there were `bad` of `total` events. `step` is its length. */
export type Ratio = {
  readonly times: ArrayLike<Instant>;
  readonly step: Duration;
  readonly bad: Float64Array;
  readonly total: Float64Array;
};

/**
 * How counts are judged: steps before and after a moment and of history, the direction that is worse, and what matters: a rise of at least `relative` of the rate before, and of
 * `absolute`. `alpha` is the share of harmless changes that may be called one by this signal. `excluded` marks steps that are not ordinary.
 */
export type RatioRules = {
  readonly before: number;
  readonly after: number;
  readonly history: number;
  readonly worse: Worse;
  readonly floor: RatioFloor;
  readonly alpha: number;
  readonly excluded?: Uint8Array;
};

export type RatioFloor = { readonly relative: number; readonly absolute: number };

/** A rise by less than half, or by less than 0.05 % of all, does not matter where no objective says otherwise. */
export const RATIO_FLOOR: RatioFloor = { relative: 0.5, absolute: 0.0005 };

/** What matters for an objective: half of what its budget allows at an even pace. */
export function floorFor(objective: number | undefined): RatioFloor {
  return objective === undefined
    ? RATIO_FLOOR
    : { ...RATIO_FLOOR, absolute: Math.min(0.01, (1 - objective) / 2) };
}

/** The share of false alarms that one signal of counts may spend by its test: the placebo allows half of that on top. */
export const RATIO_ALPHA = 0.007;

/** What comes before has to be exceeded too, by this test, and not the history alone. */
const BEFORE_ALPHA = 0.05;

/** Ordinary moments have to be exceeded by all but this share. */
const PLACEBO_ALPHA = 0.01;

/** Without history the test alone decides, and spends less. */
const STRICT = 0.5;

/** One-sided confidence of the bound that is held against the floor. */
const CONFIDENCE = 0.9;

/** Fewer events than this, times the dispersion, are an accident of a few requests, whatever a test says. */
const FEWEST_EVENTS = 5;

/** Ordinary moments that are looked at, at most. */
const MOST_MOMENTS = 2100;

/** A change that is likelier by so much (log likelihood ratio) to have begun earlier is not the deploy’s. */
const EARLIER = 2;

/** Judges moments of one series of counts; what was computed for one moment serves others. `judge(i, after)` as in `createGaugeJudge`. */
export function createRatioJudge(
  ratio: Ratio,
  rules: RatioRules,
): { judge(moment: number, after?: Pick<Ratio, 'bad' | 'total'>): Judgement } {
  const sums = { bad: runningSum(ratio.bad), total: runningSum(ratio.total) };
  const between = (from: number, to: number): Count => ({
    bad: (sums.bad[to] ?? 0) - (sums.bad[Math.max(0, from)] ?? 0),
    total: (sums.total[to] ?? 0) - (sums.total[Math.max(0, from)] ?? 0),
  });
  const looks = countLooks(rules.after, rules.alpha);
  const scores = new Map<number, number>();
  const context: Context = { ratio, rules, looks, between };
  const placebo = (moment: number, sign: 1 | -1, dispersion: number): number => {
    const key = sign * (moment + 1);
    const known = scores.get(key);
    if (known !== undefined) return known;
    const score = scoreAt(context, moment, afterIn(ratio, moment, rules.after), sign, dispersion).score;
    scores.set(key, score);
    return score;
  };
  return {
    judge(moment, after = afterIn(ratio, moment, rules.after)) {
      return judgeRatio(context, moment, after, placebo);
    },
  };
}

type After = Pick<Ratio, 'bad' | 'total'>;

type Context = {
  readonly ratio: Ratio;
  readonly rules: RatioRules;
  readonly looks: ReturnType<typeof countLooks>;
  between(from: number, to: number): Count;
};

function afterIn({ bad, total }: Ratio, moment: number, steps: number): After {
  return { bad: bad.subarray(moment, moment + steps), total: total.subarray(moment, moment + steps) };
}

function judgeRatio(
  context: Context,
  moment: number,
  after: After,
  placebo: (moment: number, sign: 1 | -1, dispersion: number) => number,
): Judgement {
  const { rules, ratio, between } = context;
  const seen = Math.min(after.total.length, rules.after);
  const before = between(moment - rules.before, moment);
  const now = countOf(after, seen);
  if (before.total <= 0 || now.total <= 0 || seen === 0)
    return {
      ...{ verdict: 'inconclusive', looks: seen },
      reasons: [before.total <= 0 ? 'Nothing was counted before.' : 'Nothing was counted after.'],
    };
  const history = Math.max(0, moment - rules.history);
  const dispersion = dispersionOf(
    ratio.bad,
    ratio.total,
    Math.min(history, moment - rules.before),
    moment,
    rules.after,
  );
  const moments = ordinary(context, moment);
  const bad: readonly (1 | -1)[] = rules.worse === 'either' ? [1, -1] : [rules.worse === 'higher' ? 1 : -1];
  const good: readonly (1 | -1)[] = rules.worse === 'either' ? [] : [rules.worse === 'higher' ? -1 : 1];
  for (const [verdict, signs] of [
    ['degraded', bad],
    ['improved', good],
  ] as const) {
    for (const sign of signs) {
      const found = scoreAt(context, moment, after, sign, dispersion);
      if (found.look === undefined || (verdict === 'improved' && seen < rules.after)) continue;
      const rank = moments.filter((at) => placebo(at, sign, dispersion) >= found.score).length;
      const placeboRank = {
        ...{
          n: moments.length,
          effective: Math.max(
            1,
            Math.floor((moments.length * strideOf(rules)) / (rules.before + rules.after)),
          ),
        },
        ...{ rank, p: (1 + rank) / (1 + moments.length) },
      };
      if (moments.length >= FEWEST_MOMENTS && placeboRank.p > PLACEBO_ALPHA) continue;
      const began = onsetOf(context, moment, after, dispersion);
      const common = {
        effect: effectOf(before.bad / before.total, found.count.bad / found.count.total),
        significance: {
          test: testName(dispersion),
          p: found.p,
          n: Math.round(before.total + found.count.total),
        },
        ...(moments.length >= FEWEST_MOMENTS ? { placebo: placeboRank } : {}),
        ...(began === undefined ? {} : { onset: began.onset }),
        looks: found.look,
      };
      if (began?.isEarlier === true)
        return {
          ...common,
          verdict: 'inconclusive',
          reasons: ['It began to change before: not this change’s doing.'],
        };
      const decidedAt = seenAt(ratio, moment + found.look);
      return { ...common, verdict, decidedAt, reasons: noHistory(moments) };
    }
  }
  return unchanged(context, before, now, between(history, moment), dispersion, moment, seen, moments);
}

function noHistory(moments: readonly number[]): readonly string[] {
  return moments.length >= FEWEST_MOMENTS
    ? []
    : ['There is too little history to tell what is usual; stricter limits were held.'];
}

type Scored = { readonly score: number; readonly look?: number; readonly p: number; readonly count: Count };

/**
 * How far the looks at a moment pass what they may spend, as the largest log₁₀(α / p) among them, and the first that passes. What comes after is held against all of the history, which
 * knows the usual rate best, and against what comes just before. A look whose effect does not matter passes nothing.
 */
function scoreAt(
  { rules, looks, between }: Context,
  moment: number,
  after: After,
  sign: 1 | -1,
  dispersion: number,
): Scored {
  const before = between(moment - rules.before, moment);
  const history = between(moment - rules.history, moment);
  const isKnown = moment >= rules.before + rules.after + FEWEST_MOMENTS;
  const base = isKnown ? history : before;
  const test = sign === 1 ? conditionalTest : conditionalTestFewer;
  let best: Scored = { score: Number.NEGATIVE_INFINITY, p: 1, count: { bad: 0, total: 0 } };
  let first: Scored | undefined;
  let [bad, total] = [0, 0];
  for (const { steps, alpha } of looks) {
    if (steps > after.total.length) break;
    bad += after.bad[steps - 1] ?? 0;
    total += after.total[steps - 1] ?? 0;
    const count = { bad, total };
    if (total <= 0 || !matters(before, count, rules.floor, sign) || !matters(base, count, rules.floor, sign))
      continue;
    if ((sign === 1 ? bad : before.bad) < FEWEST_EVENTS * dispersion) continue;
    const p = test(base, count, dispersion);
    if (isKnown && test(before, count, dispersion) > BEFORE_ALPHA) continue;
    const score = Math.log10((isKnown ? alpha : alpha * STRICT) / Math.max(p, 1e-300));
    if (score > best.score) best = { score, p, count };
    if (score >= 0 && first === undefined) first = { score, look: steps, p, count };
  }
  return first === undefined ? best : { ...first, score: best.score };
}

function matters(before: Count, after: Count, { relative, absolute }: RatioFloor, sign: 1 | -1): boolean {
  const [was, is] = [before.bad / before.total, after.bad / after.total];
  return sign === 1
    ? is >= was * (1 + relative) && is - was >= absolute
    : is <= was / (1 + relative) && was - is >= absolute;
}

/** Steady where the bounds of the ratio lie within the floor; else what is missing to say so. */
function unchanged(
  { rules, ratio }: Context,
  before: Count,
  after: Count,
  history: Count,
  dispersion: number,
  moment: number,
  seen: number,
  moments: readonly number[],
): Judgement {
  const base = moments.length >= FEWEST_MOMENTS ? history : before;
  const was = base.bad / base.total;
  const { low, high } = ratioBounds(base, after, dispersion, CONFIDENCE);
  const { relative, absolute } = rules.floor;
  const most = Math.max(1 + relative, was > 0 ? 1 + absolute / was : Number.POSITIVE_INFINITY);
  // Of nothing before, what may be after is told by the bound on its own rate.
  const highest = was > 0 ? high * was : (ratioUpper(after, dispersion) ?? 1);
  const isBelow = highest <= Math.max(was * (1 + relative), was + absolute);
  const isAbove = low >= 1 / most;
  const isSteady =
    seen === rules.after && (rules.worse === 'lower' || isBelow) && (rules.worse === 'higher' || isAbove);
  const p = Math.min(
    1,
    2 * Math.min(conditionalTest(base, after, dispersion), conditionalTestFewer(base, after, dispersion)),
  );
  const common = {
    effect: effectOf(before.bad / before.total, after.bad / after.total),
    significance: { test: testName(dispersion), p, n: Math.round(before.total + after.total) },
    looks: seen,
  };
  if (isSteady) return { ...common, verdict: 'steady', decidedAt: seenAt(ratio, moment + seen), reasons: [] };
  const needs = needsOf(Math.max(was, absolute), most, dispersion, after, seen * ratio.step);
  return {
    ...common,
    verdict: 'inconclusive',
    ...(needs === undefined ? {} : { needs }),
    reasons: noHistory(moments),
  };
}

/** A rate that is not exceeded with the confidence held: of no events, −ln(0.1) ones (the rule of three at 90 %). */
function ratioUpper({ bad, total }: Count, dispersion: number): number | undefined {
  return total > 0 ? (bad + dispersion * -Math.log(1 - CONFIDENCE)) / total : undefined;
}

/**
 * Requests that are missing until a rate that stays is seen to: the log of the ratio has variance φ / events, and its bound has to lie below the floor
 * in nine of ten cases.
 */
function needsOf(
  rate: number,
  most: number,
  dispersion: number,
  after: Count,
  length: Duration,
): Needs | undefined {
  const bound = Number.isFinite(most) ? most : 2;
  const events = dispersion * ((2 * 1.2816) / Math.log(bound)) ** 2;
  const more = Math.ceil(events / rate - after.total);
  if (!(more > 0) || after.total <= 0) return undefined;
  return { more, what: 'requests', takes: Math.round((more / after.total) * length) };
}

function onsetOf(
  { rules, ratio }: Context,
  moment: number,
  after: After,
  dispersion: number,
): { readonly onset: NonNullable<Judgement['onset']>; readonly isEarlier: boolean } | undefined {
  const from = Math.max(0, moment - rules.before);
  const join = (of: 'bad' | 'total') =>
    Float64Array.from([...ratio[of].subarray(from, moment), ...after[of]]);
  const found = rateChangePoint(join('bad'), join('total'), dispersion);
  if (found === undefined) return undefined;
  const at = from + found.index;
  return {
    onset: { at: ratio.times[at] ?? seenAt(ratio, at), plusMinus: Math.max(1, found.around) * ratio.step },
    isEarlier: at < moment && found.gain - found.gainAt(moment - from) > EARLIER,
  };
}

function strideOf({ history }: RatioRules): number {
  return Math.max(1, Math.ceil(history / MOST_MOMENTS));
}

/** Moments of the history whose whole watch lies before this one, and touches nothing that is excluded. */
function ordinary({ rules }: Context, moment: number): readonly number[] {
  const { before, after, history, excluded } = rules;
  const every = strideOf(rules);
  const found: number[] = [];
  const first = Math.max(before + after, moment - history);
  for (let at = Math.ceil(first / every) * every; at + after <= moment; at += every)
    if (excluded === undefined || !isTouched(excluded, at - before, at + after)) found.push(at);
  return found;
}

function isTouched(excluded: Uint8Array, from: number, to: number): boolean {
  for (let i = Math.max(0, from); i < to; i += 1) if (excluded[i]) return true;
  return false;
}

function countOf({ bad, total }: After, steps: number): Count {
  let [b, t] = [0, 0];
  for (let i = 0; i < steps; i += 1) {
    b += bad[i] ?? 0;
    t += total[i] ?? 0;
  }
  return { bad: b, total: t };
}

function testName(dispersion: number): string {
  return dispersion > 1.005
    ? `exact conditional, counts divided by a dispersion of ${dispersion.toFixed(2)}`
    : 'exact conditional';
}

function seenAt({ times, step }: Ratio, end: number): Instant {
  return (times[end - 1] ?? 0) + step;
}

/** Sums up to and without each index; gaps count as nothing. */
function runningSum(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, i) => {
    sums[i + 1] = (sums[i] ?? 0) + (Number.isFinite(value) ? value : 0);
  });
  return sums;
}
