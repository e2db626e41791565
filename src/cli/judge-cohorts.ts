import {
  type Cohorts,
  commonInterval,
  fisherExact,
  type Interval,
  mantelHaenszel,
  newcombe,
} from '#domain/verdict/cohort.ts';
import { pooled } from '#domain/verdict/cohort-cells.ts';
import { isHigherBy, limitOf } from '#domain/verdict/cohort-margin.ts';
import { type MixedShare, mixed, shareInterval } from '#domain/verdict/cohort-mix.ts';
import { sampleRatioOnce } from '#domain/verdict/cohort-sample-ratio.ts';
import type { SampleRatio } from '#domain/verdict/cohort-verdict.ts';
import type { Count } from '#domain/verdict/counts.ts';
import { RATIO_FLOOR } from '#domain/verdict/ratio-moment.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { type Row, readRows } from './judge-series.ts';
import { tableLines } from './table.ts';

/**
 * What is said of two cohorts that were counted once: rates (at one mix of strata, where there are some), their difference (on less off) with its 95 % interval, the test, and whether as many are on as were meant to be. `needs`
 * are requests that are on, at the same split.
 */
export type CohortJudgement = {
  readonly verdict: Verdict;
  readonly effect: {
    readonly before: number;
    readonly after: number;
    readonly absolute: number;
    readonly relative: number | null;
  } | null;
  readonly significance: { readonly test: string; readonly p: number; readonly n: number } | null;
  readonly counts: { readonly on: Count; readonly off: Count };
  readonly intervals: Readonly<Record<'on' | 'off' | 'difference', Interval>> | null;
  readonly sampleRatio: Omit<SampleRatio, 'dispersion'> | null;
  readonly needs: { readonly requests: number } | null;
  readonly reasons: readonly string[];
};

/** Below this a difference is not chance. */
const SIGNIFICANT = 0.01;

/** Standard errors that are asked for: to be significant, and not by luck alone (four cases of five). */
const ENOUGH = 2.5758 + 0.8416;

/** The share that is meant where nobody says. */
const EVEN = 0.5;

/** A share such as `0.1` or `10%`, between 0 and 1. */
export function expectedShare(text: string): number | undefined {
  const found = /^(\d*\.?\d+)\s*(%?)$/.exec(text.trim());
  const share = Number(found?.[1]) / (found?.[2] === '%' ? 100 : 1);
  return share > 0 && share < 1 ? share : undefined;
}

/** Judges cohorts of a CSV file; by strata where it has some. What is wrong with it as a line, otherwise. */
export function judgeCohorts(text: string, file: string, expected?: number): string | CohortJudgement {
  const rows = readRows('cohort', text, file);
  if (typeof rows === 'string') return rows;
  const strata = strataOf(rows, file);
  if (typeof strata === 'string') return strata;
  const counts = pooled(strata);
  const all = counts.on.total + counts.off.total;
  const sampleRatio = all > 0 ? ratioOf(counts.on.total, all, expected ?? EVEN) : null;
  const share = shareReasons(sampleRatio, expected === undefined);
  const rates = mixed(strata);
  const difference = commonInterval(strata);
  if (rates === undefined || difference === undefined)
    return {
      ...{ verdict: 'inconclusive', effect: null, significance: null, counts, intervals: null },
      ...{ sampleRatio, needs: null, reasons: [missingOf(counts), ...share] },
    };
  const { on, off } = rates;
  const isStratified = strata.length > 1;
  const test = isStratified ? 'Mantel–Haenszel over strata' : 'Fisher exact, two-sided';
  const p = isStratified ? mantelHaenszel(strata).p : fisherExact(counts);
  const { verdict, reasons } = verdictOf(on.rate, off.rate, difference, p);
  const turned =
    isStratified && Math.sign(newcombe(counts).difference) * Math.sign(on.rate - off.rate) < 0
      ? [TURNED]
      : [];
  return {
    verdict,
    effect: {
      ...{ before: off.rate, after: on.rate, absolute: on.rate - off.rate },
      relative: off.rate > 0 ? on.rate / off.rate - 1 : null,
    },
    significance: { test, p, n: all },
    counts,
    intervals: { on: shareInterval(on, 1), off: shareInterval(off, 1), difference },
    sampleRatio,
    needs: verdict === 'inconclusive' ? needsOf(on, off, difference, counts.on.total) : null,
    reasons: [...reasons, ...turned, ...share],
  };
}

const TURNED = 'All together differ the other way: the cohorts have a different mix of strata.';
const SMALL = 'It differs for sure, by less than matters.';

/** Worse or better where it is no chance and matters; steady where the whole interval of the difference matters to nobody. */
function verdictOf(
  on: number,
  off: number,
  { low, high }: Interval,
  p: number,
): { readonly verdict: Verdict; readonly reasons: readonly string[] } {
  const isSure = p < SIGNIFICANT;
  if (isSure && isHigherBy(RATIO_FLOOR, off, on)) return { verdict: 'degraded', reasons: [] };
  if (isSure && isHigherBy(RATIO_FLOOR, on, off)) return { verdict: 'improved', reasons: [] };
  const floor = limitOf(off, RATIO_FLOOR) - off;
  const isWithin = high < floor && low > -floor;
  return { verdict: isWithin ? 'steady' : 'inconclusive', reasons: isSure ? [SMALL] : [] };
}

/**
 * Requests that would decide were the rates to stay: until a difference that matters is significant, or until the interval of one that does not lies within the floor. Both shrink by the root of how many there are.
 */
function needsOf(
  on: MixedShare,
  off: MixedShare,
  { low, high }: Interval,
  requests: number,
): { readonly requests: number } | null {
  const difference = on.rate - off.rate;
  const floor = limitOf(off.rate, RATIO_FLOOR) - off.rate;
  const isFar = isHigherBy(RATIO_FLOOR, off.rate, on.rate) || isHigherBy(RATIO_FLOOR, on.rate, off.rate);
  const half = difference >= 0 ? high - difference : difference - low;
  const error = (high - low) / (2 * 1.96);
  const times = isFar ? (ENOUGH * error) / Math.abs(difference) : half / (floor - Math.abs(difference));
  const more = requests * (times ** 2 - 1);
  return times > 1 && Number.isFinite(more) ? { requests: Number(Math.ceil(more).toPrecision(2)) } : null;
}

function ratioOf(on: number, all: number, expected: number): Omit<SampleRatio, 'dispersion'> {
  const { dispersion: _, ...ratio } = sampleRatioOnce(on, all, expected);
  return ratio;
}

function shareReasons(ratio: Omit<SampleRatio, 'dispersion'> | null, isAssumed: boolean): readonly string[] {
  const assumed = isAssumed ? ['An even split was taken as meant; --expected names another.'] : [];
  if (ratio?.isMismatch !== true) return assumed;
  const { observed, expected, p } = ratio;
  return [
    `Sample ratio mismatch: ${percent(observed)} of requests are on, not ${percent(expected)} (χ² ${chance(p)}).`,
    ...assumed,
  ];
}

function missingOf({ on, off }: Cohorts): string {
  if (on.total === 0) return off.total === 0 ? 'There are no requests.' : 'No request is on.';
  return off.total === 0 ? 'No request is off.' : 'No stratum has requests of both cohorts.';
}

/** What is said as a table, for people. */
export function cohortLines(file: string, judged: CohortJudgement): readonly string[] {
  const { verdict, effect, significance, counts, intervals, needs, reasons } = judged;
  const change =
    effect === null || effect.relative === null
      ? ''
      : ` ${signed(effect.relative, (value) => percent(value))}`;
  const by = significance === null ? '' : ` · ${significance.test}, ${chance(significance.p)}`;
  const row = (cohort: 'on' | 'off', rate: number | undefined) => {
    const { bad, total } = counts[cohort];
    const interval = intervals?.[cohort];
    return [cohort, String(bad), String(total), rate === undefined ? '' : percent(rate), between(interval)];
  };
  const rows = [row('off', effect?.before), row('on', effect?.after)];
  if (effect !== null)
    rows.push(['difference', '', '', signed(effect.absolute, percent), between(intervals?.difference)]);
  return [
    `${file} ${verdict}${change}${by}`,
    ...tableLines(['cohort', 'bad', 'of', 'share', '95 %'], rows),
    ...(needs === null ? [] : [`About ${needs.requests} more requests that are on would tell.`]),
    ...reasons,
  ];
}

function between(interval: Interval | undefined): string {
  return interval === undefined ? '' : `${percent(interval.low)} … ${percent(interval.high)}`;
}

function signed(value: number, format: (value: number) => string): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${format(Math.abs(value))}`;
}

function percent(share: number): string {
  const shown = Math.abs(share * 100);
  const text = shown === 0 || shown >= 100 ? shown.toFixed(0) : String(Number(shown.toPrecision(3)));
  return `${share < 0 ? '−' : ''}${text} %`;
}

/** `p 0.0073`, or how small it is at least. */
function chance(p: number): string {
  return p < 1e-6 ? 'p < 0.000001' : `p ${Number(p.toPrecision(2))}`;
}

/** A whole number; NaN for anything else, a fraction or nothing among it. */
function countIn(text: string | undefined): number {
  return /^\s*\d{1,15}(\.0*)?\s*$/.test(text ?? '') ? Number(text) : Number.NaN;
}

function strataOf(rows: readonly Row[], file: string): string | readonly Cohorts[] {
  const found = new Map<string, { on: Count; off: Count }>();
  for (const [i, row] of rows.entries()) {
    const [bad, total] = [countIn(row.bad), countIn(row.total)];
    const { cohort, stratum = '' } = row;
    if (cohort !== 'on' && cohort !== 'off')
      return `${file}:${i + 2} cohort: expected on or off, found ${cohort}`;
    if (!(bad >= 0 && bad <= total))
      return `${file}:${i + 2} expected 0 ≤ bad ≤ total, found bad ${row.bad} of ${row.total}, which are to be whole numbers`;
    const one = found.get(stratum) ?? { on: { bad: 0, total: 0 }, off: { bad: 0, total: 0 } };
    one[cohort] = { bad: one[cohort].bad + bad, total: one[cohort].total + total };
    found.set(stratum, one);
  }
  return [...found.values()];
}
