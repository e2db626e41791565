import { closest, distance } from 'fastest-levenshtein';

/** The name that is spelt most alike, if any is. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const near = closest(name, [...names]);
  return distance(name, near) <= Math.max(2, name.length / 2) ? near : undefined;
}
