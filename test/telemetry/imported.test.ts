import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CountedStep } from '#app/ports.ts';
import { importSlos } from '#config/slo/import.ts';
import { MINUTE } from '#domain/time.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { openMetricsOfCounters } from './counters.ts';
import { exposition } from './exposition.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 30 * MINUTE;
const steadily = (every: number, from = START) =>
  Float64Array.from({ length: Math.floor((END - from) / every) }, (_, i) => from + (i + 0.5) * every);
const counter = (series: string, events: Float64Array, fromFirstEvent = false) => ({
  ...{ series, every: 15_000, from: START - 5 * MINUTE, to: END + 1, resets: [], events, fromFirstEvent },
});
const gauge = (metric: string, pod: string, value: (n: number) => number) => ({
  metric,
  labels: { pod },
  value,
});

const COUNTERS = openMetricsOfCounters([
  counter('reqs_total{code="200"}', steadily(1000)),
  // Each of three lone errors on a series that was not there before.
  ...['500', '502', '503'].map((code, i) =>
    counter(`reqs_total{code="${code}"}`, Float64Array.from([START + (7 + 8 * i) * MINUTE]), true),
  ),
  counter('jobs_total{kind="a"}', steadily(2000)),
  counter('work_total{kind="b"}', steadily(4000)),
]);
const GAUGES = exposition(
  [
    gauge('latency_seconds', 'a', () => 0.1),
    gauge('latency_seconds', 'b', () => 0.9),
    // Nothing was asked in the first half of the time, so there was no latency.
    gauge('p99_seconds', 'a', (n) => (n < 60 ? Number.NaN : 0.1)),
    gauge('bad_ratio', 'a', () => 0.2),
    gauge('bad_ratio', 'b', () => 0.4),
    gauge('bad_ratio', 'c', () => Number.NaN),
    gauge('ready', 'a', () => 1),
    gauge('ready', 'b', (n) => (n < 60 ? 1 : 0)),
  ],
  END,
);

const sloth = (error: string, total: string) => `version: prometheus/v1
service: s
slos:
  - name: x
    objective: 99
    sli: { events: { error_query: '${error}', total_query: '${total}' } }
    alerting: { page_alert: { disable: true }, ticket_alert: { disable: true } }
`;
const query = (promql: string) => `{ metricSource: { type: Prometheus, spec: { query: '${promql}' } } }`;
const openslo = (indicator: string, objective = '') => `apiVersion: openslo/v1
kind: SLO
metadata: { name: x }
spec:
  service: s
  indicator: { spec: ${indicator} }
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99, ${objective} }]
`;

describe.skipIf(!hasPrometheus())('an SLO file', () => {
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(GAUGES.replace('# EOF\n', '') + COUNTERS);
  }, 60_000);
  afterAll(() => prometheus?.close());

  const counted = async (text: string) => {
    const { slos, problems } = importSlos([{ file: 'slo.yaml', text }]);
    const [{ slo } = { slo: undefined }] = slos;
    if (slo === undefined) throw new Error(JSON.stringify(problems));
    const asked = createSliCounter([{ source: prometheus.source, client: prometheus.client }]);
    const range = { from: START + 5 * MINUTE, to: END };
    const found = (await asked.count([{ key: 'k', source: 'default', slo }], range)).get('k');
    expect(found?.problems ?? []).toEqual([]);
    const sum = (of: keyof CountedStep) => (found?.steps ?? []).reduce((all, step) => all + step[of], 0);
    return { unit: found?.unit, bad: sum('bad'), total: sum('total'), observed: sum('observed') };
  };

  it.each([
    'sum(rate(reqs_total{code=~"5.."}[{{.window}}])) or vector(0)',
    '(sum(rate(reqs_total{code=~"5.."}[{{.window}}])) or on() vector(0))',
    'sum(sum by (code) (rate({__name__="reqs_total",code=~"5.."}[{{.window}}])))',
    'sum(rate((reqs_total{code=~"5.."})[{{.window}}])) or 0 * sum(rate(reqs_total[{{.window}}]))',
  ])('of Sloth counts each lone error of %s', async (error) => {
    const found = await counted(sloth(error, 'sum(rate(reqs_total[{{.window}}]))'));
    expect(found).toMatchObject({ unit: 'events', bad: 3, total: 1503 });
  });

  it('whose metric is not one is asked as it is, and counted', async () => {
    const found = await counted(
      sloth(
        'sum(rate({__name__=~"jobs_total|work_total",kind="b"}[{{.window}}]))',
        'sum(rate({__name__=~"jobs_total|work_total"}[{{.window}}]))',
      ),
    );
    expect(Math.abs(found.bad - 375)).toBeLessThan(5);
    expect(Math.abs(found.total - 1125)).toBeLessThan(10);
  });

  it('of OpenSLO counts sums of totals by what they grow', async () => {
    const found = await counted(
      openslo(
        `{ ratioMetric: { counter: true, bad: ${query('sum(work_total)')}, total: ${query('sum(jobs_total) + sum by (kind) (work_total)')} } }`,
      ),
    );
    expect(found).toMatchObject({ unit: 'events', bad: 375, total: 1125 });
  });

  it('with a threshold holds each series against it alike', async () => {
    const found = await counted(
      openslo(`{ thresholdMetric: ${query('latency_seconds')} }`, 'op: lt, value: 0.5'),
    );
    expect(found).toMatchObject({ unit: 'seconds', bad: 750, total: 1500 });
  });

  it('with a threshold does not take a minute without any measurement for a bad one', async () => {
    const found = await counted(
      openslo(`{ thresholdMetric: ${query('p99_seconds')} }`, 'op: lt, value: 0.5'),
    );
    expect(found.bad).toBe(0);
    expect(found.total).toBeGreaterThanOrEqual(900);
    expect(found.total).toBeLessThan(1500);
  });

  it.each(['avg_over_time(bad_ratio[5m])', 'bad_ratio', 'avg by (pod) (bad_ratio)'])(
    'with the raw ratio %s of several series counts their average, without those that measure nothing',
    async (raw) => {
      const found = await counted(openslo(`{ ratioMetric: { raw: ${query(raw)}, rawType: failure } }`));
      expect(found.unit).toBe('seconds');
      expect(found.bad / found.total).toBeCloseTo(0.3, 6);
    },
  );

  it('with the raw ratio of one series counts that one', async () => {
    const found = await counted(
      openslo(`{ ratioMetric: { raw: ${query('1 - min(bad_ratio{pod="a"})')}, rawType: success } }`),
    );
    expect(found.bad / found.total).toBeCloseTo(0.2, 6);
  });

  it.each([
    ['count(ready == 1)', 'count(ready)', 0.3],
    ['count(ready == 7)', 'count(ready)', 1],
    ['ready', 'sum({pod=~"a|b",__name__="ready"} >= bool 0)', 0.3],
  ])('with the gauges %s and %s takes the share that is there each minute', async (good, total, bad) => {
    const found = await counted(
      openslo(`{ ratioMetric: { counter: false, good: ${query(good)}, total: ${query(total)} } }`),
    );
    expect(found.bad / found.total).toBeCloseTo(bad, 1);
  });

  it('with plain gauges adds up their samples', async () => {
    const found = await counted(
      openslo(
        `{ ratioMetric: { counter: false, good: ${query('bad_ratio{pod="a"}')}, total: ${query('ready{pod="a"}')} } }`,
      ),
    );
    expect(found.unit).toBe('events');
    expect(1 - found.bad / found.total).toBeCloseTo(0.2, 6);
  });
});
