import { type Count, conditionalTestFewer } from './counts.ts';
import { isClearlyEarlier, rateChangePoint } from './onset.ts';
import { independentOf, ordinaryMoments } from './ordinary.ts';
import { FEWEST_MOMENTS } from './placebo.ts';
import {
  type After,
  countOf,
  noHistory,
  type Ratio,
  type RatioContext,
  type RatioRules,
  scatterAt,
  seenAt,
  testName,
} from './ratio-moment.ts';
import { type Present, scoreAt } from './ratio-score.ts';
import { unchangedRatio } from './ratio-steady.ts';
import { countLooks } from './spending.ts';
import { baseAt, usualBefore } from './usual.ts';
import { BEGAN_BEFORE, effectOf, type Judgement, type Worse } from './verdict.ts';

/** Ordinary moments have to be exceeded by all but this share. */
const PLACEBO_ALPHA = 0.01;

/**
 * Judges moments of one series of counts; what was computed for one moment serves others. `judge(i, after)` as in `createGaugeJudge`; `scorer(i)` tells how far the watch at
 * any moment passes what its looks may spend, with the scatter known at i: the largest log₁₀(allowed / p) towards what is worse.
 */
export function createRatioJudge(
  ratio: Ratio,
  rules: RatioRules,
): {
  judge(moment: number, after?: After): Judgement;
  scorer(moment: number): (at: number, after?: After) => number;
} {
  const sums = { bad: runningSum(ratio.bad), total: runningSum(ratio.total) };
  const between = (from: number, to: number): Count => ({
    bad: (sums.bad[to] ?? 0) - (sums.bad[Math.max(0, from)] ?? 0),
    total: (sums.total[to] ?? 0) - (sums.total[Math.max(0, from)] ?? 0),
  });
  const looks = countLooks(rules.after, rules.alpha);
  const scores = new Map<number, number>();
  const context: RatioContext = { ratio, rules, looks, between };
  const placebo = (moment: number, sign: 1 | -1, dispersion: number, present: Present): number => {
    const key = sign * (moment + 1);
    const known = scores.get(key);
    if (known !== undefined) return known;
    const score = scoreAt(
      context,
      present,
      moment,
      afterIn(ratio, moment, rules.after),
      sign,
      dispersion,
    ).score;
    scores.set(key, score);
    return score;
  };
  return {
    judge(moment, after = afterIn(ratio, moment, rules.after)) {
      return judgeRatio(context, moment, after, placebo);
    },
    scorer(moment) {
      const dispersion = scatterAt(context, moment);
      const present = presentAt(ratio, rules, moment);
      return (at, after) =>
        Math.max(
          ...badSigns(rules.worse).map((sign) =>
            after === undefined
              ? placebo(at, sign, dispersion, present)
              : scoreAt(context, present, at, after, sign, dispersion).score,
          ),
        );
    },
  };
}

function presentAt(ratio: Ratio, rules: RatioRules, moment: number): Present {
  const usual = usualBefore(ratio, rules, moment);
  return { usual, isKnown: usual.isKnown(moment) };
}

function badSigns(worse: Worse): readonly (1 | -1)[] {
  return worse === 'either' ? [1, -1] : [worse === 'higher' ? 1 : -1];
}

function afterIn({ bad, total }: Ratio, moment: number, steps: number): After {
  return { bad: bad.subarray(moment, moment + steps), total: total.subarray(moment, moment + steps) };
}

/** What was known at a look: what is decided there stays decided. */
function firstOf({ bad, total }: After, steps: number): After {
  return { bad: bad.subarray(0, steps), total: total.subarray(0, steps) };
}

function judgeRatio(
  context: RatioContext,
  moment: number,
  after: After,
  placebo: (moment: number, sign: 1 | -1, dispersion: number, present: Present) => number,
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
  const present = presentAt(ratio, rules, moment);
  const { usual, isKnown } = present;
  const dispersion = scatterAt(context, moment);
  const moments = isKnown ? ordinaryMoments(rules, moment) : new Int32Array();
  const bad = badSigns(rules.worse);
  const good: readonly (1 | -1)[] = rules.worse === 'either' ? [] : [rules.worse === 'higher' ? -1 : 1];
  // What began before says nothing of what came after: it may have ended, which is better.
  let earlier: Judgement | undefined;
  for (const [verdict, signs] of [
    ['degraded', bad],
    ['improved', good],
  ] as const) {
    for (const sign of signs) {
      // Of fewer bad events the baseline is the odd one: how much is usual, the time before it tells.
      const scatter = sign === 1 ? dispersion : scatterAt(context, moment, moment - rules.before);
      const found = scoreAt(context, present, moment, after, sign, scatter);
      if (found.look === undefined || (verdict === 'improved' && seen < rules.after)) continue;
      const rank = moments.reduce(
        (count, at) => count + (placebo(at, sign, scatter, present) >= found.score ? 1 : 0),
        0,
      );
      const placeboRank = {
        ...{ n: moments.length, effective: independentOf(moments, rules) },
        ...{ rank, p: (1 + rank) / (1 + moments.length) },
      };
      if (moments.length >= FEWEST_MOMENTS && placeboRank.p > PLACEBO_ALPHA) continue;
      const began = onsetOf(
        context,
        moment,
        verdict === 'degraded' ? firstOf(after, found.look) : after,
        dispersion,
      );
      const common = {
        effect: effectOf(before.bad / before.total, found.count.bad / found.count.total),
        significance: {
          test: testName(scatter),
          p: found.p,
          n: Math.round(before.total + found.count.total),
        },
        ...(moments.length >= FEWEST_MOMENTS ? { placebo: placeboRank } : {}),
        ...(began === undefined || (began.isEarlier && verdict === 'improved') ? {} : { onset: began.onset }),
        looks: found.look,
      };
      // What was still bad just before did not end by itself, whenever it had begun.
      const isOver = verdict === 'degraded' || !wasBadUntil(context, moment, now, scatter);
      if (began?.isEarlier === true && isOver) {
        earlier ??= { ...common, verdict: 'inconclusive', reasons: [BEGAN_BEFORE] };
        continue;
      }
      const decidedAt = seenAt(ratio, moment + found.look);
      return { ...common, verdict, decidedAt, reasons: noHistory(moments) };
    }
  }
  if (earlier !== undefined) return earlier;
  const base = isKnown ? baseAt(usual, ratio, rules, moment, before, dispersion) : before;
  return unchangedRatio(context, before, now, base, dispersion, moment, seen, moments);
}

/** Steps just before a moment that tell whether something had ended before it, and how unlikely they have to be. */
const JUST_BEFORE = { steps: 5, chance: 0.01 } as const;

function wasBadUntil({ between }: RatioContext, moment: number, now: Count, dispersion: number): boolean {
  const last = between(moment - JUST_BEFORE.steps, moment);
  return last.total > 0 && conditionalTestFewer(last, now, dispersion) < JUST_BEFORE.chance;
}

function onsetOf(
  { rules, ratio }: RatioContext,
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
    isEarlier: isClearlyEarlier(found, moment - from),
  };
}

/** Sums up to and without each index; gaps count as nothing. */
function runningSum(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, i) => {
    sums[i + 1] = (sums[i] ?? 0) + (Number.isFinite(value) ? value : 0);
  });
  return sums;
}
