import { DAY, type Duration, HOUR } from '#domain/time.ts';
import type { Ports } from './ports.ts';

/** How often what is old is looked for. */
const EVERY = 6 * HOUR;

/** Pictures take most of the room, and can be drawn again from their kept values. */
const PICTURES_STAY = 7 * DAY;

/** Deletes what is older than `retention`, at the start and then a few times a day. */
export function startHousekeeping(
  { store, clock, log }: Pick<Ports, 'store' | 'clock' | 'log'>,
  retention: Duration,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const now = clock.now();
      try {
        log.debug(
          await store.prune(now - retention, now - Math.min(retention, PICTURES_STAY)),
          'old records were deleted',
        );
      } catch (error) {
        log.warn({ error }, 'old records could not be deleted; it is tried again later');
      }
      await clock.sleep(EVERY, stopping.signal);
    }
  };
  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
