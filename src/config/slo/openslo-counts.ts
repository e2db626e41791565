import { type Counted, type Term, WINDOW } from '#domain/budget/slo.ts';
import { saysHowMany, totalsIn } from '#promql/rates.ts';
import type { Remarks } from './documents.ts';
import type { QueryAt } from './openslo-metric.ts';
import {
  averaged,
  countedIn,
  type Indicated,
  indicated,
  measured,
  misfitOfCount,
  overMinutes,
  totalIn,
} from './queries.ts';

/** The queries of good or bad ones, and of all. */
type Pair = readonly [part: QueryAt, total: QueryAt];

/** What two queries count; one that does not say how many events there were is refused. */
export function countsSli(pair: Pair, counts: 'good' | 'bad', { problems }: Remarks): Indicated | undefined {
  const misfits = pair.flatMap(({ promql, item, path }) => {
    const what = misfitOfCount(promql);
    return what === undefined ? [] : [item.at(path, what)];
  });
  problems.push(...misfits);
  const [part, total] = pair;
  return misfits.length > 0
    ? undefined
    : indicated({ kind: 'events', counts, part: countedIn(part.promql), total: totalIn(total.promql) });
}

/**
 * What two queries of gauges say, which is how many there are at each moment. Of selectors all samples are added up; of other expressions the share
 * is taken each minute. Where both say themselves how many there were, that is counted.
 */
export function gaugesSli(pair: Pair, counts: 'good' | 'bad', remarks: Remarks): Indicated | undefined {
  const silent = pair.filter(({ promql }) => !saysHowMany(promql));
  if (silent.length === 0) return countsSli(pair, counts, remarks);
  if (silent.length === 1) {
    for (const { item, path } of silent) remarks.problems.push(item.at(path, ONE_OF_TWO));
    return undefined;
  }
  const [part, total] = pair.map(({ promql }) => totalsIn(promql));
  if (part !== undefined && total !== undefined)
    return indicated({ kind: 'events', counts, part: samples(part), total: samples(total) });
  const [of, all] = pair;
  // None of several is no series, not a zero.
  const share = `(sum(${of.promql}) or vector(0)) / sum(${all.promql})`;
  return indicated({ kind: 'ratio', of: counts, promql: averaged(overMinutes(measured(share))) });
}

const ONE_OF_TWO =
  'the other query says how many events there were, this one how many there are: expected rate(…), increase(…) or the like of it in both';

function samples(terms: readonly Term[]): Counted {
  const sums = terms.map(({ selector, sign }, i) => {
    const before = sign === 1 ? (i === 0 ? '' : '+ ') : '- ';
    return `${before}sum(sum_over_time(${selector}[${WINDOW}]))`;
  });
  return { kind: 'expression', promql: sums.join(' '), gives: 'increase' };
}
