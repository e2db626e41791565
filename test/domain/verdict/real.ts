import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Gauge, GaugeRules } from '#domain/verdict/gauge-moment.ts';
import { FALSE_ALARMS } from '#domain/verdict/spending.ts';

const ROOT = join(import.meta.dirname, '../../../../shared/corpora/timeseries');
const NAB = join(ROOT, 'nab');
const DAY = 86_400_000;

/** Whether the real series are beside this checkout; says on stderr what is skipped without them. */
export function isRealHere(): boolean {
  const isHere = existsSync(NAB);
  if (!isHere) process.stderr.write(`skipped: there are no real series at ${ROOT}\n`);
  return isHere;
}

/** A real series, and which of its steps lie in a labelled anomaly. */
export type RealSeries = Gauge & {
  readonly name: string;
  readonly values: Float64Array;
  readonly times: Float64Array;
  readonly isAnomaly: Uint8Array;
};

/** Names of the series of the Numenta Anomaly Benchmark. */
export function realNames(): readonly string[] {
  const data = join(NAB, 'data');
  return readdirSync(data, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.csv'))
    .sort();
}

/** Reads one; `every` keeps each so manieth value only. */
export function readReal(name: string, every = 1): RealSeries {
  const labels: Readonly<Record<string, readonly (readonly [string, string])[]>> = JSON.parse(
    readFileSync(join(NAB, 'labels/combined_windows.open.json'), 'utf8'),
  );
  const rows = readFileSync(join(NAB, 'data', name), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const cells = rows.filter((_, i) => i % every === 0).map((row) => row.split(','));
  const times = Float64Array.from(cells, ([at = '']) => utc(at));
  const windows = (labels[name] ?? []).map(([from, to]) => [utc(from), utc(to)] as const);
  const between = times
    .slice(1)
    .map((at, i) => at - (times[i] ?? at))
    .sort();
  return {
    name,
    times,
    values: Float64Array.from(cells, ([, value]) => Number(value)),
    step: between[Math.floor(between.length / 2)] ?? DAY,
    isAnomaly: Uint8Array.from(times, (at) => (windows.some(([a, b]) => at >= a && at <= b) ? 1 : 0)),
  };
}

function utc(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);
}

/** How real series are judged: 30 steps before, 15 after, seven days of history, at least 2,016 steps, as by `bellbuoy judge`. */
export function realRules({ step }: RealSeries): GaugeRules {
  return {
    ...{ before: 30, after: 15, history: Math.max(2016, Math.round((7 * DAY) / step)) },
    ...{ worse: 'higher', floor: 0.1, alpha: FALSE_ALARMS },
  };
}

/** Moments of a series from its index `first` on whose watch touches no labelled anomaly, evenly taken, at most so many. */
export function ordinaryOf(
  { values, isAnomaly }: RealSeries,
  first: number,
  most: number,
): readonly number[] {
  const found: number[] = [];
  for (let at = Math.max(30, first); at + 15 <= values.length; at += 1)
    if (!isAnomaly.subarray(at - 30, at + 15).includes(1)) found.push(at);
  if (found.length <= most) return found;
  return Array.from(
    { length: most },
    (_, i) => found[Math.floor((i * (found.length - 1)) / (most - 1))] ?? 0,
  );
}

/** A series with annotated change points: by each annotator, the first indices of new levels. */
export type Annotated = {
  readonly name: string;
  readonly values: Float64Array;
  readonly annotations: readonly (readonly number[])[];
};

/** The series of the Turing Change Point Dataset. */
export function annotatedSeries(): readonly Annotated[] {
  const read = (name: string) => JSON.parse(readFileSync(join(ROOT, 'tcpd', name), 'utf8'));
  const all: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> =
    read('annotations.open.json');
  return Object.entries(all).map(([name, by]) => ({
    name,
    values: Float64Array.from(read(`${name}.json`).series[0].raw, (value) => Number(value ?? Number.NaN)),
    annotations: Object.values(by),
  }));
}
