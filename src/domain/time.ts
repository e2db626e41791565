/** A moment: milliseconds since the Unix epoch, UTC. Zones exist only where people read. */
export type Instant = number;

/** A length of time in milliseconds. */
export type Duration = number;

/** A half-open stretch of time, `from` included, `to` excluded. */
export type Range = { readonly from: Instant; readonly to: Instant };

export const SECOND: Duration = 1000;
export const MINUTE: Duration = 60 * SECOND;
export const HOUR: Duration = 60 * MINUTE;
export const DAY: Duration = 24 * HOUR;
export const WEEK: Duration = 7 * DAY;

const UNITS: ReadonlyMap<string, Duration> = new Map([
  ['ms', 1],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
  ['d', DAY],
  ['w', WEEK],
  ['y', 365 * DAY],
]);

/**
 * Reads a duration written as Prometheus writes it (`90s`, `1h30m`, `7d`) into milliseconds.
 * Returns `undefined` for anything else, zero included: a length of nothing is never meant.
 */
export function parseDuration(text: string): Duration | undefined {
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    total += Number(count) * (UNITS.get(unit ?? '') ?? 0);
  }
  return total > 0 ? total : undefined;
}

/** Writes a duration the way Prometheus reads it: `1h30m`, `15s`, `250ms`. Weeks and years are written in days. */
export function formatDuration(duration: Duration): string {
  if (duration <= 0) return '0s';
  let rest = Math.round(duration);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const size = UNITS.get(unit) ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** How long a range is, in milliseconds. */
export function lengthOf(range: Range): Duration {
  return range.to - range.from;
}

/** The same range, `by` milliseconds earlier. */
export function earlier(range: Range, by: Duration): Range {
  return { from: range.from - by, to: range.to - by };
}

/** The range that ends at `now` and is `length` long. */
export function last(length: Duration, now: Instant): Range {
  return { from: now - length, to: now };
}

/** Whether a moment lies inside a range (its end is outside). */
export function within(range: Range, at: Instant): boolean {
  return at >= range.from && at < range.to;
}

/** Rounds a moment down to a multiple of `step` since the epoch, as Prometheus aligns range queries. */
export function alignDown(at: Instant, step: Duration): Instant {
  return Math.floor(at / step) * step;
}
