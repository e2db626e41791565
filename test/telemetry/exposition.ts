import type { Labels } from '#domain/series.ts';
import type { Service } from '#domain/service.ts';

const MINUTE = 60_000;

/** A series of the past half hour, a sample every 15 s, `value(n)` at scrape `n` of 120; `phase` ms after full quarters of a minute. */
export type Told = {
  readonly metric: string;
  readonly labels: Labels;
  readonly value: (n: number) => number;
  readonly phase?: number;
};

/** Series as OpenMetrics that end at `end`. */
export function exposition(series: readonly Told[], end: number): string {
  const lines = [...Map.groupBy(series, ({ metric }) => metric)].flatMap(([metric, told]) => [
    `# TYPE ${metric} unknown`,
    ...told.flatMap(({ labels, value, phase = 0 }) =>
      Array.from({ length: 121 }, (_, n) => {
        const inner = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
        return `${metric}{${inner.join(',')}} ${value(n)} ${(end - (120 - n) * 15_000 + phase) / 1000}`;
      }),
    ),
  ]);
  return `${lines.join('\n')}\n# EOF\n`;
}

/** A service under a convention, with what a test wants different. */
export function serviceWith(name: string, more: Partial<Service>): Service {
  return {
    name,
    source: 'default',
    links: {},
    labels: { service_name: name },
    overrides: {},
    dependsOn: [],
    slos: [],
    flags: [],
    panels: [],
    watch: { before: 30 * MINUTE, after: 15 * MINUTE, warmUp: MINUTE, lag: 0 },
    ...more,
  };
}
