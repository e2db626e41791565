import { lastSlot, type Schedule } from '#domain/digest/schedule.ts';
import { present } from '#domain/optional.ts';
import type { Catalog } from '#domain/service.ts';
import { DAY, MINUTE } from '#domain/time.ts';
import { submit } from './accept.ts';
import type { Ports } from './ports.ts';
import { startRounds } from './rounds.ts';

/** How often schedules are looked at; they name minutes. */
const EVERY = MINUTE;

/** What was missed for longer than this is not sent late: the next one tells of the same week, or nearly. */
const LONGEST_AGO = 8 * DAY;

/** A clock that was further ahead than this was wrong, and what was looked at by it was not. */
const LONGEST_AHEAD = 2 * DAY;

type DigestPorts = Pick<Ports, 'store' | 'catalog' | 'clock'>;

/** Has digests told when they are due, those that were missed meanwhile too. */
export function startDigests(
  ports: DigestPorts & Pick<Ports, 'log'>,
  scheduleOf: (expression: string) => Schedule,
): { stop(): Promise<void> } {
  const failed = 'schedules of digests could not be looked at; it is tried again in a minute';
  return startRounds({ every: EVERY, failed }, () => findDue(ports, scheduleOf), ports);
}

/**
 * Commits that a digest is due for each scope whose schedule has come round since it was last looked at. A scope that is seen for the first time begins
 * now. There is one a scope and local day at most, whatever clocks, zones and schedules do.
 */
export async function findDue(
  { store, catalog, clock }: DigestPorts,
  scheduleOf: (expression: string) => Schedule,
): Promise<void> {
  const now = clock.now();
  const { zone } = catalog.current();
  for (const { scope, owner, schedule } of scopesOf(catalog.current())) {
    const seenTo = await store.digests.seenTo(scope);
    const isKnown = seenTo !== undefined && seenTo < now + LONGEST_AHEAD;
    // The clock was set back: all of it was looked at.
    if (isKnown && seenTo >= now) continue;
    const from = Math.max(isKnown ? seenTo + 1 : now, now - LONGEST_AGO);
    const slot = lastSlot(scheduleOf(schedule), { from, to: now }, zone);
    if (slot !== undefined) {
      const digest = owner === undefined ? slot.date : `${slot.date} ${owner}`;
      const event = { type: 'digestDue', digest, due: slot.at, ...present({ owner }) } as const;
      await submit(event, `digest:${digest}`, { store, clock });
    }
    await store.digests.saveSeenTo(scope, now);
  }
}

type Scope = { readonly scope: string; readonly owner?: string; readonly schedule: string };

/** Whose digests are sent: those of teams that name a channel, and that of all where there is a channel for it. */
function scopesOf({ digests, channels }: Catalog): readonly Scope[] {
  if (digests === undefined) return [];
  const all = channels.digest === undefined ? [] : [{ scope: 'all', schedule: digests.schedule }];
  const teams = Object.entries(digests.teams).map(([owner, { schedule }]) => ({
    ...{ scope: `team:${owner}`, owner, schedule: schedule ?? digests.schedule },
  }));
  return [...all, ...teams];
}
