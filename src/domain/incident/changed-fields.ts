import type { Actor } from '../event.ts';
import type { Postmortem, PostmortemFields } from './postmortem.ts';
import { isSameActor } from './review.ts';

/** Fields that only this person has changed from `base` on. `since` are the revisions after it, oldest first. */
export function changedOnlyBy(
  by: Actor,
  base: Postmortem | undefined,
  since: readonly Postmortem[],
): ReadonlySet<string> {
  const own = new Set<string>();
  const others = new Set<string>();
  let before = base?.fields ?? {};
  for (const { fields, writtenBy } of since) {
    const isTheirs = writtenBy !== undefined && isSameActor(writtenBy, by);
    for (const name of changedFields(before, fields)) (isTheirs ? own : others).add(name);
    before = fields;
  }
  return new Set([...own].filter((name) => !others.has(name)));
}

/** Fields that changed between two revisions. */
export function changedFields(before: PostmortemFields, after: PostmortemFields): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isEqual(fieldOf(before, name), fieldOf(after, name)));
}

export function fieldOf(fields: PostmortemFields, name: string): unknown {
  return (fields as Readonly<Record<string, unknown>>)[name];
}

export function isEqual(one: unknown, other: unknown): boolean {
  return sorted(one) === sorted(other);
}

/** The same words for the same value, whatever the order of its parts. */
function sorted(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
