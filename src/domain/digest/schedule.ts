import { DateTime } from 'luxon';
import { alignDown, type Instant, MINUTE, type Range } from '../time.ts';

/** A minute of the calendar and the clock on the wall, whatever the zone: milliseconds since the epoch as if it were UTC. */
export type WallTime = number;

/** Whether a schedule names that minute. */
export type Schedule = (minute: WallTime) => boolean;

/** A moment at which something is due: `at` in UTC, `date` its local day (`2026-11-23`), by which it is told from others. */
export type Slot = { readonly at: Instant; readonly date: string };

/**
 * The last moment in a range (its end included) that a schedule names on a zone’s clocks; `undefined` where there is none. A minute that the
 * clocks leave out in spring is due when they go on; one that they show twice in autumn is due the first time.
 */
export function lastSlot(schedule: Schedule, { from, to }: Range, zone: string): Slot | undefined {
  const first = alignDown(from + MINUTE - 1, MINUTE);
  for (let at = alignDown(to, MINUTE); at >= first; at -= MINUTE) {
    const shown = wallTime(at, zone);
    const named = minutesShown(at, shown, zone).find(schedule);
    if (named !== undefined) return { at, date: dateOf(named) };
  }
  return undefined;
}

/** What the clocks show in that minute, and what they have just left out; nothing where they show it for the second time. */
function minutesShown(at: Instant, shown: WallTime, zone: string): readonly WallTime[] {
  const before = wallTime(at - MINUTE, zone);
  if (shown === before + MINUTE) return isShownAgain(at, shown, zone) ? [] : [shown];
  const skipped = Math.max(0, (shown - before) / MINUTE - 1);
  if (skipped === 0) return [];
  return [shown, ...Array.from({ length: skipped }, (_, i) => shown - (i + 1) * MINUTE)];
}

/** Clocks go back by an hour at most, but for one island’s half an hour and history’s exceptions: three hours are looked at. */
const LOOKED_BACK = 3;

function isShownAgain(at: Instant, shown: WallTime, zone: string): boolean {
  return Array.from({ length: 2 * LOOKED_BACK }, (_, i) => at - (i + 1) * 30 * MINUTE).some(
    (earlier) => wallTime(earlier, zone) === shown,
  );
}

function wallTime(at: Instant, zone: string): WallTime {
  return at + DateTime.fromMillis(at, { zone }).offset * MINUTE;
}

function dateOf(minute: WallTime): string {
  return DateTime.fromMillis(minute, { zone: 'utc' }).toFormat('yyyy-MM-dd');
}
