import { type Counted, type Sli, type Slo, WINDOW } from '#domain/budget/slo.ts';
import { checkPromql } from '#promql/parse.ts';
import {
  compares,
  complementOf,
  countedBy,
  divisionOf,
  fillerOf,
  isAverage,
  saysHowMany,
  totalsIn,
  withoutComments,
  withWindow,
} from '#promql/rates.ts';
import { bareSelector } from '#promql/selector.ts';
import type { Item, Path, Remarks } from './documents.ts';

/** Sloth’s place for the window, in Go’s template syntax. */
const TEMPLATE = /\{\{-?\s*\.window\s*-?\}\}/g;

/** A share of a percentage, without binary noise: 99.9 gives 0.999. */
export function shareOf(percent: number): number {
  return Number((percent / 100).toPrecision(12));
}

/** Whether a text has Sloth’s template in it. */
export function hasTemplate(text: string): boolean {
  return text.search(TEMPLATE) >= 0;
}

/** PromQL with `WINDOW` in the place of the template; `undefined` and a problem where it is no PromQL. */
export function promqlOf(text: string, item: Item, path: Path, { problems }: Remarks): string | undefined {
  const promql = text.trim().replaceAll(TEMPLATE, WINDOW);
  const other = /\{\{[^}]*\}\}/.exec(promql);
  if (other !== null) {
    problems.push(item.at(path, `the template ${other[0]} is not known; only {{.window}} is filled in`));
    return undefined;
  }
  const checked = checkPromql(promql.replaceAll(WINDOW, '5m'));
  if (checked.ok) return withoutComments(promql);
  const { what, where = 'PromQL' } = checked.problem;
  problems.push(item.at(path, `${what} (${where}); only PromQL that Prometheus itself takes is counted`));
  return undefined;
}

/** As `promqlOf`, of a query that must have the window in it. */
export function windowedPromql(text: string, item: Item, path: Path, remarks: Remarks): string | undefined {
  if (hasTemplate(text)) return promqlOf(text, item, path, remarks);
  remarks.problems.push(item.at(path, 'the query needs {{.window}} in the place of its range'));
  return undefined;
}

/** An SLI, and what silence means where its query says so. */
export type Indicated = Pick<Slo, 'sli' | 'absent'>;

/**
 * An SLI of a share that the owner wrote as one expression. A division of counted things is counted as such, weighted by traffic; anything else
 * by time, each series alike. What stands in for a missing share (`or vector(0)`) says what silence means.
 */
export function ratioSli(promql: string, of: 'bad' | 'good'): Indicated {
  const turned = of === 'bad' ? 'good' : 'bad';
  const { rest, value } = fillerOf(promql) ?? {};
  if (rest !== undefined && (value === 0 || value === 1))
    return { ...ratioSli(rest, of), absent: value === 1 ? of : turned };
  const division = divisionOf(withWindow(promql));
  if (division !== undefined) {
    const [part, total] = [countedBy(division.over), countedBy(division.under)];
    if (part.kind === 'counters' && total.kind === 'counters')
      return indicated({ kind: 'events', counts: division.isComplement ? turned : of, part, total });
  }
  const inner = complementOf(promql);
  const isOwn =
    inner !== undefined && (fillerOf(inner) !== undefined || (inner.includes(WINDOW) && isAverage(inner)));
  if (isOwn) return ratioSli(inner, turned);
  return indicated({ kind: 'ratio', of, promql: shareOver(compares(promql) ? promql : withWindow(promql)) });
}

/** An SLI of which silence is judged by evidence. */
export function indicated(sli: Sli): Indicated {
  return { sli, absent: 'unknown' };
}

/** A share over the window, as one series; one that is of a moment is looked at every minute. */
function shareOver(promql: string): string {
  if (!promql.includes(WINDOW)) return averaged(overMinutes(measured(promql)));
  return isAverage(promql) ? promql : averaged(measured(promql));
}

/** The average of what an expression is at each minute of the window. */
export function overMinutes(promql: string): string {
  return `avg_over_time((${promql})[${WINDOW}:1m])`;
}

/** What is measured, without series that measure nothing just now: a share of no events is NaN. */
export function measured(promql: string): string {
  return `(${promql}) >= -Inf`;
}

/** The average over all series, so that each counts alike and one stays what it is. */
export function averaged(promql: string): string {
  return `avg(${promql})`;
}

/** A share as its owner wrote it, before it was averaged. */
export function asWritten(promql: string): string {
  const { inner = '' } = /^avg\(\((?<inner>.*)\) >= -Inf\)$/s.exec(promql)?.groups ?? {};
  return checkPromql(inner.replaceAll(WINDOW, '5m')).ok ? inner : promql;
}

/** Selectors, and sums of them, are counters; an expression says itself what it counts, whatever ranges it looks back over. */
export function countedIn(promql: string): Counted {
  const terms = totalsIn(promql);
  return terms === undefined ? countedBy(withWindow(promql)) : { kind: 'counters', terms };
}

/** As `countedIn`, of a total: one that stands in for missing series would be a zero that somebody divides by. */
export function totalIn(promql: string): Counted {
  return countedIn(fillerOf(promql)?.rest ?? promql);
}

/** What is wrong with a query of events: it has to be counters, or to say how many events there were. */
export function misfitOfCount(promql: string): string | undefined {
  if (totalsIn(promql) !== undefined || promql.includes(WINDOW) || saysHowMany(promql)) return undefined;
  return bareSelector(promql) === undefined
    ? 'the query does not say how many events there were: expected a counter’s selector, sums of such, or rate(…), increase(…) or the like of it'
    : 'the selector does not name one metric; write out what is counted, such as sum(rate({__name__=~"a|b"}[5m]))';
}
