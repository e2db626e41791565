import { type Counted, type Sli, WINDOW } from '#domain/budget/slo.ts';
import { isSelector } from '#promql/rates.ts';
import type { Item, Path, Remarks } from './documents.ts';
import type { Indicator, Metric, Objective } from './openslo-shapes.ts';
import { countedIn, promqlOf, ratioSli } from './queries.ts';

/** An indicator with the place where it stands: its own object, or inside an SLO. */
export type IndicatorAt = { readonly item: Item; readonly path: Path; readonly indicator: Indicator };

type Sources = ReadonlyMap<string, { readonly item: Item; readonly type: string }>;

/** What speaks PromQL. */
const PROMETHEUS_LIKE = /^(prometheus|thanos|mimir|cortex|victoriametrics|amp|managedprometheus)$/;

const OPERATORS = { lte: '<=', gte: '>=', lt: '<', gt: '>' } as const;

/** The SLI of an indicator; a threshold metric takes the bound from the objective, which stands at `place`. */
export function sliOf(
  at: IndicatorAt,
  { op, value }: Objective,
  place: { readonly item: Item; readonly path: Path },
  sources: Sources,
  remarks: Remarks,
): Sli | undefined {
  const { item, path, indicator } = at;
  const refuse = (where: Item, more: Path, what: string) => {
    remarks.problems.push(where.at(more, what));
    return undefined;
  };
  const { thresholdMetric, ratioMetric } = indicator;
  if (Boolean(thresholdMetric) === Boolean(ratioMetric))
    return refuse(item, path, 'expected exactly one of thresholdMetric and ratioMetric');
  if (thresholdMetric) {
    const query = queryOf(thresholdMetric, item, [...path, 'thresholdMetric'], sources, remarks);
    if (op === null || op === undefined)
      return refuse(place.item, [...place.path, 'op'], 'a threshold metric needs op: lte, gte, lt or gt');
    if (value === null || value === undefined)
      return refuse(
        place.item,
        [...place.path, 'value'],
        'a threshold metric needs the value it is held against',
      );
    if (query === undefined) return undefined;
    const promql = `avg_over_time(((${query.replaceAll(WINDOW, '5m')}) ${OPERATORS[op]} bool ${value})[${WINDOW}:1m])`;
    return { kind: 'ratio', of: 'good', promql };
  }
  if (!ratioMetric) return undefined;
  const root = [...path, 'ratioMetric'];
  const { counter, good, bad, total, raw, rawType } = ratioMetric;
  if (raw) {
    if (good || bad || total) return refuse(item, root, 'expected raw alone, or total with good or bad');
    const query = queryOf(raw, item, [...root, 'raw'], sources, remarks);
    if (!rawType) return refuse(item, [...root, 'rawType'], 'raw needs rawType: success or failure');
    return query === undefined ? undefined : ratioSli(query, rawType === 'success' ? 'good' : 'bad');
  }
  const part = good ?? bad;
  if (!total || !part || (good && bad)) return refuse(item, root, 'expected total with one of good and bad');
  const counts = good ? 'good' : 'bad';
  const queries = [
    queryOf(part, item, [...root, counts], sources, remarks),
    queryOf(total, item, [...root, 'total'], sources, remarks),
  ];
  const [ofPart, ofTotal] = queries.map((query) =>
    query === undefined ? undefined : counted(query, counter !== false),
  );
  return ofPart === undefined || ofTotal === undefined
    ? undefined
    : { kind: 'events', counts, part: ofPart, total: ofTotal };
}

type AlphaRatio = NonNullable<Objective['ratioMetrics']>;

/** v1alpha: the metrics stand in the objective, in Sloth’s dialect. */
export function alphaSliOf(
  { good, bad, total }: AlphaRatio,
  path: Path,
  item: Item,
  remarks: Remarks,
): Sli | undefined {
  const part = good ?? bad;
  if (!part || (good && bad)) {
    remarks.problems.push(item.at(path, 'expected total with one of good and bad'));
    return undefined;
  }
  const counts = good ? 'good' : 'bad';
  const query = ({ source, query: text }: AlphaRatio['total'], key: string) => {
    if (source && !isPrometheusLike(source)) {
      remarks.problems.push(item.at([...path, key, 'source'], unsupported(source)));
      return undefined;
    }
    return promqlOf(text, item, [...path, key, 'query'], remarks);
  };
  const [ofPart, ofTotal] = [query(part, counts), query(total, 'total')];
  return ofPart === undefined || ofTotal === undefined
    ? undefined
    : { kind: 'events', counts, part: countedIn(ofPart), total: countedIn(ofTotal) };
}

/** A counter is told by its selector, also as a bare sum; a gauge says how many there were at each sample. */
function counted(query: string, isCounter: boolean): Counted {
  const inner =
    /^sum\s*(?:(?:by|without)\s*\([^)]*\)\s*)?\((?<selector>.*)\)$/s.exec(query)?.groups?.selector ?? query;
  if (!isSelector(inner)) return countedIn(query);
  return isCounter
    ? { kind: 'counters', terms: [{ selector: inner.trim(), sign: 1 }] }
    : { kind: 'expression', promql: `sum(sum_over_time(${inner.trim()}[${WINDOW}]))`, gives: 'increase' };
}

function queryOf(
  metric: Metric,
  item: Item,
  path: Path,
  sources: Sources,
  remarks: Remarks,
): string | undefined {
  const nested = metric.metricSource;
  const at: Path = nested ? [...path, 'metricSource'] : path;
  const ref = nested?.metricSourceRef ?? metric.dataSourceRef;
  const type = nested?.type ?? metric.dataSourceSpec?.type ?? (ref ? sources.get(ref)?.type : undefined);
  if (type === undefined || type === null)
    remarks.notices.push(
      item.at(
        at,
        ref
          ? `the data source ${ref} is not in these files; it is taken for a Prometheus`
          : 'no type is named; it is taken for a Prometheus',
      ),
    );
  else if (!isPrometheusLike(type)) {
    const field = nested?.type
      ? ['type']
      : nested
        ? ['metricSourceRef']
        : metric.dataSourceSpec
          ? ['dataSourceSpec', 'type']
          : ['dataSourceRef'];
    remarks.problems.push(item.at([...at, ...field], unsupported(type)));
    return undefined;
  }
  const spec = (nested ? nested.spec : metric.spec) ?? {};
  const [key, text] =
    Object.entries(spec).find(
      ([name, value]) => /^(query|promql)$/.test(name) && typeof value === 'string',
    ) ?? [];
  for (const name of Object.keys(spec))
    if (name !== key) remarks.notices.push(item.at([...at, 'spec', name], 'not known here; not honoured'));
  if (typeof text === 'string') return promqlOf(text, item, [...at, 'spec', key ?? 'query'], remarks);
  remarks.problems.push(item.at([...at, 'spec'], 'expected query: PROMQL'));
  return undefined;
}

function isPrometheusLike(type: string): boolean {
  return PROMETHEUS_LIKE.test(type.toLowerCase().replaceAll(/[^a-z]/g, ''));
}

function unsupported(type: string): string {
  return `${type} is not supported; Bellbuoy reads Prometheus and what speaks its HTTP API`;
}
