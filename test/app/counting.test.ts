import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CountPorts } from '#app/count-piece.ts';
import { countNew, countOlder } from '#app/counting.ts';
import { slosOf, standingsOf } from '#app/standings.ts';
import type { Slo } from '#domain/budget/slo.ts';
import { allowedShare } from '#domain/budget/slo.ts';
import { failure } from '#domain/problem.ts';
import type { Service } from '#domain/service.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { createLog } from '#runtime/log.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { CATALOG, service } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import {
  countIn,
  type MadeCounter,
  merged,
  openMetricsOfCounters,
  rhythm,
  seeded,
} from '../telemetry/counters.ts';
import {
  hasPrometheus,
  MUTE,
  type RealPrometheus,
  startPrometheusWith,
} from '../telemetry/real-prometheus.ts';

/** 17 November, so that the month has passed in part. */
const END = Date.UTC(2026, 10, 17, 12);
const START = END - 35 * DAY;
const random = seeded(4);

/** Two pods scraped every minute, one of which began and ended within the time, both restarted; errors in bursts and one by one. */
const SPARSE = Float64Array.from({ length: 20 }, () => START + 3 * DAY + random() * 31.5 * DAY).toSorted();
const burst = (at: number, count: number, length: number) =>
  Float64Array.from({ length: count }, (_, i) => at + (i / count) * length);
const POD1 = rhythm(START, END, 0.6, random);
const POD2 = rhythm(START + 10 * DAY, END - 4 * DAY, 0.4, random);
const BURSTS = merged(
  burst(END - 20 * DAY + 1234, 900, 40_000),
  burst(END - 5 * DAY + 77_000, 300, 50_000),
  burst(END - 2 * HOUR, 120, 90_000),
);
const FAST = rhythm(START, END, 0.35, random);
const FAST_BAD = merged(burst(END - 9 * DAY, 500, 3 * MINUTE), rhythm(START, END, 0.0008, random));

const counter = (series: string, events: Float64Array, more: Partial<MadeCounter> = {}): MadeCounter => ({
  series,
  every: 60_000,
  from: START,
  to: END + 1,
  resets: [],
  events,
  ...more,
});

const MADE: readonly MadeCounter[] = [
  counter('http_requests_total{app="shop",pod="1",code="200"}', POD1, {
    resets: [START + 5.3 * DAY, END - 12.2 * DAY, END - 2.71 * DAY, END - 2.7 * DAY],
  }),
  counter('http_requests_total{app="shop",pod="2",code="200"}', POD2, {
    from: START + 10 * DAY,
    to: END - 4 * DAY,
    resets: [END - 11 * DAY],
  }),
  counter('http_requests_total{app="shop",pod="1",code="500"}', BURSTS, {
    fromFirstEvent: true,
    resets: [START + 5.3 * DAY, END - 12.2 * DAY, END - 2.71 * DAY, END - 2.7 * DAY],
  }),
  counter('http_requests_total{app="sparse",code="200"}', POD1),
  counter('http_requests_total{app="sparse",code="500"}', SPARSE, {
    fromFirstEvent: true,
    resets: [END - 15 * DAY],
  }),
  counter('http_requests_total{app="fast",code="200"}', FAST, { every: 15_000 }),
  counter('http_requests_total{app="fast",code="503"}', FAST_BAD, {
    every: 15_000,
    resets: [END - 10 * DAY],
  }),
];

const TRUTH: Readonly<Record<string, { bad: Float64Array; total: Float64Array }>> = {
  shop: { bad: BURSTS, total: merged(POD1, POD2, BURSTS) },
  sparse: { bad: SPARSE, total: merged(POD1, SPARSE) },
  fast: { bad: FAST_BAD, total: merged(FAST, FAST_BAD) },
};

function sloOver(app: string, name: string, window: Slo['window']): Slo {
  const terms = (matchers: string) => ({
    kind: 'counters' as const,
    terms: [{ selector: `http_requests_total{app="${app}"${matchers}}`, sign: 1 as const }],
  });
  return {
    ...{ name, objective: 0.999, window, method: { kind: 'occurrences' }, absent: 'unknown', policy: {} },
    sli: { kind: 'events', counts: 'bad', part: terms(',code=~"5.."'), total: terms('') },
    alerting: { page: true, ticket: true },
    origin: { format: 'bellbuoy' },
  };
}

const SERVICES: readonly Service[] = Object.keys(TRUTH).map((app) =>
  service(app, {
    slos: [
      sloOver(app, 'week', { kind: 'rolling', length: 7 * DAY }),
      sloOver(app, 'days', { kind: 'rolling', length: 30 * DAY }),
      sloOver(app, 'month', { kind: 'calendar', unit: 'month', count: 1, zone: 'Europe/Berlin' }),
    ],
  }),
);

describe.skipIf(!hasPrometheus())('budgets counted on a real Prometheus of 35 days', () => {
  let prometheus: RealPrometheus;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let client: ReturnType<typeof createPrometheus>;
  let now = END;
  const ports = (): CountPorts => ({
    store: database.store(),
    sliCounter: createSliCounter([{ source: sourceOf(), client }]),
    catalog: { current: () => ({ ...CATALOG, services: SERVICES }) },
    clock: { now: () => now, sleep: async () => undefined },
    log: createLog('fatal'),
    meter: MUTE,
  });
  const sourceOf = () => ({
    ...{ name: 'default', url: prometheus.counted.url, headers: {}, timeout: 60_000 },
    ...{ maxConcurrent: 4, scrapeInterval: 60_000 },
  });
  const countAll = async () => {
    await countNew(ports());
    while (await countOlder(ports()));
  };
  const expectTrue = async () => {
    const found = await standingsOf(slosOf(SERVICES), CATALOG, now, database.store());
    expect(found).toHaveLength(9);
    for (const { of, usage } of found) {
      const truth = TRUTH[of.service.name];
      if (truth === undefined) throw new Error(of.service.name);
      const { window } = usage;
      const [bad, total] = [countIn(truth.bad, window.from, now), countIn(truth.total, window.from, now)];
      const what = `${of.service.name} ${of.slo.name}: ${usage.tally.bad} of ${usage.tally.total}, true ${bad} of ${total}`;
      expect(Math.abs(usage.tally.bad - bad), what).toBeLessThanOrEqual(0.005 * bad);
      expect(Math.abs(usage.tally.total - total), what).toBeLessThanOrEqual(0.005 * total);
      const allowed = allowedShare(0.999) * total;
      const passed = of.slo.window.kind === 'calendar' ? (now - window.from) / (window.to - window.from) : 1;
      if (of.slo.name === 'days') expect(bad, what).toBeGreaterThan(15);
      const share = bad / (allowed / passed);
      expect(Math.abs(usage.share - share), what).toBeLessThanOrEqual(0.006 * share);
    }
  };
  beforeAll(async () => {
    prometheus = await startPrometheusWith(openMetricsOfCounters(MADE));
    database = await freshDatabase();
    client = createPrometheus(sourceOf(), { clock: ports().clock, meter: MUTE });
  }, 120_000);
  afterAll(async () => {
    await client?.close();
    await database?.close();
    await prometheus?.close();
  });

  it('agree with the true counts within 0.5 %, over 7 days, 30 days and the calendar month', async () => {
    now = END - 2 * DAY;
    await countAll();
    await expectTrue();
  }, 120_000);

  it('agree after Bellbuoy was away for two days', async () => {
    now = END;
    await countAll();
    await expectTrue();
  }, 60_000);

  it('stay when counted again', async () => {
    await countNew(ports());
    await expectTrue();
  });

  it('outlive what Prometheus keeps', async () => {
    const young = await startPrometheusWith(openMetricsOfCounters(MADE, END - 2 * DAY));
    const asked = createPrometheus({ ...sourceOf(), url: young.url }, { clock: ports().clock, meter: MUTE });
    const forgetful = { ...ports(), sliCounter: createSliCounter([{ source: sourceOf(), client: asked }]) };
    await countNew(forgetful);
    while (await countOlder(forgetful));
    await expectTrue();
    await asked.close();
    await young.close();
  }, 60_000);

  it('are the same where a day is too much for Prometheus at once', async () => {
    const own = await freshDatabase();
    const { sliCounter, ...others } = ports();
    const slow: CountPorts['sliCounter'] = {
      ...sliCounter,
      async count(slos, range) {
        if (range.to - range.from <= 4 * HOUR) return sliCounter.count(slos, range);
        const { problem } = failure('prometheus-timeout', 'No answer within 10 s.');
        return new Map(slos.map(({ key }) => [key, { steps: [], notes: [], problems: [problem] }]));
      },
    };
    const tired = { ...others, store: own.store(), sliCounter: slow };
    await countNew(tired);
    while (await countOlder(tired));
    const keys = slosOf(SERVICES).map(({ key }) => ({ key, range: { from: END - 7 * DAY, to: END } }));
    expect(await own.store().budgets.tallies(keys)).toEqual(await database.store().budgets.tallies(keys));
    await own.close();
  }, 120_000);

  it('ask few questions, however many days', () => {
    const most = Math.max(...prometheus.counted.queries().map(({ length }) => length));
    expect(most).toBeLessThan(8000);
  });
});
