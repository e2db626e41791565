import { parse } from 'csv-parse/sync';
import type { Duration } from '#domain/time.ts';
import { createGaugeJudge, GAUGE_FLOOR } from '#domain/verdict/gauge.ts';
import { createHistogramJudge, QUANTILE_FLOOR } from '#domain/verdict/histogram.ts';
import { createRatioJudge } from '#domain/verdict/ratio.ts';
import { RATIO_ALPHA, RATIO_FLOOR } from '#domain/verdict/ratio-moment.ts';
import { FALSE_ALARMS } from '#domain/verdict/spending.ts';
import type { Judgement, Worse } from '#domain/verdict/verdict.ts';

export type Kind = 'gauge' | 'ratio' | 'histogram';

/** In ms; `isHistoryGiven` is false where the usual history is meant. */
export type Lengths = {
  readonly before: Duration;
  readonly after: Duration;
  readonly history: Duration;
  readonly isHistoryGiven: boolean;
};

/** A series by the beginnings of its steps (UTC), ascending, and its judge by index. */
export type Series = { readonly times: Float64Array; judge(moment: number): Judgement };

/** Without a history named, at least so many steps are taken where there are: seven days of hourly values are too few to tell what is usual. */
const AT_LEAST = 2016;

/** Columns of the files, with a header line. */
const COLUMNS: Readonly<Record<Kind | 'cohort', readonly string[]>> = {
  gauge: ['timestamp', 'value'],
  ratio: ['timestamp', 'bad', 'total'],
  histogram: ['timestamp', 'le', 'count'],
  cohort: ['cohort', 'bad', 'total'],
};

/** Rows of a CSV file as records; what is wrong with it as a line, otherwise. */
export function readRows(kind: Kind | 'cohort', text: string, file: string): string | readonly Row[] {
  let rows: readonly Row[];
  try {
    rows = parse(text, { columns: true, skip_empty_lines: true, trim: true, bom: true });
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : String(error)}`;
  }
  const [first] = rows;
  if (first === undefined) return `${file}: there are no rows below the header.`;
  const missing = COLUMNS[kind].filter((column) => !(column in first));
  return missing.length === 0
    ? rows
    : `${file}:1 no column ${missing.join(', ')}; expected the header ${COLUMNS[kind].join(',')}`;
}

export type Row = Readonly<Record<string, string>>;

/** Reads a series; what is wrong with it as a line, otherwise. */
export function readSeries(
  kind: Kind,
  text: string,
  file: string,
  lengths: Lengths,
  worse: Worse,
): string | Series {
  const rows = readRows(kind, text, file);
  if (typeof rows === 'string') return rows;
  const read = columnsOf(kind, rows, file);
  if (typeof read === 'string') return read;
  const { times } = read;
  if (times.length < 4) return `${file}: at least four steps are needed; there are ${times.length}.`;
  const step = usualStep(times);
  const steps = (length: Duration) => Math.max(1, Math.round(length / step));
  const history = steps(lengths.history);
  const rules = {
    ...{ before: steps(lengths.before), after: steps(lengths.after), worse },
    history: lengths.isHistoryGiven ? history : Math.max(history, AT_LEAST),
  };
  return { times, judge: judgeOf(read, step, rules).judge };
}

type Rules = { before: number; after: number; history: number; worse: Worse };

function judgeOf(read: Read, step: Duration, rules: Rules): { judge(moment: number): Judgement } {
  switch (read.kind) {
    case 'gauge':
      return createGaugeJudge({ ...read, step }, { ...rules, floor: GAUGE_FLOOR, alpha: FALSE_ALARMS });
    case 'ratio':
      return createRatioJudge({ ...read, step }, { ...rules, floor: RATIO_FLOOR, alpha: RATIO_ALPHA });
    case 'histogram':
      return createHistogramJudge({ ...read, step }, { ...rules, floor: QUANTILE_FLOOR, alpha: RATIO_ALPHA });
  }
}

type Read = { readonly times: Float64Array } & (
  | { readonly kind: 'gauge'; readonly values: Float64Array }
  | { readonly kind: 'ratio'; readonly bad: Float64Array; readonly total: Float64Array }
  | {
      readonly kind: 'histogram';
      readonly bounds: readonly number[];
      readonly counts: readonly Float64Array[];
    }
);

function columnsOf(kind: Kind, rows: readonly Row[], file: string): string | Read {
  const stamped = rows.map((row, i) => ({ row, line: i + 2, at: instantOf(row.timestamp ?? '') }));
  const wrong = stamped.find(({ at }) => at === undefined);
  if (wrong !== undefined)
    return `${file}:${wrong.line} timestamp: expected ISO 8601 or epoch seconds, found ${JSON.stringify(wrong.row.timestamp)}`;
  const byTime = [...Map.groupBy(stamped, ({ at }) => at ?? 0)].sort(([a], [b]) => a - b);
  const times = Float64Array.from(byTime, ([at]) => at);
  if (kind === 'histogram')
    return histogramOf(
      byTime.map(([, some]) => some),
      times,
      file,
    );
  // Of two rows of one time the later one counts.
  const column = (name: string) => Float64Array.from(byTime, ([, some]) => numberOf(some.at(-1)?.row[name]));
  if (kind === 'gauge') return { kind, times, values: column('value') };
  const [bad, total] = [column('bad'), column('total')];
  for (let i = 0; i < total.length; i += 1) {
    const [b, t] = [bad[i] ?? Number.NaN, total[i] ?? Number.NaN];
    if (b < 0 || t < 0 || b > t)
      return `${file}:${byTime[i]?.[1].at(-1)?.line} expected 0 ≤ bad ≤ total, found bad ${b} of ${t}`;
    // A step without its counts was not measured: it says nothing.
    if (Number.isNaN(b) || Number.isNaN(t)) bad[i] = total[i] = 0;
  }
  return { kind, times, bad, total };
}

type Stamped = { readonly row: Row; readonly line: number };

function histogramOf(
  steps: readonly (readonly Stamped[])[],
  times: Float64Array,
  file: string,
): string | Read {
  const known = new Set<number>();
  for (const some of steps)
    for (const { row, line } of some) {
      const bound = boundOf(row.le);
      if (Number.isNaN(bound))
        return `${file}:${line} le: expected a number or +Inf, found ${JSON.stringify(row.le)}`;
      known.add(bound);
    }
  known.add(Number.POSITIVE_INFINITY);
  const bounds = [...known].sort((a, b) => a - b);
  const index = new Map(bounds.map((bound, i) => [bound, i]));
  const counts = bounds.map(() => new Float64Array(times.length));
  for (const [i, some] of steps.entries())
    for (const { row } of some) {
      const count = numberOf(row.count);
      const column = counts[index.get(boundOf(row.le)) ?? 0];
      if (column !== undefined && count > 0) column[i] = (column[i] ?? 0) + count;
    }
  return { kind: 'histogram', times, bounds, counts };
}

function boundOf(text = ''): number {
  return /^\+?inf(inity)?$/i.test(text) ? Number.POSITIVE_INFINITY : numberOf(text);
}

/** A finite number; NaN for what was not measured, infinities too. */
function numberOf(text: string | undefined): number {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

function usualStep(times: Float64Array): Duration {
  const steps = times
    .slice(1)
    .map((at, i) => at - (times[i] ?? at))
    .sort();
  return steps[Math.floor(steps.length / 2)] ?? 60_000;
}

/** ISO 8601, taken for UTC where it names no zone, or epoch seconds. */
export function instantOf(text: string): number | undefined {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const iso = text.trim().replace(' ', 'T');
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) || !iso.includes('T') ? iso : `${iso}Z`);
  return Number.isNaN(at) ? undefined : at;
}
