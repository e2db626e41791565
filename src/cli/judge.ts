import { readFile } from 'node:fs/promises';
import { parseDuration } from '#domain/time.ts';
import type { Judgement, Worse } from '#domain/verdict/verdict.ts';
import { cohortLines, expectedShare, judgeCohorts } from './judge-cohorts.ts';
import { instantOf, type Kind, type Lengths, readSeries, type Series } from './judge-series.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

type Options = {
  kind: string;
  series: string;
  at: string[];
  atFile?: string;
  before: string;
  after: string;
  history?: string;
  worse: string;
  expected?: string;
  json?: boolean;
};

/**
 * Judges moments of a series in a CSV file: an object a moment on stdout. 1 when any of them is degraded, 2 when a file or option cannot be
 * used.
 */
export async function judge(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const used = usableOptions(options);
  if (typeof used === 'string') return refuse(used, terminal);
  const text = await readText(options.series);
  if (text === undefined) return refuse(`${options.series}: cannot be read.`, terminal);
  if (used.kind === 'cohort') return judgeOnce(text, options, terminal);
  const series = readSeries(used.kind, text, options.series, used.lengths, used.worse);
  if (typeof series === 'string') return refuse(series, terminal);
  const moments = await momentsOf(options);
  if (typeof moments === 'string') return refuse(moments, terminal);
  let isDegraded = false;
  for (const at of moments) {
    const judgement = judgeAt(series, at);
    isDegraded ||= judgement.verdict === 'degraded';
    terminal.out(lineOf(at, options, judgement));
  }
  return isDegraded ? 1 : 0;
}

/** Cohorts have no moments: one object, or a table for people. */
function judgeOnce(text: string, { series, expected, json }: Options, terminal: Terminal): ExitStatus {
  const share = expected === undefined ? undefined : expectedShare(expected);
  if (expected !== undefined && share === undefined)
    return refuse(`--expected ${expected}: expected a share between 0 and 1, or per cent.`, terminal);
  const judged = judgeCohorts(text, series, share);
  if (typeof judged === 'string') return refuse(judged, terminal);
  if (json === true) terminal.out(JSON.stringify({ signal: series, ...judged }));
  else for (const line of cohortLines(series, judged)) terminal.out(line);
  return judged.verdict === 'degraded' ? 1 : 0;
}

function refuse(why: string, terminal: Terminal): ExitStatus {
  terminal.err(why);
  return 2;
}

function usableOptions(
  options: Options,
): string | { readonly kind: Kind | 'cohort'; readonly worse: Worse; readonly lengths: Lengths } {
  const { kind, worse } = options;
  if (kind !== 'gauge' && kind !== 'ratio' && kind !== 'histogram' && kind !== 'cohort')
    return `--kind ${kind}: expected gauge, ratio, histogram or cohort.`;
  if (worse !== 'higher' && worse !== 'lower' && worse !== 'either')
    return `--worse ${worse}: expected higher, lower or either.`;
  const names = ['before', 'after', 'history'] as const;
  const [before, after, history] = names.map((name) => parseDuration(options[name] ?? '7d'));
  if (before === undefined || after === undefined || history === undefined) {
    const wrong = names.find((name) => parseDuration(options[name] ?? '7d') === undefined) ?? 'before';
    return `--${wrong} ${options[wrong]}: expected a duration such as 30m.`;
  }
  return { kind, worse, lengths: { before, after, history, isHistoryGiven: options.history !== undefined } };
}

async function momentsOf({ at, atFile }: Options): Promise<string | readonly number[]> {
  const lines = atFile === undefined ? '' : await readText(atFile);
  if (lines === undefined) return `${atFile}: cannot be read.`;
  const texts = [...at, ...lines.split('\n').map((line) => line.trim())].filter((line) => line !== '');
  if (texts.length === 0) return 'Name a moment: --at TIME, or --at-file FILE with one a line.';
  const moments = texts.map(instantOf);
  const wrong = moments.indexOf(undefined);
  if (wrong >= 0) return `--at ${texts[wrong]}: expected ISO 8601 or epoch seconds.`;
  return moments.filter((moment) => moment !== undefined);
}

function judgeAt({ times, judge: of }: Series, at: number): Judgement {
  const moment = indexAt(times, at);
  if (moment === 0)
    return { verdict: 'inconclusive', looks: 0, reasons: ['The series begins no earlier than this moment.'] };
  if (moment >= times.length)
    return { verdict: 'inconclusive', looks: 0, reasons: ['The series ends before this moment.'] };
  return of(moment);
}

/** The first step that begins at `at` or later. */
function indexAt(times: Float64Array, at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lineOf(at: number, { series, json }: Options, judgement: Judgement): string {
  const { onset, decidedAt, ...rest } = judgement;
  const told = {
    at: iso(at),
    verdict: rest.verdict,
    signal: series,
    effect: rest.effect ?? null,
    significance: rest.significance ?? null,
    placebo: rest.placebo ?? null,
    onset: onset === undefined ? null : { at: iso(onset.at), plusMinus: onset.plusMinus / 1000 },
    looks: rest.looks,
    decidedAt: decidedAt === undefined ? null : iso(decidedAt),
    needs: rest.needs === undefined ? null : { ...rest.needs, takes: rest.needs.takes / 1000 },
    reasons: rest.reasons,
  };
  if (json === true) return JSON.stringify(told);
  const change = rest.effect?.relative === undefined ? '' : ` ${(rest.effect.relative * 100).toFixed(0)} %`;
  return [`${told.at} ${told.verdict}${change}`, ...rest.reasons].join(' · ');
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
