import { setTimeout as sleep } from 'node:timers/promises';

/** The time by which the stand-in goes; in tests it may run faster than the world's. */
export type SlackClock = { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> };

/** The machine's own. A wait keeps no process alive. */
export const ownClock: SlackClock = {
  now: () => Date.now(),
  sleep: async (ms) => void (await sleep(ms, undefined, { ref: false })),
};
