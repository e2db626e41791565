import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Meter } from '#app/ports.ts';
import { presetOf } from '#config/presets.ts';
import type { Service } from '#domain/service.ts';
import { systemClock } from '#runtime/clock.ts';
import { createPrometheus, type Prometheus, type Source } from '#telemetry/prometheus.ts';
import { createMetrics } from '#telemetry/signals.ts';
import { END, fleetOf, openMetricsOf, truth } from './fleet.ts';
import { type RealPrometheus, startPrometheusWith } from './real-prometheus.ts';

const MINUTE = 60_000;
const meter: Meter = {
  count: () => undefined,
  time: () => undefined,
  gauge: () => undefined,
  gauges: () => undefined,
};
const services = fleetOf(200);
let prometheus: RealPrometheus;
let client: Prometheus;
let metrics: ReturnType<typeof createMetrics>;

beforeAll(async () => {
  prometheus = await startPrometheusWith(openMetricsOf(services));
  const source: Source = {
    name: 'default',
    url: prometheus.counted.url,
    headers: {},
    timeout: 20_000,
    maxConcurrent: 8,
    scrapeInterval: 15_000,
  };
  client = createPrometheus(source, { clock: systemClock, meter });
  metrics = createMetrics([{ source, client }]);
}, 90_000);
afterAll(async () => {
  await client.close();
  await prometheus.close();
});

const groupings = new Set(
  services.map(({ preset, labels }) => `${preset?.name} ${Object.keys(labels).toSorted().join()}`),
).size;

describe('the readings of 200 services of three presets, two label schemes and ten overrides', () => {
  it('take at most three queries for each source, preset and grouping, what is overridden included', async () => {
    prometheus.counted.reset();
    await metrics.readings(services, ['rate', 'errorRatio', 'p99'], { from: END - 5 * MINUTE, to: END });
    expect(groupings).toBe(6);
    expect(prometheus.counted.queries().length).toBeLessThanOrEqual(3 * groupings);
  });

  it('are for each service what its own counters say', async () => {
    const readings = await metrics.readings(services, ['rate', 'errorRatio', 'p50', 'p99'], {
      from: END - 5 * MINUTE,
      to: END,
    });
    services.forEach((service, i) => {
      const { values, problems } = readings.get(service.name) ?? { values: {}, problems: [] };
      expect(problems, service.name).toEqual([]);
      const { rate, errorRatio } = truth(i);
      expect(values.rate, service.name).toBeCloseTo(service.overrides.rate === undefined ? rate : 100, 6);
      expect(values.errorRatio, service.name).toBeCloseTo(errorRatio, 6);
      // All requests lie between 0.1 and 0.25 s, where Prometheus interpolates.
      expect(values.p50, service.name).toBeCloseTo(0.175, 6);
      expect(values.p99, service.name).toBeCloseTo(0.2485, 6);
    });
  });

  it('say which queries they came from', async () => {
    const queries = metrics.readingQueries(services, ['rate'], { from: END - 5 * MINUTE, to: END });
    expect(queries).toHaveLength(groupings);
    expect(queries[0]?.promql).toContain('[5m]');
  });
});

describe('the series of a service', () => {
  it('stand on one grid, with rates over at least four scrapes', async () => {
    prometheus.counted.reset();
    const range = { from: END - 30 * MINUTE, to: END };
    const step = metrics.stepFor(range);
    const found = await metrics.series(services.slice(0, 3), ['rate'], range, step);
    expect(step).toBe(15_000);
    expect(prometheus.counted.queries().every((query) => query.includes('[1m]'))).toBe(true);
    const samples = found.get('svc-0')?.measures.rate ?? [];
    expect(samples).toHaveLength(121);
    expect(samples.every(({ at }, i) => at === range.from + i * step)).toBe(true);
  });

  it('are the same in pieces as whole where there are more than 11,000 points', async () => {
    const step = 300;
    const range = { from: END - 12_000 * step, to: END };
    prometheus.counted.reset();
    const answer = await client.range('sum(custom_requests_total)', range, step);
    expect(prometheus.counted.queries()).toHaveLength(2);
    const samples = answer.ok ? (answer.value.series[0]?.samples ?? []) : [];
    expect(samples).toHaveLength(12_001);
    expect(samples.every(({ at }, i) => at === range.from + i * step)).toBe(true);
  });
});

describe('the running version', () => {
  it('is read from target_info where the convention has it there', async () => {
    const versions = await metrics.versions(services, END);
    expect(versions.get('svc-6')).toEqual(['v1.6.0']);
    expect(versions.get('svc-1')).toBeUndefined();
  });
});

describe('a burst between two scrapes', () => {
  it('is seen in the points, whichever step its end falls into', async () => {
    const range = { from: END - 40 * MINUTE, to: END };
    const found = await metrics.query('rate(burst_total[$__rate_interval])', range, MINUTE);
    const series = found.ok ? found.value.series : [];
    expect(series).toHaveLength(4);
    for (const { labels, samples } of series)
      expect(Math.max(...samples.map(({ value }) => value)), labels.at ?? '').toBeGreaterThan(0);
  });
});

describe('a question that somebody wrote', () => {
  const hour = { from: END - 60 * MINUTE, to: END };
  it('is answered with every series of it', async () => {
    const answer = await metrics.query(
      'sum by (app) (rate(custom_requests_total[$__rate_interval]))',
      hour,
      MINUTE,
    );
    expect(answer.ok && answer.value.series.length).toBe(10);
  });

  it.each([
    ['sum(', 'query-invalid', /ends too early/],
    ['rate(up)', 'query-invalid', /expected type range vector/],
    ['{__name__=~".+"}', 'query-too-large', /at most 500/],
  ])('is refused with the reason: %s', async (promql, code, words) => {
    const answer = await metrics.query(promql, hour, MINUTE);
    expect(answer).toMatchObject({ ok: false, problem: { code } });
    expect(answer.ok ? '' : answer.problem.what).toMatch(words);
  });
});

describe('native histograms', () => {
  it('are asked for in a way that this Prometheus understands', async () => {
    const preset = presetOf('otel-http', 'native');
    const service: Service = { ...(services[0] as Service), ...(preset === undefined ? {} : { preset }) };
    const readings = await metrics.readings([service], ['rate', 'errorRatio', 'p99'], {
      from: END - 5 * MINUTE,
      to: END,
    });
    expect(readings.get(service.name)).toEqual({ values: {}, problems: [] });
  });
});
