import { DAY, type Duration, HOUR, MINUTE, parseDuration, SECOND, WEEK } from '#domain/time.ts';

/** What stands at a place in a list of words, and how many of them it takes. */
export type Found<T> = { readonly value: T; readonly taken: number };

/** A length as people write it: `30m`, `1h30m`, `90 min`, `2 hours`, `an hour`, `half an hour`, `1.5h`; with `last` before it also a bare `hour`. */
export function lengthAt(words: readonly string[], at: number): Found<Duration> | undefined {
  const start = LAST.has(lower(words[at])) ? 1 : 0;
  const [first, second, third] = [0, 1, 2].map((i) => lower(words[at + start + i]));
  const found = (value: Duration, taken: number) => ({ value, taken: taken + start });
  if (first === 'half' && (second === 'an' || second === 'a')) {
    const half = UNITS.get(third ?? '');
    return half === undefined ? undefined : found(half / 2, 3);
  }
  const glued = parseDuration(first ?? '') ?? inWords(/^(\d+(?:\.\d+)?)([a-z]+)$/.exec(first ?? ''));
  if (glued !== undefined) return found(glued, 1);
  const unit = UNITS.get(second ?? '');
  const count = ONE.has(first ?? '') ? 1 : Number(/^\d+(\.\d+)?$/.exec(first ?? '')?.[0] ?? Number.NaN);
  if (unit !== undefined && count > 0) return found(count * unit, 2);
  const bare = start === 1 ? UNITS.get(first ?? '') : undefined;
  return bare === undefined || first === undefined || first.length < 3 ? undefined : found(bare, 1);
}

/** A time of the day in minutes after midnight: `14:00`, `9:30`, `14h`, `9am`, `2:15pm`. */
export function timeOfDay(word: string | undefined): number | undefined {
  const read = /^(\d{1,2})(?::(\d{2}))?\s*(am|pm|h)?$/.exec(lower(word));
  if (read === null || (read[2] === undefined && read[3] === undefined)) return undefined;
  const [hour, minute] = [Number(read[1]), Number(read[2] ?? 0)];
  const isHalfDay = read[3] === 'am' || read[3] === 'pm';
  if (minute > 59 || hour > 23 || (isHalfDay && (hour < 1 || hour > 12))) return undefined;
  return ((isHalfDay ? hour % 12 : hour) + (read[3] === 'pm' ? 12 : 0)) * 60 + minute;
}

/** Small letters, also of a word that is not there. */
export function lower(word: string | undefined): string {
  return (word ?? '').toLowerCase();
}

const LAST = new Set(['last', 'past']);
const ONE = new Set(['a', 'an', 'one']);

const UNITS: ReadonlyMap<string, Duration> = new Map(
  (
    [
      [['s', 'sec', 'secs', 'second', 'seconds'], SECOND],
      [['m', 'min', 'mins', 'minute', 'minutes'], MINUTE],
      [['h', 'hr', 'hrs', 'hour', 'hours'], HOUR],
      [['d', 'day', 'days'], DAY],
      [['w', 'wk', 'wks', 'week', 'weeks'], WEEK],
    ] as const
  ).flatMap(([names, unit]) => names.map((name) => [name, unit] as const)),
);

function inWords(read: RegExpExecArray | null): Duration | undefined {
  const unit = UNITS.get(read?.[2] ?? '');
  const length = Number(read?.[1]) * (unit ?? Number.NaN);
  return length > 0 ? length : undefined;
}
