import type { Clock } from '#app/ports.ts';
import type { Outcome, Problem } from '#domain/problem.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE, type Range } from '#domain/time.ts';
import { PART_LABEL } from '#promql/signals.ts';
import { createGate, createKept, type Gate } from './observer-kept.ts';
import type { Samples } from './samples.ts';
import { type Asked, partialOf } from './signals.ts';

/**
 * Values of each part of an answer on a grid of steps, NaN where there was none, by `PART_LABEL` and, after a `|`, the number in `le`. Where a question tells apart by labels,
 * their values follow after a space, as JSON.
 */
export type Columns = ReadonlyMap<string, Float64Array>;

/** A grid of steps: `count` of them, the first begins at `from`. */
export type Grid = { readonly from: Instant; readonly count: number; readonly step: Duration };

/** PromQL, and the labels by which its answer is told apart. */
export type Query = { readonly promql: string; readonly by: readonly string[] };

/** What was asked, over the whole grid. */
export type Told = { readonly columns: Columns; readonly problems: readonly Problem[] };

/** What ended longer ago does not change any more: late scrapes and remote writes have come. */
const SETTLED: Duration = 10 * MINUTE;

/** Of a day that lies in the past, less than this is asked for by the hour. */
const WORTH_A_DAY: Duration = 6 * HOUR;

/** Questions of days, and of hours, to one source under way at once: a look must not wait for the week of another. */
const AT_ONCE = { days: 2, hours: 3 } as const;

/** So long a source that did not answer is not asked for more of the past. */
const BREATH: Duration = 5_000;

/** Bytes of values that are kept. */
const MOST_KEPT = 64 * 1024 * 1024;

/**
 * Asks questions over long stretches of time in days and hours. Those that lie in the past are kept, the longest unused are dropped; what is being asked already is
 * not asked again.
 */
export function createHistory(clock: Clock, mostKept = MOST_KEPT) {
  const kept = createKept<Answer>(clock, { most: mostKept, sizeOf, lastsFor });
  const sources = new Map<string, PastOfSource>();
  const askPast = (asked: Asked, query: Query, grid: Grid): Promise<Answer> => {
    const { name } = asked.source;
    const source = sources.get(name) ?? {
      ...{ days: createGate(AT_ONCE.days), hours: createGate(AT_ONCE.hours), away: undefined },
    };
    sources.set(name, source);
    const ask = (piece: Grid) =>
      source[piece.count * piece.step > HOUR ? 'days' : 'hours'](async () => {
        if (source.away !== undefined && source.away.until > clock.now()) return source.away.answer;
        const answer = await askOnce(asked, query, piece);
        if (answer.failed === 'away') source.away = { until: clock.now() + BREATH, answer };
        return answer;
      });
    return kept.get(JSON.stringify([name, query.promql, grid]), () => askInPieces(ask, grid));
  };
  return {
    async tell(asked: Asked, query: Query, grid: Grid): Promise<Told> {
      const columns = new Map<string, Float64Array>();
      const problems: Problem[] = [];
      const stretches = stretchesOf(grid, clock.now() - SETTLED);
      const answers = await Promise.all(
        stretches.map(async ({ isPast, ...stretch }) => ({
          stretch,
          answer: await (isPast ? askPast(asked, query, stretch) : askOnce(asked, query, stretch)),
        })),
      );
      for (const { stretch, answer } of answers) {
        problems.push(...answer.problems);
        put(columns, grid, answer.columns, stretch);
      }
      return { columns, problems };
    },
  };
}

/** An answer; `failed` says that nothing was told: it was too much for the source, or the source does not answer. */
type Answer = Told & { readonly failed?: 'tooMuch' | 'away' | 'refused' };

/** What limits questions about the past to one source, and that it did not answer lately. */
type PastOfSource = {
  readonly days: Gate;
  readonly hours: Gate;
  away: { readonly until: Instant; readonly answer: Answer } | undefined;
};

/** What could not be told may be told the next time; what was too much will be too much for a while, and what a source leaves out stays so. */
function lastsFor({ problems, failed }: Answer): Duration {
  if (problems.length === 0) return Number.POSITIVE_INFINITY;
  return failed === undefined || failed === 'tooMuch' ? SETTLED : 0;
}

/** Bytes, roughly: also what is empty takes room. */
function sizeOf({ columns }: Answer, key: string): number {
  return [...columns].reduce(
    (sum, [name, { byteLength }]) => sum + byteLength + 2 * name.length,
    200 + 2 * key.length,
  );
}

/** Where the grid is asked for by days, by hours, and, of what may still change, in one. */
function stretchesOf(grid: Grid, settled: Instant): readonly (Grid & { readonly isPast: boolean })[] {
  const { step } = grid;
  const end = grid.from + grid.count * step;
  const past = (range: Range) => ({ ...gridWithin(range, step), isPast: true });
  const found: (Grid & { isPast: boolean })[] = [];
  for (let at = grid.from; at < end; ) {
    const day = { from: Math.floor(at / DAY) * DAY, to: (Math.floor(at / DAY) + 1) * DAY };
    const hour = { from: Math.floor(at / HOUR) * HOUR, to: (Math.floor(at / HOUR) + 1) * HOUR };
    const isSettled = ({ to }: Range) => to + step <= settled;
    if (isSettled(day) && Math.min(day.to, end) - at >= WORTH_A_DAY) {
      found.push(past(day));
      at = firstFrom(day.to, step);
    } else if (isSettled(hour)) {
      found.push(past(hour));
      at = firstFrom(hour.to, step);
    } else {
      found.push({ from: at, count: Math.round((end - at) / step), step, isPast: false });
      at = end;
    }
  }
  return found;
}

/** The steps that begin within a range. */
function gridWithin(range: Range, step: Duration): Grid {
  const from = firstFrom(range.from, step);
  return { from, count: Math.max(0, Math.ceil((range.to - from) / step)), step };
}

function firstFrom(at: Instant, step: Duration): Instant {
  return Math.ceil(at / step) * step;
}

/** Puts the values of a stretch where they belong in the whole; what lies outside is left. */
function put(whole: Map<string, Float64Array>, grid: Grid, columns: Columns, stretch: Grid): void {
  const offset = Math.round((stretch.from - grid.from) / grid.step);
  const begin = Math.max(0, -offset);
  const end = Math.min(stretch.count, grid.count - offset);
  if (end <= begin) return;
  for (const [key, values] of columns) {
    const all = whole.get(key) ?? new Float64Array(grid.count).fill(Number.NaN);
    whole.set(key, all);
    all.set(values.subarray(begin, end), offset + begin);
  }
}

/** Asks for a stretch, and where that was too much at once, for parts of it. */
async function askInPieces(ask: (grid: Grid) => Promise<Answer>, grid: Grid): Promise<Answer> {
  const whole = await ask(grid);
  const size = Math.floor(grid.count / 4);
  if (whole.failed !== 'tooMuch' || size * grid.step < HOUR) return whole;
  const columns = new Map<string, Float64Array>();
  for (let first = 0; first < grid.count; first += size) {
    const count = Math.min(size, grid.count - first);
    const piece = { from: grid.from + first * grid.step, count, step: grid.step };
    const told = await askInPieces(ask, piece);
    // A source that does not manage one part will not manage the others either.
    if (told.problems.length > 0) return { ...told, columns };
    put(columns, grid, told.columns, piece);
  }
  return { columns, problems: [] };
}

async function askOnce({ source, client }: Asked, { promql, by }: Query, grid: Grid): Promise<Answer> {
  const { from, count, step } = grid;
  if (count === 0) return { columns: new Map(), problems: [] };
  const answer = await client.range(promql, { from: from + step, to: from + count * step }, step);
  if (!answer.ok)
    return { columns: new Map(), problems: [answer.problem], failed: failureOf(answer.problem) };
  const partial = partialOf(source.name, answer.value);
  return { columns: columnsOf(answer, by, grid), problems: partial === undefined ? [] : [partial] };
}

function failureOf({ code }: Problem): NonNullable<Answer['failed']> {
  if (code === 'prometheus-timeout' || code === 'query-too-large') return 'tooMuch';
  return code === 'query-invalid' ? 'refused' : 'away';
}

/** The values by step. Boundaries that are spelt differently and mean the same are one. */
function columnsOf(
  { value }: Extract<Outcome<Samples>, { ok: true }>,
  by: readonly string[],
  grid: Grid,
): Columns {
  const columns = new Map<string, Float64Array>();
  for (const { labels, samples } of value.series) {
    const { le } = labels;
    const name = labels[PART_LABEL] ?? '';
    const part = le === undefined ? name : `${name}|${Number(le.replace(/^\+?Inf$/, 'Infinity'))}`;
    const key = by.length === 0 ? part : `${part} ${JSON.stringify(by.map((label) => labels[label] ?? ''))}`;
    const known = columns.get(key);
    const values = known ?? new Float64Array(grid.count).fill(Number.NaN);
    columns.set(key, values);
    for (const sample of samples) {
      const i = Math.round((sample.at - grid.from) / grid.step) - 1;
      const before = values[i] ?? Number.NaN;
      if (Number.isFinite(sample.value)) values[i] = (Number.isNaN(before) ? 0 : before) + sample.value;
    }
  }
  return columns;
}
