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
  const clock = wallClock(zone);
  const first = alignDown(from + MINUTE - 1, MINUTE);
  for (let at = alignDown(to, MINUTE); at >= first; at -= MINUTE) {
    const named = minutesShown(at, clock).find(schedule);
    if (named !== undefined && !isShownAgain(at, named, clock)) return { at, date: dateOf(named) };
  }
  return undefined;
}

/** What the clocks show at a moment. */
type WallClock = (at: Instant) => WallTime;

/** What the clocks show in that minute, and what they have just left out. */
function minutesShown(at: Instant, clock: WallClock): readonly WallTime[] {
  const shown = clock(at);
  const skipped = Math.max(0, (shown - clock(at - MINUTE)) / MINUTE - 1);
  return [shown, ...Array.from({ length: skipped }, (_, i) => shown - (i + 1) * MINUTE)];
}

/** Clocks go back by an hour at most, but for one island’s half an hour and history’s exceptions: three hours are looked at. */
const LOOKED_BACK = 3;

/** Whether the clocks showed that minute before. */
function isShownAgain(at: Instant, shown: WallTime, clock: WallClock): boolean {
  return Array.from({ length: 2 * LOOKED_BACK }, (_, i) => at - (i + 1) * 30 * MINUTE).some(
    (earlier) => clock(earlier) === shown,
  );
}

/** Clocks are changed at whole quarters of an hour, so one look-up serves for each. */
const QUARTER = 15 * MINUTE;

function wallClock(zone: string): WallClock {
  const offsets = new Map<Instant, number>();
  return (at) => {
    const quarter = alignDown(at, QUARTER);
    const offset = offsets.get(quarter) ?? DateTime.fromMillis(quarter, { zone }).offset;
    offsets.set(quarter, offset);
    return at + offset * MINUTE;
  };
}

function dateOf(minute: WallTime): string {
  return DateTime.fromMillis(minute, { zone: 'utc' }).toFormat('yyyy-MM-dd');
}
