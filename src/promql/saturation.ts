import type { Labels } from '#domain/series.ts';
import type { Matcher, SaturationPreset } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import { selector } from './quote.ts';

/**
 * How full what serves a service is, as PromQL by measure; `labels` are regular expressions (anchored, as Prometheus has them) that
 * select its containers or machines. `kubernetes` reads cAdvisor and kube-state-metrics, `node` the node exporter.
 */
export function saturationQueries(
  preset: SaturationPreset,
  labels: Labels,
): Readonly<Partial<Record<Measure, string>>> {
  const of = (metric: string, ...more: readonly Matcher[]) =>
    selector(metric, [
      ...Object.entries(labels).map(([label, value]) => ({ label, op: '=~' as const, value })),
      ...more,
    ]);
  const rate = (metric: string, ...more: readonly Matcher[]) =>
    `sum(rate(${of(metric, ...more)}[$__rate_interval]))`;
  // Without a container's name cAdvisor sums the whole pod, which would count everything twice.
  const named: Matcher = { label: 'container', op: '!=', value: '' };
  if (preset === 'node') {
    return {
      cpu: rate('node_cpu_seconds_total', { label: 'mode', op: '!~', value: 'idle|iowait|steal' }),
      memory: `sum(${of('node_memory_MemTotal_bytes')}) - sum(${of('node_memory_MemAvailable_bytes')})`,
    };
  }
  return {
    cpu: rate('container_cpu_usage_seconds_total', named),
    memory: `sum(${of('container_memory_working_set_bytes', named)})`,
    restarts: `sum(increase(${of('kube_pod_container_status_restarts_total')}[$__rate_interval]))`,
    throttling: `${rate('container_cpu_cfs_throttled_periods_total', named)} / ${rate('container_cpu_cfs_periods_total', named)}`,
  };
}
