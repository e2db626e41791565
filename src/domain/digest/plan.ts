import type { Actor } from '../event.ts';
import { DAY, type Duration, type Instant, lengthOf, type Range, WEEK } from '../time.ts';
import type { SpentIn } from './spent.ts';

/** What a team means to do about a budget that is spent or at risk; a later one of the same budget takes its place. */
export type RecoveryPlan = {
  readonly service: string;
  readonly slo: string;
  readonly text: string;
  readonly by: Actor;
  readonly at: Instant;
};

/** As long as a plan may be, in characters. */
export const LONGEST_PLAN = 500;

/** A plan is shown beside results for so long. */
export const PLAN_LASTS: Duration = 28 * DAY;

/** Before so much time has passed nothing can be said of what a plan did. */
const TELLS_AFTER: Duration = 2 * DAY;

/** The stretches that tell what became of a plan: the week before it was written, and the time since. */
export function stretchesOf(
  { at }: Pick<RecoveryPlan, 'at'>,
  now: Instant,
): { readonly before: Range; readonly since: Range } {
  return { before: { from: at - WEEK, to: at }, since: { from: at, to: now } };
}

/**
 * What came after a plan: how the budget is spent a day since then against the week before it, as `change` (−0.4: 40 % less; absent where nothing was spent before).
 * `tooEarly` for two days.
 */
export type PlanResult =
  | { readonly kind: 'tooEarly' | 'unknown' }
  | { readonly kind: 'known'; readonly before: number; readonly since: number; readonly change?: number };

/** `before` and `since` are what these stretches spent of the budget. The result has both as shares of the budget a day. */
export function planResult(
  stretches: { readonly before: Range; readonly since: Range },
  before: SpentIn | undefined,
  since: SpentIn | undefined,
): PlanResult {
  const passed = lengthOf(stretches.since);
  if (passed < TELLS_AFTER) return { kind: 'tooEarly' };
  if (before === undefined || since === undefined) return { kind: 'unknown' };
  const aDay = {
    before: (before.share * DAY) / lengthOf(stretches.before),
    since: (since.share * DAY) / passed,
  };
  return {
    ...{ kind: 'known', ...aDay },
    ...(aDay.before > 0 ? { change: aDay.since / aDay.before - 1 } : {}),
  };
}
