/** Most characters of a text, most members of a list, tried one after another until all fits. */
const LEVELS: readonly { readonly text: number; readonly list: number }[] = [
  ...[{ text: Number.POSITIVE_INFINITY, list: Number.POSITIVE_INFINITY }],
  ...[
    { text: 4000, list: 40 },
    { text: 2000, list: 20 },
    { text: 1000, list: 10 },
  ],
  ...[
    { text: 500, list: 8 },
    { text: 250, list: 5 },
    { text: 100, list: 3 },
    { text: 40, list: 2 },
  ],
  ...[
    { text: 20, list: 1 },
    { text: 8, list: 1 },
  ],
];

/** Times, names of shapes and our own ids stay whole. */
const WHOLE = new Set(['schema', 'id', 'task', 'state', 'kind', 'relation', 'unit', 'snapshot', 'reference']);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Of these the newest are kept, which stand last. */
const NEWEST = new Set(['reports']);

/** How many cuts are named. */
const NAMED = 12;

/** How large something is as JSON, in bytes of UTF-8. */
export function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * The value cut down to `most` bytes of JSON, `omitted` saying what was cut: long texts lose their ends, long lists their last members (reports their oldest). Addresses
 * are left out whole, for half of one leads nowhere.
 */
export function fitted<T extends object>(value: T, most: number): T & { omitted?: string[] } {
  let result: T & { omitted?: string[] } = value;
  for (const level of LEVELS) {
    const omitted = new Set<string>();
    result = cut(value, level, '', omitted) as T;
    if (omitted.size > 0) result = { ...result, omitted: told(omitted) };
    if (bytesOf(result) <= most) return result;
  }
  return result;
}

function told(omitted: ReadonlySet<string>): string[] {
  const all = [...omitted];
  const more = all.length - NAMED;
  return more > 0 ? [...all.slice(0, NAMED), `${more} further cuts`] : all;
}

type Level = (typeof LEVELS)[number];

function cut(value: unknown, level: Level, path: string, omitted: Set<string>): unknown {
  if (Array.isArray(value)) return cutList(value, level, path, omitted);
  if (typeof value === 'string') return cutText(value, level, path, omitted);
  if (typeof value !== 'object' || value === null) return value;
  // Names of labels are from outside, and as many as somebody likes.
  const areLabels = path.endsWith('labels');
  const entries = Object.entries(value);
  const kept = areLabels
    ? entries.filter(([name]) => name.length <= level.text).slice(0, level.list)
    : entries;
  if (kept.length < entries.length) omitted.add(`${entries.length - kept.length} of ${path}`);
  return Object.fromEntries(
    kept.flatMap(([name, one]): [string, unknown][] => {
      const place = areLabels || path === '' ? (areLabels ? path : name) : `${path}.${name}`;
      if (!areLabels && WHOLE.has(name) && typeof one === 'string' && one.length <= 200) return [[name, one]];
      if (name === 'url' && typeof one === 'string' && one.length > Math.max(level.text, 8)) {
        omitted.add(place);
        return [];
      }
      return [[name, cut(one, level, place, omitted)]];
    }),
  );
}

function cutList(list: readonly unknown[], level: Level, path: string, omitted: Set<string>): unknown[] {
  const name = path.split('.').at(-1) ?? '';
  const most = Number.isFinite(level.list) ? level.list : list.length;
  const kept = NEWEST.has(name) ? list.slice(-most) : list.slice(0, most);
  if (kept.length < list.length) omitted.add(`${list.length - kept.length} of ${list.length} ${path}`);
  return kept.map((one) => cut(one, level, path, omitted));
}

function cutText(text: string, { text: most }: Level, path: string, omitted: Set<string>): string {
  if (text.length <= most || TIME.test(text)) return text;
  omitted.add(`the end of ${path}`);
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}
