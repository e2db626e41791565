import { DateTime } from 'luxon';
import type { Instant } from '../time.ts';

/** The day so many days after a day (`2026-12-01`), or after today in `zone` where that day is over, unknown or none of the calendar. */
export function dayAfter(day: string | undefined, days: number, now: Instant, zone: string): string {
  const today = DateTime.fromMillis(now, { zone }).startOf('day');
  const from = day === undefined ? today : DateTime.fromISO(day, { zone });
  const begin = from.isValid && from > today ? from : today;
  return begin.plus({ days }).toISODate() ?? today.toFormat('yyyy-MM-dd');
}
