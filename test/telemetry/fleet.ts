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
      watch: { before: 30 * MINUTE, after: 15 * MINUTE, warmUp: MINUTE },
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
export function openMetricsOf(services: readonly Service[]): string {
  const times = Array.from({ length: 241 }, (_, i) => (END - (240 - i) * 15_000) / 1000);
  const lines: string[] = [];
  for (const [family, { metric, kind, code, bad, good }] of FAMILIES.entries()) {
    lines.push(`# TYPE ${metric} ${kind}`);
    services.forEach((service, i) => {
      if (i % 3 !== family) return;
      const { rate, errorRatio } = truth(i);
      const own = Object.entries(service.labels).map(([name, value]) => `${name}="${value}"`);
      for (const [outcome, share] of [
        [good, 1 - errorRatio],
        [bad, errorRatio],
      ] as const) {
        if (share === 0) continue;
        const labels = [...own, `${code}="${outcome}"`].join(',');
        const count = (n: number) => (rate * share * n * 15).toFixed(4);
        for (const [le, part] of [
          ['0.1', 0],
          ['0.25', 1],
          ['+Inf', 1],
        ] as const)
          times.forEach((time, n) =>
            lines.push(`${metric}_bucket{${labels},le="${le}"} ${part === 0 ? 0 : count(n)} ${time}`),
          );
        times.forEach((time, n) => lines.push(`${metric}_count{${labels}} ${count(n)} ${time}`));
      }
    });
  }
  lines.push('# TYPE grpc_server_handled counter');
  services.forEach((service, i) => {
    if (i % 3 !== 2) return;
    const { rate, errorRatio } = truth(i);
    const own = Object.entries(service.labels).map(([name, value]) => `${name}="${value}"`);
    for (const [outcome, share] of [
      ['OK', 1 - errorRatio],
      ['Internal', errorRatio],
    ] as const)
      times.forEach((time, n) =>
        lines.push(
          `grpc_server_handled_total{${[...own, `grpc_code="${outcome}"`].join(',')}} ${(rate * share * n * 15).toFixed(4)} ${time}`,
        ),
      );
  });
  lines.push('# TYPE custom_requests counter');
  services.forEach((service, i) => {
    if (service.overrides.rate === undefined) return;
    times.forEach((time, n) => lines.push(`custom_requests_total{app="svc-${i}"} ${100 * n * 15} ${time}`));
  });
  lines.push('# TYPE target info');
  services.forEach((service, i) => {
    if (i % 3 !== 0) return;
    const own = Object.entries(service.labels).map(([name, value]) => `${name}="${value}"`);
    times.forEach((time) =>
      lines.push(`target_info{${own.join(',')},service_version="v1.${i}.0"} 1 ${time}`),
    );
  });
  return `${lines.join('\n')}\n# EOF\n`;
}
