import type { Matcher, Preset, Service } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import { type Duration, formatDuration } from '#domain/time.ts';
import { oneOf, quote, selector } from './quote.ts';

/** Label that carries a service's name in the results of overrides. */
export const SERVICE_LABEL = 'bellbuoy_service';
/** Label that tells the parts of one combined query apart. */
export const PART_LABEL = 'bellbuoy_part';

/** Services that one query can answer: the same preset and the same selecting label names. */
export type Group = {
  readonly preset: Preset;
  readonly labels: readonly string[];
  readonly services: readonly Service[];
};

/** Groups the services of one source that have a convention for asking them together. */
export function groupsOf(services: readonly Service[]): readonly Group[] {
  const groups = new Map<string, { preset: Preset; labels: readonly string[]; services: Service[] }>();
  for (const service of services) {
    const { preset } = service;
    if (preset === undefined) continue;
    const labels = Object.keys(service.labels).toSorted();
    const key = JSON.stringify([preset.name, labels]);
    const group = groups.get(key) ?? { preset, labels, services: [] };
    group.services.push(service);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** Requests a second of every service in the group, averaged over `window`. One series for each label set. */
export function rateQuery(group: Group, window: Duration): string {
  return requestRate(group, [], window);
}

/** Failed over all requests, 0…1. A service that had requests and no failure gives 0. */
export function errorRatioQuery(group: Group, window: Duration): string {
  const all = requestRate(group, [], window);
  const bad = requestRate(group, group.preset.errors, window);
  return `((${bad}) or (${all}) * 0) / (${all})`;
}

/** Quantiles of request duration in seconds, told apart by `PART_LABEL` (`0.5`, `0.99`). */
export function durationQuery(group: Group, quantiles: readonly number[], window: Duration): string {
  const buckets = group.preset.native
    ? sumNative(group, [], window)
    : sumRate(group, group.preset.buckets, [], window, ['le']);
  const scale = group.preset.bucketUnit === 'milliseconds' ? ' / 1000' : '';
  return quantiles
    .map(
      (q) => `label_replace(histogram_quantile(${q}, ${buckets})${scale}, "${PART_LABEL}", "${q}", "", "")`,
    )
    .join(' or ');
}

/** PromQL of a service's own for a measure as one series, named by `SERVICE_LABEL` and, by measure, `PART_LABEL`. */
export function overrideQuery(service: string, measure: Measure, promql: string, window: Duration): string {
  // The expression stands on lines of its own because it may end with a comment.
  const one = `sum(\n${fillIn(promql, { rateInterval: window })}\n)`;
  const named = `label_replace(${one}, "${SERVICE_LABEL}", ${quote(service.replaceAll('$', '$$'))}, "", "")`;
  return `label_replace(${named}, "${PART_LABEL}", "${measure}", "", "")`;
}

/** Fills in what Grafana's users know: `$__rate_interval`, `$__interval`, `$__range`. */
export function fillIn(query: string, lengths: { rateInterval: Duration; range?: Duration }): string {
  return query
    .replaceAll(
      /\$(__rate_interval|__interval)\b|\$\{(__rate_interval|__interval)\}/g,
      formatDuration(lengths.rateInterval),
    )
    .replaceAll(/\$__range\b|\$\{__range\}/g, formatDuration(lengths.range ?? lengths.rateInterval));
}

/** The parts of a version query, by `PART_LABEL`: what names service and version, what names service and instance, instance and version. */
export const VERSION_PARTS = { whole: 'whole', series: 'series', info: 'info' } as const;

/**
 * The running versions: from the label on the series, or from `target_info`. That often names only the instance (OTLP leaves the
 * service's name to `job`), so that the instances of each service are asked for too, to be joined by whoever reads the answer: PromQL's own
 * join fails as a whole when one instance had two versions a moment ago.
 */
export function versionQuery(group: Group): string {
  const { version } = group.preset;
  const matchers = matchersOf(group);
  const requests = requestMetrics(group)
    .map((metric) => selector(metric, matchers))
    .join(' or ');
  const part = (name: string, by: readonly string[], of: string) =>
    `label_replace(group by (${[...new Set(by)].join(', ')}) (${of}), "${PART_LABEL}", "${name}", "", "")`;
  const { whole, series, info } = VERSION_PARTS;
  if (version.kind === 'label') return part(whole, [...group.labels, version.label], requests);
  const on = version.on.join(', ');
  return [
    part(whole, [...group.labels, version.label], selector('target_info', matchers)),
    part(series, [...group.labels, ...version.on], requests),
    part(info, [...version.on, version.label], `target_info and on (${on}) (${requests})`),
  ].join(' or ');
}

function requestMetrics({ preset }: Group): readonly string[] {
  return preset.native ? preset.buckets.map((name) => name.replace(/_bucket$/, '')) : preset.requests;
}

function requestRate(group: Group, extra: readonly Matcher[], window: Duration): string {
  return group.preset.native
    ? `histogram_count(${sumNative(group, extra, window)})`
    : sumRate(group, group.preset.requests, extra, window);
}

/** A native histogram is one series that holds its buckets, under the name without `_bucket`. */
function sumNative(group: Group, extra: readonly Matcher[], window: Duration): string {
  return sumRate(group, requestMetrics(group), extra, window);
}

function sumRate(
  group: Group,
  metrics: readonly string[],
  extra: readonly Matcher[],
  window: Duration,
  alsoBy: readonly string[] = [],
): string {
  const matchers = [...matchersOf(group), ...group.preset.always, ...extra];
  const by = [...group.labels, ...alsoBy].join(', ');
  const range = formatDuration(window);
  const sums = metrics.map((metric) => `sum by (${by}) (rate(${selector(metric, matchers)}[${range}]))`);
  return sums.length === 1 ? (sums[0] ?? '') : `(${sums.join(' or ')})`;
}

/** Matches every service of the group, and a little more when there are several labels: answers are filtered by exact label sets. */
function matchersOf(group: Group): readonly Matcher[] {
  return group.labels.map((label) => {
    const values = [...new Set(group.services.flatMap((service) => service.labels[label] ?? []))].toSorted();
    const [only] = values;
    return values.length === 1 && only !== undefined
      ? { label, op: '=' as const, value: only }
      : { label, op: '=~' as const, value: oneOf(values) };
  });
}
