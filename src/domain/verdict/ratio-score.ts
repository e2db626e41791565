import { type Count, conditionalTest, conditionalTestFewer } from './counts.ts';
import type { After, RatioContext, RatioFloor } from './ratio-moment.ts';
import { baseAt, type Usual } from './usual.ts';

/** What comes before has to be exceeded too, by this test, and not the history alone. */
const BEFORE_ALPHA = 0.05;

/**
 * With too little history nobody knows how much this service scatters: the test alone decides, spends a tenth, and what it finds has to be four times as large. (Ratios that hang together over twenty minutes double by
 * themselves.)
 */
const STRICT = { share: 0.1, floor: 4 } as const;

/** Fewer events than this, times the dispersion, are an accident of a few requests, whatever a test says. */
const FEWEST_EVENTS = 5;

/** The largest score of the looks, and the first look that passed; `p` and `count` are of that one. */
export type Scored = {
  readonly score: number;
  readonly look?: number;
  readonly p: number;
  readonly count: Count;
};

/** What is usual before the present, and whether enough of it is known; ordinary moments are scored by the same, or they would seem less unusual than they were. */
export type Present = { readonly usual: Usual; readonly isKnown: boolean };

/**
 * How far the looks at a moment pass what they may spend, as the largest log₁₀(α / p) among them, and the first that passes. What comes after is held against what is usual,
 * and against what comes just before; fewer bad events only against the latter: what became as usual again is better than it was. A look whose effect does not matter passes nothing.
 */
export function scoreAt(
  { ratio, rules, looks, between }: RatioContext,
  { usual, isKnown }: Present,
  moment: number,
  after: After,
  sign: 1 | -1,
  dispersion: number,
): Scored {
  const before = between(moment - rules.before, moment);
  const base = isKnown && sign === 1 ? baseAt(usual, ratio, rules, moment, before, dispersion) : before;
  const floor = isKnown ? rules.floor : { ...rules.floor, relative: STRICT.floor * rules.floor.relative };
  const test = sign === 1 ? conditionalTest : conditionalTestFewer;
  let best: Scored = { score: Number.NEGATIVE_INFINITY, p: 1, count: { bad: 0, total: 0 } };
  let first: Scored | undefined;
  let [bad, total, counted] = [0, 0, 0];
  for (const { steps, alpha } of looks) {
    if (steps > after.total.length) break;
    for (; counted < steps; counted += 1) {
      bad += after.bad[counted] ?? 0;
      total += after.total[counted] ?? 0;
    }
    const count = { bad, total };
    if (total <= 0 || !matters(before, count, floor, sign) || !matters(base, count, floor, sign)) continue;
    if ((sign === 1 ? bad : before.bad) < FEWEST_EVENTS * dispersion) continue;
    const p = test(base, count, dispersion);
    if (isKnown && test(before, count, dispersion) > BEFORE_ALPHA) continue;
    const score = Math.log10((isKnown ? alpha : alpha * STRICT.share) / Math.max(p, 1e-300));
    if (score > best.score) best = { score, p, count };
    if (score >= 0 && first === undefined) first = { score, look: steps, p, count };
  }
  return first === undefined ? best : { ...first, score: best.score };
}

function matters(
  before: Count,
  after: Count,
  { relative, absolute, enough = Number.POSITIVE_INFINITY }: RatioFloor,
  sign: 1 | -1,
): boolean {
  const [was, is] = [before.bad / before.total, after.bad / after.total];
  if ((is - was) * sign >= enough) return true;
  return sign === 1
    ? is >= was * (1 + relative) && is - was >= absolute
    : is <= was / (1 + relative) && was - is >= absolute;
}
