import { presetOf } from '#config/presets.ts';
import type { Service } from '#domain/service.ts';

const MINUTE = 60_000;

/** When the fleet's samples end: a fixed moment, so that every run asks the same. */
export const END = Date.UTC(2026, 10, 24, 12);

/** What service number `i` is made to show: requests a second, and the share of them that fails. */
export function truth(i: number): { rate: number; errorRatio: number } {
  return { rate: 2 + (i % 17), errorRatio: i % 5 === 0 ? 0.1 : 0 };
}

/** 200 services of three presets and two label schemes, ten of them with PromQL of their own for a measure. */
export function fleetOf(count: number): readonly Service[] {
  return Array.from({ length: count }, (_, i): Service => {
    const preset = presetOf(['otel-http', 'prometheus-http', 'grpc'][i % 3] ?? '', 'classic');
    const labels: Record<string, string> =
      i % 2 === 0 ? { service_name: `svc-${i}` } : { namespace: 'shop', app: `svc-${i}` };
    return {
      name: `svc-${i}`,
      source: 'default',
      links: {},
      labels,
      ...(preset === undefined ? {} : { preset }),
      overrides:
        i % 20 === 7 ? { rate: `sum(rate(custom_requests_total{app="svc-${i}"}[$__rate_interval]))` } : {},
      dependsOn: [],
      slos: [],
      flags: [],
      panels: [],
      watch: { before: 30 * MINUTE, after: 15 * MINUTE, warmUp: MINUTE, lag: 0 },
    };
  });
}

const FAMILIES = [
  {
    metric: 'http_server_request_duration_seconds',
    kind: 'histogram',
    code: 'http_response_status_code',
    bad: '500',
    good: '200',
  },
  { metric: 'http_request_duration_seconds', kind: 'histogram', code: 'code', bad: '500', good: '200' },
  {
    metric: 'grpc_server_handling_seconds',
    kind: 'histogram',
    code: 'grpc_code',
    bad: 'Internal',
    good: 'OK',
  },
] as const;

/** The fleet's last hour in OpenMetrics, a sample every 15 s; every request takes between 0.1 and 0.25 s. */
export function openMetricsOf(services: readonly Service[], end = END): string {
  const times = Array.from({ length: 241 }, (_, i) => (end - (240 - i) * 15_000) / 1000);
  const lines: string[] = [];
  /** One sample at every time; `value` gives that of time `n`. */
  const add = (series: string, value: (n: number) => string | number) => {
    times.forEach((time, n) => {
      lines.push(`${series} ${value(n)} ${time}`);
    });
  };
  const labelled = (service: Service, more = '') =>
    [...Object.entries(service.labels).map(([name, value]) => `${name}="${value}"`), more]
      .filter(Boolean)
      .join(',');
  for (const [family, { metric, kind, code, bad, good }] of FAMILIES.entries()) {
    lines.push(`# TYPE ${metric} ${kind}`);
    services.forEach((service, i) => {
      if (i % 3 !== family) return;
      for (const [outcome, rate] of ratesOf(i, good, bad)) {
        const labels = labelled(service, `${code}="${outcome}"`);
        const count = (n: number) => (rate * n * 15).toFixed(4);
        add(`${metric}_bucket{${labels},le="0.1"}`, () => 0);
        for (const le of ['0.25', '+Inf']) add(`${metric}_bucket{${labels},le="${le}"}`, count);
        add(`${metric}_count{${labels}}`, count);
      }
    });
  }
  lines.push('# TYPE grpc_server_handled counter');
  services.forEach((service, i) => {
    if (i % 3 !== 2) return;
    for (const [outcome, rate] of ratesOf(i, 'OK', 'Internal'))
      add(`grpc_server_handled_total{${labelled(service, `grpc_code="${outcome}"`)}}`, (n) =>
        (rate * n * 15).toFixed(4),
      );
  });
  lines.push('# TYPE custom_requests counter');
  services.forEach((service, i) => {
    if (service.overrides.rate !== undefined)
      add(`custom_requests_total{app="svc-${i}"}`, (n) => 100 * n * 15);
  });
  // Four counters that rise once, each between other two scrapes of the same minute, scraped 7 s off the grid.
  lines.push('# TYPE burst counter');
  for (const scrape of [120, 121, 122, 123])
    times.forEach((time, n) => {
      lines.push(`burst_total{at="${scrape}"} ${n > scrape ? 100 : 0} ${time - 8}`);
    });
  lines.push('# TYPE target info');
  services.forEach((service, i) => {
    if (i % 3 === 0) add(`target_info{${labelled(service, `service_version="v1.${i}.0"`)}}`, () => 1);
  });
  return `${lines.join('\n')}\n# EOF\n`;
}

/** Requests a second of service number `i` by outcome, those that there are. */
function ratesOf(i: number, good: string, bad: string): readonly (readonly [string, number])[] {
  const { rate, errorRatio } = truth(i);
  const both = [[good, rate * (1 - errorRatio)] as const, [bad, rate * errorRatio] as const];
  return both.filter(([, part]) => part > 0);
}
