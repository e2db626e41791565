import { type Duration, type Instant, MINUTE, SECOND } from './time.ts';
import type { Onset } from './verdict/verdict.ts';

/** A change as far as its closeness to an onset depends on it: it was done at `at`, having begun at `startedAt` where that was earlier. */
export type Changed = {
  readonly at: Instant;
  readonly startedAt?: Instant;
  readonly relation: 'own' | 'dependency';
  /** It was found to do harm by itself: those whom it changed do worse than those whom it did not, at the same time. */
  readonly isProven?: true;
};

/** How a change stands to what began: it came so long before, while it was being rolled out, or only after. */
export type Standing = { readonly side: 'before' | 'with' | 'after'; readonly by: Duration };

/** What begins longer after a change is hardly its doing. */
const SUSPECT_WITHIN = 30 * MINUTE;

/** What began within its uncertainty before a change may as well have begun with it. */
export function standingOf({ at, startedAt = at }: Changed, began: Onset): Standing {
  if (startedAt - began.at > began.plusMinus) return { side: 'after', by: startedAt - began.at };
  return at <= began.at ? { side: 'before', by: began.at - at } : { side: 'with', by: 0 };
}

/**
 * Ranks what may have caused something: what came just before it first, by distance; what is equally close as far as the onset is certain, own changes before those of dependencies. What came
 * after it is last, closest first. What was proven to do harm is before all that was not.
 */
export function rankCauses<T extends Changed>(changes: readonly T[], began: Onset): readonly T[] {
  const coarse = Math.max(SECOND, began.plusMinus);
  const key = (change: T): readonly number[] => {
    const { side, by } = standingOf(change, began);
    const isAfter = side === 'after' ? 1 : 0;
    const isProven = change.isProven === true && isAfter === 0 && by <= SUSPECT_WITHIN;
    return [
      isProven ? 0 : 1,
      isAfter,
      Math.floor(by / coarse),
      change.relation === 'own' ? 0 : 1,
      by,
      -change.at,
    ];
  };
  return changes
    .map((change) => ({ change, key: key(change) }))
    .toSorted((a, b) => compareKeys(a.key, b.key))
    .map(({ change }) => change);
}

/** The likeliest cause among changes, or none that is close enough before it. */
export function suspectOf<T extends Changed>(changes: readonly T[], began: Onset): T | undefined {
  const [first] = rankCauses(changes, began);
  if (first === undefined) return undefined;
  const { side, by } = standingOf(first, began);
  return side !== 'after' && by <= SUSPECT_WITHIN ? first : undefined;
}

/** The change that something began before, and which is therefore not its cause: the first after it, where there is one so close. */
export function acquittedOf<T extends Changed>(changes: readonly T[], began: Onset): T | undefined {
  return rankCauses(changes, began).find((change) => {
    const { side, by } = standingOf(change, began);
    return side === 'after' && by <= SUSPECT_WITHIN;
  });
}

/** The change beside which an onset is told: the one that may be why, or the one that is not, because it came later. */
export function besideOf<T extends Changed>(
  changes: readonly T[],
  began: Onset,
): (Standing & { readonly change: T; readonly isSuspect: boolean }) | undefined {
  const suspect = suspectOf(changes, began);
  const change = suspect ?? acquittedOf(changes, began);
  return change === undefined
    ? undefined
    : { change, isSuspect: suspect !== undefined, ...standingOf(change, began) };
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((part, at) => part !== b[at]);
  return i < 0 ? 0 : (a[i] ?? 0) - (b[i] ?? 0);
}
