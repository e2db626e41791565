import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CountedStep } from '#app/ports.ts';
import type { Method, Sli, Slo } from '#domain/budget/slo.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { openMetricsOfCounters } from './counters.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 6 * HOUR;
const every = (length: number, from = START, to = END) =>
  Float64Array.from({ length: Math.floor((to - from) / length) }, (_, i) => from + (i + 0.5) * length);
const counter = (series: string, events: Float64Array, more = {}) => ({
  ...{ series, every: 60_000, from: START, to: END + 1, resets: [], events },
  ...more,
});
/** Ten minutes in which every request failed. */
const OUTAGE = every(1000, END - HOUR, END - 50 * MINUTE);

const METRICS = openMetricsOfCounters([
  counter('dur_seconds_bucket{app="a",le="0.1"}', every(4000)),
  counter('dur_seconds_bucket{app="a",le="0.5"}', every(2000)),
  counter('dur_seconds_bucket{app="a",le="+Inf"}', every(1000)),
  counter('dur_seconds_count{app="a"}', every(1000)),
  counter('reqs_total{app="a",code="200"}', every(1000, START, END - HOUR)),
  counter('reqs_total{app="a",code="500"}', OUTAGE),
  counter('reqs_total{app="b",code="200"}', every(1000)),
  counter('twice_total{app="b"}', every(2000), {
    resets: [END - 3 * HOUR - 90_000, END - 2 * HOUR - 150_000],
  }),
  // One a second from a process that is restarted every two minutes, and one that climbs past what it had within a step.
  counter('crash_total{app="loop"}', every(1000), {
    every: 15_000,
    resets: Array.from({ length: (12 * HOUR) / 120_000 - 1 }, (_, i) => START + (i + 1) * 120_000 + 7000),
  }),
  counter('crash_total{app="past"}', every(1000), { every: 15_000, resets: [END - HOUR + 100_000] }),
  // What Sloth would have recorded for an SLO of its own.
  counter('slo:sli_error:ratio_rate5m{sloth_service="s",sloth_slo="x"}', new Float64Array()),
  // And what Pyrra would have: all is bad.
  counter('elsewhere:burnrate5m{slo="x"}', new Float64Array([START + 1])),
]);

const terms = (selector: string) => ({ kind: 'counters' as const, terms: [{ selector, sign: 1 as const }] });
const slo = (
  sli: Sli,
  method: Method = { kind: 'occurrences' },
  origin: Slo['origin'] = { format: 'bellbuoy' },
): Slo => ({
  ...{ name: 'x', objective: 0.99, window: { kind: 'rolling', length: DAY }, absent: 'unknown', policy: {} },
  alerting: { page: true, ticket: true },
  ...{ sli, method, origin },
});

describe.skipIf(!hasPrometheus())('what an SLO counts', () => {
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(METRICS);
  }, 60_000);
  afterAll(() => prometheus?.close());
  const counted = async (one: Slo, range = { from: END - 2 * HOUR, to: END }) => {
    const counter = createSliCounter([{ source: prometheus.source, client: prometheus.client }]);
    const found = (await counter.count([{ key: 'k', source: 'default', slo: one }], range)).get('k');
    const sum = (of: keyof CountedStep) => (found?.steps ?? []).reduce((all, step) => all + step[of], 0);
    return { ...found, bad: sum('bad'), total: sum('total'), lost: sum('lost'), observed: sum('observed') };
  };
  const latency = (threshold: number) =>
    slo({ kind: 'latency', histogram: 'dur_seconds{app="a"}', threshold });

  it('are requests within the bucket of the threshold', async () => {
    const found = await counted(latency(500));
    expect(found.notes).toEqual([]);
    expect([found.total, found.bad]).toEqual([7200, 3600]);
  });

  it('are those of the lower bucket where the threshold lies between two, and that is said', async () => {
    const found = await counted(latency(300));
    expect(found.bad).toBe(5400);
    expect(found.notes).toEqual([
      'No bucket ends at 0.3 s: requests within 0.1 s are counted as good; the nearest thresholds are 0.1 s and 0.5 s.',
    ]);
  });

  it('cannot be counted where the threshold lies below all buckets', async () => {
    const found = await counted(latency(50));
    expect(found.steps).toEqual([]);
    expect(found.problems).toMatchObject([
      { code: 'query-invalid', what: expect.stringContaining('the lowest is 0.1 s') },
    ]);
  });

  const events = (method: Method) =>
    slo(
      {
        kind: 'events',
        counts: 'bad',
        part: terms('reqs_total{app="a",code=~"5.."}'),
        total: terms('reqs_total{app="a"}'),
      },
      method,
    );

  it('are whole slices where timeslices are wanted, and their bad share where downtime is', async () => {
    const slices = await counted(events({ kind: 'timeslices', slice: MINUTE, target: 0.95 }));
    expect(slices.lost / MINUTE).toBe(10);
    const downtime = await counted(events({ kind: 'downtime', slice: 5 * MINUTE }));
    expect(downtime.lost / MINUTE).toBeCloseTo(10, 6);
    expect(downtime.bad).toBe(OUTAGE.length);
  });

  it('is exact over two restarts, but for what was never scraped', async () => {
    const one = slo({
      kind: 'events',
      counts: 'good',
      part: terms('twice_total{app="b"}'),
      total: terms('reqs_total{app="b"}'),
    });
    const found = await counted(one, { from: END - 5 * HOUR, to: END });
    const good = found.total - found.bad;
    expect(good).toBeLessThanOrEqual(9000);
    expect(good).toBeGreaterThanOrEqual(9000 - 60);
  });

  it('is what a process in a crash loop served, but for what no scrape saw', async () => {
    const found = await counted(
      slo({
        kind: 'events',
        counts: 'bad',
        part: terms('none_total'),
        total: terms('crash_total{app="loop"}'),
      }),
    );
    // Of each 120 s up to 15 are not seen before the restart.
    expect(found.total).toBeGreaterThan(7200 * 0.87);
    expect(found.total).toBeLessThanOrEqual(7200 * 1.02);
  });

  it('is nearly whole where a counter climbs past its old value within a step', async () => {
    const found = await counted(
      slo({
        kind: 'events',
        counts: 'bad',
        part: terms('none_total'),
        total: terms('crash_total{app="past"}'),
      }),
    );
    expect(Math.abs(found.total - 7200) / 7200).toBeLessThan(0.01);
  });

  it('since a deploy is every slice that was lost', async () => {
    const counter = createSliCounter([{ source: prometheus.source, client: prometheus.client }]);
    const sli: Sli = {
      kind: 'events',
      counts: 'bad',
      part: terms('reqs_total{app="a",code="500"}'),
      total: terms('reqs_total{app="a"}'),
    };
    const outage = { from: END - HOUR, to: END - HOUR + 20 * 60_000 };
    for (const method of [
      { kind: 'timeslices', slice: 60_000, target: 0.9 },
      { kind: 'downtime', slice: 60_000 },
    ] as const) {
      const found = await counter.between([{ key: 'k', source: 'default', slo: slo(sli, method) }], outage);
      expect(found.get('k')?.steps).toHaveLength(1);
      expect(found.get('k')?.steps[0]?.lost).toBeGreaterThan(9 * 60_000);
      expect(found.get('k')?.steps[0]?.lost).toBeLessThanOrEqual(10 * 60_000);
    }
  });

  it('is time where a share is measured', async () => {
    const found = await counted(slo({ kind: 'ratio', of: 'good', promql: 'vector(0.75)' }));
    expect([found.bad, found.total]).toEqual([1800, 7200]);
  });

  it('is read from what an installed Sloth records, and that is said', async () => {
    const recorded = 'slo:sli_error:ratio_rate5m{sloth_service="s",sloth_slo="x"}';
    const found = await counted(
      slo(
        { kind: 'ratio', of: 'bad', promql: 'vector(0.5)' },
        { kind: 'occurrences' },
        { format: 'sloth', recorded },
      ),
    );
    expect([found.bad, found.total]).toEqual([0, 7200]);
    expect(found.notes).toEqual([`Where it is recorded, the ratio is read from \`${recorded}\`.`]);
    const without = await counted(
      slo(
        { kind: 'ratio', of: 'bad', promql: 'vector(0.5)' },
        { kind: 'occurrences' },
        { format: 'sloth', recorded: 'slo:not_there' },
      ),
    );
    expect(without.bad).toBe(3600);
  });

  describe('of a file of Sloth or Pyrra', () => {
    const events = (metric: string): Sli => ({
      ...{ kind: 'events', counts: 'bad' },
      ...{ part: terms(`${metric}{code="500"}`), total: terms(metric) },
    });
    const pyrra = (sli: Sli) =>
      slo(sli, { kind: 'occurrences' }, { format: 'pyrra', recorded: 'elsewhere:burnrate5m{slo="x"}' });

    it('is time by the ratio that they record, where Prometheus has no more than that', async () => {
      const found = await counted(pyrra(events('elsewhere_total')));
      expect([found.unit, found.bad, found.total]).toEqual(['seconds', 7200, 7200]);
      expect(found.notes?.join()).toMatch(/counters are not in this Prometheus.*elsewhere:burnrate5m/);
    });

    it('is events where the counters are there', async () => {
      const found = await counted(pyrra(events('reqs_total')));
      expect([found.unit, found.notes]).toEqual(['events', []]);
    });
  });

  it('is one broken expression’s own trouble, and no other SLO’s', async () => {
    const counter = createSliCounter([{ source: prometheus.source, client: prometheus.client }]);
    const found = await counter.count(
      [
        { key: 'good', source: 'default', slo: slo({ kind: 'ratio', of: 'bad', promql: 'vector(0.1)' }) },
        {
          key: 'broken',
          source: 'default',
          slo: slo({ kind: 'ratio', of: 'bad', promql: 'reqs_total * on (app) reqs_total' }),
        },
      ],
      { from: END - HOUR, to: END },
    );
    expect(found.get('good')?.problems).toEqual([]);
    expect(found.get('good')?.steps).toHaveLength(12);
    expect(found.get('broken')?.problems).toMatchObject([{ code: 'query-invalid' }]);
  });
});
