import { type Cohorts, fisherExact, mantelHaenszel, newcombe, wilson } from '#domain/verdict/cohort.ts';
import type { Count } from '#domain/verdict/counts.ts';
import type { Verdict } from '#domain/verdict/verdict.ts';
import { type Row, readRows } from './judge-series.ts';

/** What is said of two cohorts: rates, their difference (on less off) with its 95 % interval, and the test. */
export type CohortJudgement = {
  readonly verdict: Verdict;
  readonly effect: {
    readonly before: number;
    readonly after: number;
    readonly absolute: number;
    readonly relative: number | null;
  };
  readonly significance: { readonly test: string; readonly p: number; readonly n: number };
  readonly intervals: Readonly<
    Record<'on' | 'off' | 'difference', { readonly low: number; readonly high: number }>
  >;
  readonly reasons: readonly string[];
};

/** Below this a difference is not chance. */
const SIGNIFICANT = 0.01;

/** Judges cohorts of a CSV file; by strata where it has some. What is wrong with it as a line, otherwise. */
export function judgeCohorts(text: string, file: string): string | CohortJudgement {
  const rows = readRows('cohort', text, file);
  if (typeof rows === 'string') return rows;
  const strata = strataOf(rows, file);
  if (typeof strata === 'string') return strata;
  const sum = (of: 'on' | 'off'): Count =>
    strata.reduce((all, one) => ({ bad: all.bad + one[of].bad, total: all.total + one[of].total }), {
      bad: 0,
      total: 0,
    });
  const cohorts: Cohorts = { on: sum('on'), off: sum('off') };
  if (cohorts.on.total === 0 || cohorts.off.total === 0)
    return `${file}: expected requests in both cohorts, on and off.`;
  const { difference, low, high } = newcombe(cohorts);
  const common = mantelHaenszel(strata);
  const isStratified = strata.length > 1;
  const p = isStratified ? common.p : fisherExact(cohorts);
  const shown = isStratified ? common.difference : difference;
  const [off, on] = [cohorts.off.bad / cohorts.off.total, cohorts.on.bad / cohorts.on.total];
  const turned = isStratified && Math.sign(difference) * Math.sign(shown) < 0;
  return {
    verdict: p < SIGNIFICANT ? (shown > 0 ? 'degraded' : 'improved') : 'inconclusive',
    effect: {
      before: off,
      after: on,
      absolute: shown,
      relative: off > 0 && !isStratified ? on / off - 1 : null,
    },
    significance: {
      test: isStratified ? 'Mantel–Haenszel over strata' : 'Fisher exact, two-sided',
      ...{ p, n: cohorts.on.total + cohorts.off.total },
    },
    intervals: { on: wilson(cohorts.on), off: wilson(cohorts.off), difference: { low, high } },
    reasons: turned ? ['All together differ the other way: the cohorts have a different mix of strata.'] : [],
  };
}

function strataOf(rows: readonly Row[], file: string): string | readonly Cohorts[] {
  const found = new Map<string, { on: Count; off: Count }>();
  for (const [i, row] of rows.entries()) {
    const [bad, total] = [Number(row.bad), Number(row.total)];
    const { cohort, stratum = '' } = row;
    if (cohort !== 'on' && cohort !== 'off')
      return `${file}:${i + 2} cohort: expected on or off, found ${cohort}`;
    if (!(bad >= 0 && bad <= total))
      return `${file}:${i + 2} expected 0 ≤ bad ≤ total, found bad ${row.bad} of ${row.total}`;
    const one = found.get(stratum) ?? { on: { bad: 0, total: 0 }, off: { bad: 0, total: 0 } };
    one[cohort] = { bad: one[cohort].bad + bad, total: one[cohort].total + total };
    found.set(stratum, one);
  }
  return [...found.values()];
}
