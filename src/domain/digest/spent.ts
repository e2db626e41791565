import type { Method } from '../budget/slo.ts';
import type { Tally, Usage } from '../budget/usage.ts';
import type { Duration } from '../time.ts';

/**
 * What was spent of a budget in a stretch: `share` of all that its window allows, and the same as time in ms, so that it stands beside what
 * `/obs budget` says of the window. It can exceed the window’s own figure where the window is shorter, or began later.
 */
export type SpentIn = { readonly share: number; readonly used: Duration };

/** What a stretch spent; `undefined` where nothing was counted in it, or where nothing is known to be allowed. */
export function spentIn(
  { method }: { readonly method: Method },
  { allowed, allowedEvents }: Pick<Usage, 'allowed' | 'allowedEvents'>,
  { bad, total, lost, observed }: Tally,
): SpentIn | undefined {
  if (total <= 0 && observed <= 0) return undefined;
  const isOfEvents = method.kind === 'occurrences';
  const [part, whole] = isOfEvents ? [bad, allowedEvents] : [lost, allowed];
  if (whole <= 0) return undefined;
  const share = part / whole;
  return { share, used: share * allowed };
}

export type Trend = 'more' | 'less' | 'same';

/** A change that is smaller than a tenth, or than a hundredth of the budget, is none. */
const NOTABLE = { ofIt: 0.1, ofBudget: 0.01 };

/** Whether one stretch spent more or less than another one of the same length; `undefined` where one of them is not known. */
export function trendOf(before: SpentIn | undefined, now: SpentIn | undefined): Trend | undefined {
  if (before === undefined || now === undefined) return undefined;
  const by = now.share - before.share;
  const isNotable = Math.abs(by) >= NOTABLE.ofBudget && Math.abs(by) >= NOTABLE.ofIt * before.share;
  return isNotable ? (by > 0 ? 'more' : 'less') : 'same';
}
