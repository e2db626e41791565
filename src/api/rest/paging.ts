import { failure } from '#domain/problem.ts';
import { cursorOf, type Place } from './query.ts';

/** How many are asked for first. */
const FIRST = 100;

/** What stands on a page, and where the next one begins. */
export type Page<T> = { readonly items: readonly T[]; readonly nextCursor?: string };

/**
 * Asks for more and more of a list until `wanted` of it are to be had, or there is no more. `keep` takes out of what was found what belongs to the answer; `isAll` says that
 * nothing comes after it.
 */
export async function fill<Found, Kept>(
  wanted: number,
  ask: (limit: number) => Promise<readonly Found[]>,
  keep: (found: readonly Found[], isAll: boolean) => readonly Kept[],
): Promise<readonly Kept[]> {
  for (let limit = Math.max(FIRST, wanted); ; limit *= 4) {
    const found = await ask(limit);
    const isAll = found.length < limit;
    const kept = keep(found, isAll);
    if (isAll || kept.length >= wanted) return kept;
  }
}

/** The first `limit` of what was found; where there are more, with the place of the last one. */
export function pageOf<T>(
  found: readonly T[],
  limit: number,
  place: (item: T, index: number) => Place,
): Page<T> {
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return last === undefined ? { items } : { items, nextCursor: cursorOf(place(last, items.length - 1)) };
}

/** A cursor that another list gave. */
export function strangeCursor() {
  return failure('request-invalid', 'Expected a `nextCursor` as it was given.', { where: 'query cursor' });
}

/** The number in the id of an incident or post-mortem, such as 12 of `INC-12`. */
export function numberOf(id: string): number | undefined {
  const [, digits] = /^INC-(\d{1,9})$/.exec(id) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

const NTH = 'n';

/** The part of a list that is at hand whole which begins behind so many of it. */
export function pageFrom<T>(all: readonly T[], from: number, limit: number): Page<T> {
  return pageOf(all.slice(from), limit, (_, index) => ({ at: from + index + 1, id: NTH }));
}

/** How many of such a list were given already; `undefined` for the cursor of another list. */
export function numberAfter(cursor: Place | undefined): number | undefined {
  if (cursor === undefined) return 0;
  return cursor.id === NTH ? cursor.at : undefined;
}
