import type { Duration } from '../time.ts';
import { type Count, conditionalTest, conditionalTestFewer, ratioBounds } from './counts.ts';
import { noHistory, type RatioContext, seenAt, testName } from './ratio-moment.ts';
import { effectOf, type Judgement, type Needs } from './verdict.ts';

/** One-sided confidence of the bound that is held against the floor. */
const CONFIDENCE = 0.9;

/** Steady where the bounds of the ratio lie within the floor; else what is missing to say so. */
export function unchangedRatio(
  { rules, ratio }: RatioContext,
  before: Count,
  after: Count,
  base: Count,
  dispersion: number,
  moment: number,
  seen: number,
  moments: ArrayLike<number>,
): Judgement {
  const was = base.bad / base.total;
  const { low, high } = ratioBounds(base, after, dispersion, CONFIDENCE);
  const { relative, absolute, enough = Number.POSITIVE_INFINITY } = rules.steadyFloor ?? rules.floor;
  const limitOf = (rate: number) => Math.min(rate + enough, Math.max(rate * (1 + relative), rate + absolute));
  const most = Math.max(1 + relative, was > 0 ? 1 + absolute / was : Number.POSITIVE_INFINITY);
  // Of nothing before, what may be after is told by the bound on its own rate.
  const highest = was > 0 ? high * was : (ratioUpper(after, dispersion) ?? 1);
  const isBelow = highest <= limitOf(was);
  const isAbove = low >= 1 / most;
  const moved = effectOf(before.bad / before.total, after.bad / after.total);
  // What is within what is usual, but has clearly moved since the baseline, is not as before.
  const isNear = rules.worse === 'lower' || moved.after <= limitOf(moved.before);
  const isSteady =
    seen === rules.after &&
    isNear &&
    (rules.worse === 'lower' || isBelow) &&
    (rules.worse === 'higher' || isAbove);
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
