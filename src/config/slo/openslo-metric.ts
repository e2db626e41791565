import type { Item, Path, Remarks } from './documents.ts';
import type { Metric } from './openslo-shapes.ts';
import { promqlOf } from './queries.ts';

/** A query and the place where it stands. */
export type QueryAt = { readonly promql: string; readonly item: Item; readonly path: Path };

/** Types of data sources by name. */
export type Sources = ReadonlyMap<string, { readonly item: Item; readonly type: string }>;

/** What speaks PromQL. */
const PROMETHEUS_LIKE = /^(prometheus|thanos|mimir|cortex|victoriametrics|amp|managedprometheus)$/;

/** The query of a metric; `undefined` and a problem where it is of something else than a Prometheus. */
export function queryOf(
  metric: Metric,
  item: Item,
  path: Path,
  sources: Sources,
  remarks: Remarks,
): QueryAt | undefined {
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
  if (typeof text === 'string') return queryAt(text, item, [...at, 'spec', key ?? 'query'], remarks);
  remarks.problems.push(item.at([...at, 'spec'], 'expected query: PROMQL'));
  return undefined;
}

/** A query of PromQL with its place. */
export function queryAt(text: string, item: Item, path: Path, remarks: Remarks): QueryAt | undefined {
  const promql = promqlOf(text, item, path, remarks);
  return promql === undefined ? undefined : { promql, item, path };
}

export function isPrometheusLike(type: string): boolean {
  return PROMETHEUS_LIKE.test(type.toLowerCase().replaceAll(/[^a-z]/g, ''));
}

export function unsupported(type: string): string {
  return `${type} is not supported; Bellbuoy reads Prometheus and what speaks its HTTP API`;
}
