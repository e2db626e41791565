import { DateTime } from 'luxon';
import type { Instant, Range } from '../time.ts';

/**
 * The week that a digest tells of, by the calendar of a zone. `before` is as long, seven local days earlier; `days` are its seven days, the first one first, each
 * 23 to 25 hours long, and the last one as far as it has passed. `name` is what it is called: `week 47`, `7 days to Tue 24 Nov`.
 */
export type Week = {
  readonly range: Range;
  readonly before: Range;
  readonly days: readonly Day[];
  readonly name: string;
};

/** One local day, or what has passed of it; `label` is `Mon 16`. */
export type Day = { readonly range: Range; readonly label: string };

const DAYS = 7;

/** The seven whole days up to the last midnight: digests of a week’s distance tell of each day once. */
export function wholeWeek(now: Instant, zone: string): Week {
  return weekTo(DateTime.fromMillis(now, { zone }).startOf('day'), DAYS);
}

/** Six whole days and today, as far as it has passed: what somebody means who asks. */
export function weekSoFar(now: Instant, zone: string): Week {
  return weekTo(DateTime.fromMillis(now, { zone }), DAYS - 1);
}

function weekTo(to: DateTime, whole: number): Week {
  const first = to.startOf('day').minus({ days: whole });
  const range = { from: first.toMillis(), to: to.toMillis() };
  const days = Array.from({ length: DAYS }, (_, i): Day => {
    const day = first.plus({ days: i });
    const end = Math.min(range.to, day.plus({ days: 1 }).toMillis());
    return { range: { from: day.toMillis(), to: end }, label: day.toFormat('ccc d', EN) };
  });
  return {
    range,
    before: { from: first.minus({ days: DAYS }).toMillis(), to: to.minus({ days: DAYS }).toMillis() },
    days,
    name: nameOf(first, to),
  };
}

/** A calendar week (ISO 8601) by its number, anything else by its last day. */
function nameOf(first: DateTime, to: DateTime): string {
  const isMidnight = to.toMillis() === to.startOf('day').toMillis();
  if (isMidnight && first.weekday === 1) return `week ${first.weekNumber}`;
  const lastDay = isMidnight ? to.minus({ days: 1 }) : to;
  return `7 days to ${lastDay.toFormat('ccc d LLL', EN)}`;
}

const EN = { locale: 'en-GB' };
