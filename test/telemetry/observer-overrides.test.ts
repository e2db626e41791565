import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, MINUTE, type Range } from '#domain/time.ts';
import { saturationQueries } from '#promql/saturation.ts';
import { systemClock } from '#runtime/clock.ts';
import { createObserver } from '#telemetry/observer.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { exposition, serviceWith } from './exposition.ts';
import { listed, requestsIn, under } from './observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus, MUTE } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const LAST: Range = { from: END - 10 * MINUTE, to: END };
const perSecond = (rate: number) => (n: number) => rate * n * 15;
const told = (metric: string, labels: Record<string, string>, value: (n: number) => number) => ({
  ...{ metric, labels, value },
  phase: 3000,
});
const TEXT = exposition(
  [
    told('http_requests_total', { service_name: 'both', code: '200' }, perSecond(4)),
    told('http_requests_total', { service_name: 'both', code: '503' }, perSecond(1)),
    told('http_request_duration_seconds_count', { service_name: 'both', code: '200' }, perSecond(40)),
    told('http_request_duration_seconds_count', { service_name: 'second', code: '200' }, perSecond(40)),
    told('http_request_duration_seconds_bucket', { service_name: 'second', le: '0.1' }, perSecond(30)),
    told('http_request_duration_seconds_bucket', { service_name: 'second', le: '+Inf' }, perSecond(40)),
    told('own', {}, (n) => n),
    told('sometimes', {}, (n) => (n < 100 ? Number.NaN : Number.POSITIVE_INFINITY)),
    told('container_cpu_usage_seconds_total', { pod: 'both-1', container: 'main' }, perSecond(2)),
    told('container_memory_working_set_bytes', { pod: 'both-1', container: 'main' }, () => 1000),
    told('kube_pod_container_status_restarts_total', { pod: 'both-1' }, () => 3),
  ],
  END,
);

describe.skipIf(!hasPrometheus())('what is observed of a service', () => {
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(TEXT);
  }, 60_000);
  afterAll(() => prometheus?.close());
  const observe = (service: ReturnType<typeof under>) =>
    createObserver([prometheus], { clock: systemClock }).observe(service, LAST, MINUTE);
  const always = (value: number) => Array.from({ length: 10 }, () => value);

  it('is counted by the first name of the convention that has series', async () => {
    const both = requestsIn(await observe(under('prometheus-http', 'both')));
    expect([both.total, both.bad]).toEqual([always(300), always(60)]);
    const second = requestsIn(await observe(under('prometheus-http', 'second')));
    expect([second.total, second.bad]).toEqual([always(2400), always(0)]);
  });

  it('is a gauge and no count where its error ratio is told by PromQL of its own', async () => {
    const seen = await observe(under('prometheus-http', 'both', { overrides: { errorRatio: 'own / 1000' } }));
    expect(seen.requests).toBeUndefined();
    expect(listed(seen.gauges.rate)).toEqual(always(5));
    // The average of what was there at each quarter of the first minute: 80, 81, 82 and 83.
    expect(seen.gauges.errorRatio?.[0]).toBeCloseTo(0.0815, 9);
    expect(seen.queries.find(({ line }) => line === 'errorRatio')?.promql).toContain('own / 1000');
  });

  it('is the rate of its own beside the counts of the convention', async () => {
    const seen = await observe(
      under('prometheus-http', 'both', {
        overrides: { rate: 'rate(http_requests_total{code="200"}[$__rate_interval]) # good ones' },
      }),
    );
    expect(requestsIn(seen).total).toEqual(always(300));
    expect(seen.gauges.rate?.[5]).toBeCloseTo(4, 6);
  });

  it('is a gauge where a quantile is told by PromQL of its own, and so is the other quantile', async () => {
    const seen = await observe(under('prometheus-http', 'second', { overrides: { p99: 'vector(0.7)' } }));
    expect(seen.durations).toBeUndefined();
    expect(seen.gauges.p99?.[5]).toBeCloseTo(0.7, 9);
    expect(seen.gauges.p50?.[5]).toBeCloseTo(0.1 * (20 / 30), 6);
    expect(requestsIn(seen).total).toEqual(always(2400));
  });

  it('has what it runs on', async () => {
    const overrides = saturationQueries('kubernetes', { pod: 'both-.*' });
    const { gauges, problems } = await observe(under('prometheus-http', 'both', { overrides }));
    expect(problems).toEqual([]);
    expect(gauges.cpu?.[5]).toBeCloseTo(2, 6);
    expect(listed(gauges.memory)).toEqual(always(1000));
    expect(listed(gauges.restarts)).toEqual(always(0));
    expect(listed(gauges.throttling)).toEqual(Array.from({ length: 10 }, () => undefined));
  });

  it('needs no convention, and is unknown where PromQL says nothing or no number', async () => {
    const seen = await observe(serviceWith('bare', { overrides: { cpu: 'sometimes', memory: 'own' } }));
    expect(listed(seen.gauges.cpu)).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(seen.gauges.memory?.[9]).toBeGreaterThan(100);
    expect(seen.requests).toBeUndefined();
    expect(seen.gauges.rate).toBeUndefined();
  });

  it('is the rest where one of its expressions is wrong, and that is said', async () => {
    const seen = await observe(under('prometheus-http', 'both', { overrides: { cpu: 'rate(own)' } }));
    expect(seen.problems.map(({ code }) => code)).toEqual(['query-invalid']);
    expect(requestsIn(seen).total).toEqual(always(300));
    expect(seen.gauges.cpu?.every(Number.isNaN)).toBe(true);
  });
});

describe('a Prometheus that is away', () => {
  it('is a problem, for a minute as for a week', async () => {
    const source = {
      ...{ name: 'default', url: 'http://127.0.0.1:1', headers: {}, timeout: 2000 },
      ...{ maxConcurrent: 2, scrapeInterval: 15_000 },
    };
    const client = createPrometheus(source, { clock: systemClock, meter: MUTE });
    const observer = createObserver([{ source, client }], { clock: systemClock });
    for (const length of [30 * MINUTE, 7 * DAY]) {
      const seen = await observer.observe(
        under('otel-http', 'a', { overrides: { cpu: 'own' } }),
        { from: END - length, to: END },
        MINUTE,
      );
      expect(seen.problems.map(({ code }) => code)).toEqual(['prometheus-unreachable']);
      expect(seen.requests).toBeUndefined();
      expect(seen.durations).toBeUndefined();
      expect(seen.times).toHaveLength(length / MINUTE);
      expect(seen.gauges.cpu?.every(Number.isNaN)).toBe(true);
    }
    await client.close();
  }, 60_000);

  it('is a problem where there is none of that name', async () => {
    const seen = await createObserver([], { clock: systemClock }).observe(
      under('otel-http', 'a'),
      { from: END - MINUTE, to: END },
      MINUTE,
    );
    expect(seen.problems.map(({ what }) => what)).toEqual(['There is no Prometheus named default.']);
  });
});
