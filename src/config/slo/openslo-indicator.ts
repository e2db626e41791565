import { WINDOW } from '#domain/budget/slo.ts';
import type { Item, Path, Remarks } from './documents.ts';
import { countsSli, gaugesSli } from './openslo-counts.ts';
import { isPrometheusLike, queryAt, queryOf, type Sources, unsupported } from './openslo-metric.ts';
import type { ObjectiveAt } from './openslo-objective.ts';
import type { Indicator, Objective } from './openslo-shapes.ts';
import { averaged, type Indicated, indicated, measured, overMinutes, ratioSli } from './queries.ts';

/** An indicator with the place where it stands: its own object, or inside an SLO. */
export type IndicatorAt = { readonly item: Item; readonly path: Path; readonly indicator: Indicator };

type Ratio = NonNullable<Indicator['ratioMetric']>;

const OPERATORS = { lte: '<=', gte: '>=', lt: '<', gt: '>' } as const;

/** The SLI of an indicator; a threshold metric takes the bound from the objective. */
export function sliOf(
  at: IndicatorAt,
  objective: ObjectiveAt,
  sources: Sources,
  remarks: Remarks,
): Indicated | undefined {
  const { item, path, indicator } = at;
  const { thresholdMetric, ratioMetric } = indicator;
  if (thresholdMetric && !ratioMetric)
    return thresholdSli(
      queryOf(thresholdMetric, item, [...path, 'thresholdMetric'], sources, remarks)?.promql,
      objective,
      remarks,
    );
  if (ratioMetric && !thresholdMetric) {
    noteBound(objective, remarks);
    const root = [...path, 'ratioMetric'];
    return ratioMetric.raw
      ? rawSli(ratioMetric, item, root, sources, remarks)
      : countedSli(ratioMetric, item, root, sources, remarks);
  }
  remarks.problems.push(item.at(path, 'expected exactly one of thresholdMetric and ratioMetric'));
  return undefined;
}

/** Looked at every minute, in each series alike: one that measures nothing just then is neither good nor bad. */
function thresholdSli(
  query: string | undefined,
  { item, path, objective: { op, value } }: ObjectiveAt,
  { problems }: Remarks,
): Indicated | undefined {
  const refuse = (key: string, what: string) => {
    problems.push(item.at([...path, key], what));
    return undefined;
  };
  if (op === null || op === undefined) return refuse('op', 'a threshold metric needs op: lte, gte, lt or gt');
  if (value === null || value === undefined)
    return refuse('value', 'a threshold metric needs the value it is held against');
  if (query === undefined) return undefined;
  const seen = measured(query.replaceAll(WINDOW, '5m'));
  const within = `(${seen}) ${OPERATORS[op]} bool ${value}`;
  return indicated({ kind: 'ratio', of: 'good', promql: averaged(overMinutes(within)) });
}

/** A ratio is held against its target alone. */
function noteBound({ item, path, objective }: ObjectiveAt, { notices }: Remarks): void {
  for (const key of ['op', 'value'] as const)
    if (objective[key] !== null && objective[key] !== undefined)
      notices.push(item.at([...path, key], 'not honoured: a ratio is held against its target alone'));
}

function rawSli(
  { raw, rawType, good, bad, total, counter }: Ratio,
  item: Item,
  root: Path,
  sources: Sources,
  remarks: Remarks,
): Indicated | undefined {
  const refuse = (more: Path, what: string) => {
    remarks.problems.push(item.at([...root, ...more], what));
    return undefined;
  };
  if (!raw || good || bad || total) return refuse([], 'expected raw alone, or total with good or bad');
  if (counter === true)
    remarks.notices.push(item.at([...root, 'counter'], 'not honoured: a raw ratio is no counter'));
  const query = queryOf(raw, item, [...root, 'raw'], sources, remarks);
  if (!rawType) return refuse(['rawType'], 'raw needs rawType: success or failure');
  return query === undefined ? undefined : ratioSli(query.promql, rawType === 'success' ? 'good' : 'bad');
}

function countedSli(
  { counter, good, bad, total, rawType }: Ratio,
  item: Item,
  root: Path,
  sources: Sources,
  remarks: Remarks,
): Indicated | undefined {
  const part = good ?? bad;
  if (!total || !part || (good && bad)) {
    remarks.problems.push(item.at(root, 'expected total with one of good and bad'));
    return undefined;
  }
  if (rawType) remarks.notices.push(item.at([...root, 'rawType'], 'not honoured: there is no raw ratio'));
  const counts = good ? 'good' : 'bad';
  const ofPart = queryOf(part, item, [...root, counts], sources, remarks);
  const ofTotal = queryOf(total, item, [...root, 'total'], sources, remarks);
  if (ofPart === undefined || ofTotal === undefined) return undefined;
  return counter === false
    ? gaugesSli([ofPart, ofTotal], counts, remarks)
    : countsSli([ofPart, ofTotal], counts, remarks);
}

type AlphaRatio = NonNullable<Objective['ratioMetrics']>;

/** v1alpha: the metrics stand in the objective, in Sloth’s dialect. */
export function alphaSliOf(
  { good, bad, total, incremental, counter }: AlphaRatio,
  objective: ObjectiveAt,
  remarks: Remarks,
): Indicated | undefined {
  const { item } = objective;
  const path = [...objective.path, 'ratioMetrics'];
  noteBound(objective, remarks);
  const part = good ?? bad;
  if (!part || (good && bad)) {
    remarks.problems.push(item.at(path, 'expected total with one of good and bad'));
    return undefined;
  }
  for (const [key, value] of Object.entries({ incremental, counter }))
    if (value === false)
      remarks.notices.push(
        item.at([...path, key], 'not honoured: the queries say themselves what they count'),
      );
  const counts = good ? 'good' : 'bad';
  const query = ({ source, queryType, query: text }: AlphaRatio['total'], key: string) => {
    const refuse = (field: string, what: string) => {
      remarks.problems.push(item.at([...path, key, field], what));
      return undefined;
    };
    if (source && !isPrometheusLike(source)) return refuse('source', unsupported(source));
    if (queryType && queryType.toLowerCase() !== 'promql') return refuse('queryType', unsupported(queryType));
    return queryAt(text, item, [...path, key, 'query'], remarks);
  };
  const [ofPart, ofTotal] = [query(part, counts), query(total, 'total')];
  return ofPart === undefined || ofTotal === undefined
    ? undefined
    : countsSli([ofPart, ofTotal], counts, remarks);
}
