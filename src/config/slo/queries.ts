import { type Counted, type Sli, WINDOW } from '#domain/budget/slo.ts';
import { checkPromql } from '#promql/parse.ts';
import { countedBy, divisionOf, isSelector, withWindow } from '#promql/rates.ts';
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
  if (checked.ok) return promql;
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

/**
 * An SLI of a share that the owner wrote as one expression. A division of counted things is counted as such, weighted by traffic; anything else
 * by time.
 */
export function ratioSli(promql: string, of: 'bad' | 'good'): Sli {
  const division = divisionOf(withWindow(promql));
  if (division === undefined) return { kind: 'ratio', of, promql };
  const [part, total] = [countedBy(division.over), countedBy(division.under)];
  if (part.kind !== 'counters' || total.kind !== 'counters') return { kind: 'ratio', of, promql };
  const turned = of === 'bad' ? 'good' : 'bad';
  return { kind: 'events', counts: division.isComplement ? turned : of, part, total };
}

/** A selector is a counter; an expression says itself what it counts, whatever ranges it looks back over. */
export function countedIn(promql: string): Counted {
  return isSelector(promql)
    ? { kind: 'counters', terms: [{ selector: promql.trim(), sign: 1 }] }
    : countedBy(withWindow(promql));
}
