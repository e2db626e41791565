export type Waker = 'inbox' | 'jobs' | 'messages';

/** Tells loops of this process that there is something new. */
export type Wakes = { on(which: Waker, wake: () => void): void; give(which: Waker): void };

export function createWakes(): Wakes {
  const listeners = new Map<Waker, (() => void)[]>();
  return {
    on: (which, wake) => void listeners.set(which, [...(listeners.get(which) ?? []), wake]),
    give: (which) => {
      for (const wake of listeners.get(which) ?? []) wake();
    },
  };
}

/** Holds wake-ups back until a transaction is committed, so that nobody looks before there is anything to see. */
export function held(wakes: Wakes): Wakes & { release(): void } {
  const waiting = new Set<Waker>();
  return {
    on: wakes.on,
    give: (which) => void waiting.add(which),
    release: () => {
      for (const which of waiting) wakes.give(which);
    },
  };
}
