import type { Clock } from '#app/ports.ts';
import type { Duration, Instant } from '#domain/time.ts';

/** What decides how long and how much is kept: `sizeOf` in bytes, as is `most`. */
export type Keeping<T> = {
  readonly most: number;
  readonly sizeOf: (value: T, key: string) => number;
  readonly lastsFor: (value: T) => Duration;
};

/** Answers by what was asked. What is being asked is not asked again; the longest unused are dropped where all together become too large. */
export function createKept<T>(clock: Clock, { most, sizeOf, lastsFor }: Keeping<T>) {
  const known = new Map<string, Entry<T>>();
  let size = 0;
  const drop = (key: string) => {
    size -= known.get(key)?.size ?? 0;
    known.delete(key);
  };
  const settle = (key: string, entry: Entry<T>, value: T) => {
    const lasts = lastsFor(value);
    entry.until = clock.now() + lasts;
    // It may have been dropped while it was asked.
    if (known.get(key) !== entry) return;
    if (lasts === 0) return drop(key);
    entry.size = sizeOf(value, key);
    size += entry.size;
    for (const oldest of known.keys()) {
      if (size <= most) return;
      drop(oldest);
    }
  };
  return {
    async get(key: string, ask: () => Promise<T>): Promise<T> {
      const found = known.get(key);
      if (found !== undefined && found.until >= clock.now()) {
        // What was used last stands last.
        known.delete(key);
        known.set(key, found);
        return found.value;
      }
      drop(key);
      const entry: Entry<T> = { value: ask(), size: 0, until: Number.POSITIVE_INFINITY };
      known.set(key, entry);
      const value = await entry.value;
      settle(key, entry, value);
      return value;
    },
  };
}

type Entry<T> = { readonly value: Promise<T>; size: number; until: Instant };

/** Lets one task through when there is room, the others in the order in which they came. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

/** A gate for `width` tasks at once. */
export function createGate(width: number): Gate {
  let free = width;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
