import {
  hasFreeName,
  isTuple,
  isUntrusted,
  type JsonSchema,
  type Places,
  placesOf,
  type Shape,
} from './shape.ts';

/** What was left out at a place: so many items of its lists, so many characters of its texts, in all. */
export type Omission = { readonly path: string; readonly items: number; readonly characters: number };

/** An answer with what was left out of it. */
export type Cut = { readonly value: unknown; readonly omissions: readonly Omission[] };

export type Limits = {
  /** Whether a cut answer is small enough. */
  isSmall(cut: Cut): boolean;
  /** A member whose list is left whole. */
  readonly whole?: string;
  /** That every list keeps a few items and every text its beginning, or else nothing is given. */
  readonly isGentle?: boolean;
};

/** How long lists and texts may be. */
type Level = { readonly items: number; readonly characters: number };

/** What a gentle cut leaves of each list and text. */
const [FEW, SENTENCES, WORDS] = [5, 200, 40];

/**
 * Shortens an answer until it is small enough: first the longest lists to a length that fits, then the longest texts, and so on in turns down to nothing. What is left
 * still has the shape of `schema`: lists keep their least number of items, and texts are shortened only where any text will do. `undefined` where nothing more can be left out.
 */
export function cutToFit(value: unknown, schema: JsonSchema, limits: Limits): Cut | undefined {
  const whole = { value, omissions: [] };
  if (limits.isSmall(whole)) return whole;
  const levels = levelsFor(longestIn(value), limits.isGentle === true);
  const places = placesOf(schema);
  let best: Cut | undefined;
  // The first level that fits, by halving: a harder level is hardly ever longer, and what is given was measured in any case.
  for (let [low, high] = [0, levels.count - 1]; low <= high; ) {
    const middle = (low + high) >> 1;
    const cut = cutTo(levels.at(middle), value, places, limits.whole);
    if (limits.isSmall(cut)) {
      best = cut;
      high = middle - 1;
    } else low = middle + 1;
  }
  return best;
}

/** Levels from mild to hard: runs in which first the number of items falls, then that of characters. */
function levelsFor({ items, characters }: Level, isGentle: boolean) {
  const runs: { from: Level; to: Level }[] = [];
  const run = (from: Level, to: Level) => {
    runs.push({ from, to });
    return to;
  };
  const few = Math.min(items, FEW);
  let last = run({ items, characters }, { items: few, characters });
  last = run(last, { items: few, characters: Math.min(characters, SENTENCES) });
  if (!isGentle) {
    last = run(last, { ...last, items: Math.min(last.items, 1) });
    last = run(last, { ...last, characters: Math.min(last.characters, WORDS) });
    last = run(last, { ...last, items: 0 });
    run(last, { items: 0, characters: 0 });
  }
  const lengths = runs.map(({ from, to }) => from.items - to.items + (from.characters - to.characters) + 1);
  return {
    count: lengths.reduce((sum, length) => sum + length, 0),
    at(index: number): Level {
      let [left, number] = [index, 0];
      while (left >= (lengths[number] ?? Number.POSITIVE_INFINITY)) left -= lengths[number++] ?? 0;
      const { from, to } = runs[number] ?? {
        from: { items: 0, characters: 0 },
        to: { items: 0, characters: 0 },
      };
      return from.items > to.items
        ? { ...from, items: from.items - left }
        : { ...from, characters: from.characters - left };
    },
  };
}

/** The lengths of the longest list and of the longest text. */
function longestIn(value: unknown): Level {
  if (typeof value === 'string') return { items: 0, characters: value.length };
  if (typeof value !== 'object' || value === null) return { items: 0, characters: 0 };
  const members: unknown[] = Object.values(value);
  return members
    .map(longestIn)
    .reduce(
      (a, b) => ({ items: Math.max(a.items, b.items), characters: Math.max(a.characters, b.characters) }),
      { items: members.length, characters: 0 },
    );
}

function cutTo(level: Level, value: unknown, places: Places, whole: string | undefined): Cut {
  const omitted = new Map<string, { items: number; characters: number }>();
  const note = (path: string, items: number, characters: number) => {
    const so = omitted.get(path) ?? { items: 0, characters: 0 };
    omitted.set(path, { items: so.items + items, characters: so.characters + characters });
  };
  const shorten = (at: unknown, shape: Shape, path: string): unknown => {
    if (typeof at === 'string') {
      const kept = level.characters;
      if (at.length <= kept || !isFreeText(shape, at, kept)) return at;
      const short = beginning(at, kept);
      note(path, 0, at.length - short.length);
      return `${short}…`;
    }
    if (Array.isArray(at)) {
      const kept = path === `/${whole}` ? at.length : Math.max(level.items, leastOf(shape));
      if (at.length > kept) note(path, at.length - kept, 0);
      return at
        .slice(0, kept)
        .map((item: unknown, index) => shorten(item, places.item(shape, index), `${path}/*`));
    }
    if (typeof at !== 'object' || at === null) return at;
    let left = level.items;
    const kept = Object.entries(at).flatMap(([name, member]: [string, unknown]) => {
      const isFree = hasFreeName(shape, name);
      if (isFree && left-- <= 0) return [];
      return [[name, shorten(member, places.member(shape, name), `${path}/${isFree ? '*' : name}`)] as const];
    });
    const missing = Object.keys(at).length - kept.length;
    if (missing > 0) note(path, missing, 0);
    return Object.fromEntries(kept);
  };
  const short = shorten(value, places.root, '');
  return { value: short, omissions: [...omitted].map(([path, counts]) => ({ path, ...counts })) };
}

/** Whether any shorter text will do: where a format, a pattern or a choice is asked for none will, nor for a name or an address of ours. */
function isFreeText(shape: Shape, text: string, kept: number): boolean {
  const isBound = shape.some(
    (part) =>
      ['format', 'pattern', 'enum', 'const'].some((word) => part[word] !== undefined) ||
      (typeof part.minLength === 'number' && part.minLength > kept),
  );
  return !isBound && (isUntrusted(shape) || /\s/.test(text));
}

/** Fewest items that a list may have. One of fixed length stays as it is. */
function leastOf(shape: Shape): number {
  if (isTuple(shape)) return Number.POSITIVE_INFINITY;
  return Math.max(0, ...shape.map(({ minItems }) => (typeof minItems === 'number' ? minItems : 0)));
}

/** The first characters of a text, without half of a pair at the end. */
function beginning(text: string, length: number): string {
  const short = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1) : short;
}
