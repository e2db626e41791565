import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#app/ports.ts';
import type { SlackClock } from '#sandbox/slack/clock.ts';

/** Scripted time: from `base` (real epoch ms) on it runs `speed` times as fast, in every process that was told the same two figures. */
export function fastClock(base: number, speed: number): Clock & SlackClock {
  return {
    now: () => Math.floor(base + (Date.now() - base) * speed),
    async sleep(length, signal?: AbortSignal) {
      if (signal?.aborted === true) return;
      try {
        await sleep(Math.max(0, length / speed), undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        if (!(error instanceof Error && error.name === 'AbortError')) throw error;
      }
    },
  };
}
