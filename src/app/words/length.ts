import { DAY, type Duration, HOUR, MINUTE, parseDuration, SECOND, WEEK } from '#domain/time.ts';

/** What stands at a place in a list of words, and how many of them it takes. */
export type Found<T> = { readonly value: T; readonly taken: number };

/** A length as people write it: `30m`, `1h30m`, `1h 30m`, `90 min`, `two hours`, `an hour`, `half an hour`, `1.5h`; with `last` before it also a bare `hour`. */
export function lengthAt(words: readonly string[], at: number): Found<Duration> | undefined {
  const start = LAST.has(lower(words[at])) ? 1 : 0;
  const first = partAt(words, at + start, start === 1);
  if (first === undefined) return undefined;
  let { value, taken } = first;
  // What follows in smaller units is more of the same length: `1h 30m`.
  for (let before = first; before.unit !== undefined; ) {
    const next = partAt(words, at + start + taken, false);
    if (next?.unit === undefined || next.unit >= before.unit || next.value >= before.unit) break;
    value += next.value;
    taken += next.taken;
    before = next;
  }
  return { value, taken: taken + start };
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

/** The same at a place in a list of words, also `2 pm`. */
export function timeAt(words: readonly string[], at: number): Found<number> | undefined {
  const second = lower(words[at + 1]);
  const apart = second === 'am' || second === 'pm' ? timeOfDay(`${words[at] ?? ''}${second}`) : undefined;
  if (apart !== undefined) return { value: apart, taken: 2 };
  const value = timeOfDay(words[at]);
  return value === undefined ? undefined : { value, taken: 1 };
}

/** Small letters, also of a word that is not there. */
export function lower(word: string | undefined): string {
  return (word ?? '').toLowerCase();
}

const LAST = new Set(['last', 'past']);
const COUNTS: ReadonlyMap<string, number> = new Map(
  [
    ['a', 'an', 'one'],
    ['two'],
    ['three'],
    ['four'],
    ['five'],
    ['six'],
    ['seven'],
    ['eight'],
    ['nine'],
    ['ten'],
  ].flatMap((names, i) => names.map((name) => [name, i + 1] as const)),
);

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

/** A length in one unit, or glued of several (`unit` is then unknown, and nothing follows). */
type Part = Found<Duration> & { readonly unit?: Duration };

function partAt(words: readonly string[], at: number, mayBeBare: boolean): Part | undefined {
  const [first = '', second = '', third = ''] = [0, 1, 2].map((i) => lower(words[at + i]));
  if (first === 'half') {
    const isLong = second === 'an' || second === 'a';
    const half = UNITS.get(isLong ? third : second);
    return half === undefined ? undefined : { value: half / 2, taken: isLong ? 3 : 2 };
  }
  const glued = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(first);
  const unit = UNITS.get(glued?.[2] ?? '');
  if (unit !== undefined && Number(glued?.[1]) > 0)
    return { value: Number(glued?.[1]) * unit, taken: 1, unit };
  const several = parseDuration(first);
  if (several !== undefined) return { value: several, taken: 1 };
  const apart = UNITS.get(second);
  const count = COUNTS.get(first) ?? (/^\d+(\.\d+)?$/.test(first) ? Number(first) : Number.NaN);
  if (apart !== undefined && count > 0) return { value: count * apart, taken: 2, unit: apart };
  const bare = mayBeBare && first.length >= 3 ? UNITS.get(first) : undefined;
  return bare === undefined ? undefined : { value: bare, taken: 1 };
}
