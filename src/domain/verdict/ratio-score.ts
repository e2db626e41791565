import { type Count, conditionalTest, conditionalTestFewer } from './counts.ts';
import { FEWEST_MOMENTS } from './placebo.ts';
import type { After, RatioContext, RatioFloor } from './ratio-moment.ts';

/** What comes before has to be exceeded too, by this test, and not the history alone. */
const BEFORE_ALPHA = 0.05;

/** Without history the test alone decides, and spends less. */
const STRICT = 0.5;

/** Fewer events than this, times the dispersion, are an accident of a few requests, whatever a test says. */
const FEWEST_EVENTS = 5;

/** The largest score of the looks, and the first look that passed; `p` and `count` are of that one. */
export type Scored = {
  readonly score: number;
  readonly look?: number;
  readonly p: number;
  readonly count: Count;
};

/**
 * How far the looks at a moment pass what they may spend, as the largest log₁₀(α / p) among them, and the first that passes. What comes after is held against all of the history, which
 * knows the usual rate best, and against what comes just before; fewer bad events only against the latter: what became as usual again is better than it was. A look whose effect does not matter passes nothing.
 */
export function scoreAt(
  { rules, looks, between }: RatioContext,
  moment: number,
  after: After,
  sign: 1 | -1,
  dispersion: number,
): Scored {
  const before = between(moment - rules.before, moment);
  const history = between(moment - rules.history, moment);
  const isKnown = moment >= rules.before + rules.after + FEWEST_MOMENTS;
  const base = isKnown && sign === 1 ? history : before;
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
