import { DAY, type Duration, HOUR } from '#domain/time.ts';
import type { Ports } from './ports.ts';
import { startRounds } from './rounds.ts';

/** How often what is old is looked for. */
const EVERY = 6 * HOUR;

/** Pictures take most of the room, and can be drawn again from their kept values. */
const PICTURES_STAY = 7 * DAY;

/** Deletes what is older than `retention`, at the start and then a few times a day. */
export function startHousekeeping(
  ports: Pick<Ports, 'store' | 'clock' | 'log'>,
  retention: Duration,
): { stop(): Promise<void> } {
  const { store, clock, log } = ports;
  const failed = 'old records could not be deleted; it is tried again later';
  const round = async () => {
    const now = clock.now();
    const deleted = await store.prune(now - retention, now - Math.min(retention, PICTURES_STAY));
    log.debug(deleted, 'old records were deleted');
  };
  return startRounds({ every: EVERY, failed }, round, ports);
}
