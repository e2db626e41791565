import { DateTime } from 'luxon';
import { DAY, formatDuration, HOUR, type Instant, MINUTE, type Range } from '../time.ts';
import type { SloWindow } from './slo.ts';

/**
 * The window that an SLO’s budget is counted over at `now` (UTC). Rolling: the stretch that ends at `now`. Calendar: the whole period
 * in which `now` lies, its end in the future; `zone` is used where the window names none. Periods follow the calendar, so that a
 * day of a clock change has 23 or 25 hours; weeks begin on Monday (ISO 8601).
 */
export function windowAt(window: SloWindow, now: Instant, zone: string): Range {
  if (window.kind === 'rolling') return { from: now - window.length, to: now };
  const { unit, count } = window;
  const local = DateTime.fromMillis(now, { zone: window.zone ?? zone });
  if (window.from === undefined && count === 1) {
    const start = local.startOf(unit);
    return { from: start.toMillis(), to: start.plus(of(unit, 1)).startOf(unit).toMillis() };
  }
  // Several periods as one need an anchor: without one, the Monday of the epoch’s second week, a January otherwise.
  const anchor = DateTime.fromISO(window.from ?? (unit === 'week' ? '1970-01-05' : '1970-01-01'), {
    zone: window.zone ?? zone,
  });
  const periods = (at: DateTime) => Math.floor(at.diff(anchor, PLURAL[unit]).get(PLURAL[unit]) / count);
  let index = periods(local);
  const startOf = (i: number) => anchor.plus(of(unit, i * count)).toMillis();
  // Months differ in length, and so do days: the estimate is moved until it holds.
  while (startOf(index) > now) index -= 1;
  while (startOf(index + 1) <= now) index += 1;
  return { from: startOf(index), to: startOf(index + 1) };
}

const PLURAL = {
  day: 'days',
  week: 'weeks',
  month: 'months',
  quarter: 'quarters',
  year: 'years',
} as const;

function of(unit: keyof typeof PLURAL, count: number): Record<string, number> {
  return { [PLURAL[unit]]: count };
}

/** Whether a local time (`yyyy-MM-dd`, with or without `THH:mm` and `:ss`) is one of the calendar: the 30th of February is not. */
export function isLocalTime(text: string): boolean {
  return DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/** A window in words: `the last 30 days`, `the last hour`, `this month`, `these 2 weeks`. */
export function windowWords(window: SloWindow): string {
  if (window.kind === 'calendar')
    return window.count === 1 ? `this ${window.unit}` : `these ${window.count} ${window.unit}s`;
  const { length } = window;
  const [unit, one] = length >= 2 * DAY ? ['day', DAY] : length >= HOUR ? ['hour', HOUR] : ['minute', MINUTE];
  const count = Number((length / one).toFixed(1));
  return count === 1 ? `the last ${unit}` : `the last ${count} ${unit}s`;
}

/** A window as short as a label: `30d`, `90m`, `month`, `2 weeks`. */
export function windowLabel(window: SloWindow): string {
  if (window.kind === 'calendar') return window.count === 1 ? window.unit : `${window.count} ${window.unit}s`;
  return formatDuration(window.length);
}
