import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetOf } from '#config/presets.ts';
import { MINUTE, type Range } from '#domain/time.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import { systemClock } from '#runtime/clock.ts';
import { createObserver } from '#telemetry/observer.ts';
import { scrapeNative } from '../generate/native-histogram.ts';
import { type MadeCounter, openMetricsOfCounters } from './counters.ts';
import { serviceWith } from './exposition.ts';
import { listed, under } from './observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const HALF: Range = { from: END - 30 * MINUTE, to: END };
const START = END - 60 * MINUTE;
const every = (length: number) =>
  Float64Array.from({ length: Math.floor((END - START) / length) }, (_, i) => START + (i + 0.5) * length);

const made: MadeCounter[] = [];
/** Buckets of one pod: by `le` how far apart the durations within it are, in ms. */
const histogram = (metric: string, labels: string, buckets: Record<string, number>, more = {}) => {
  for (const [le, apart] of Object.entries(buckets))
    made.push({
      series: `${metric}{${labels},le="${le}"}`,
      ...{ every: 15_000, from: START, to: END + 1, resets: [], events: every(apart) },
      ...more,
    });
};
const http = 'http_server_request_duration_seconds_bucket';
histogram(http, 'service_name="plain",pod="a"', { '0.1': 4000, '0.5': 2000, '2.5': 1000, '+Inf': 1000 });
// Each exporter spells its boundaries in its own way.
histogram(http, 'service_name="spelt",pod="a"', { '0.1': 4000, '0.5': 2000, '+Inf': 1000 });
histogram(http, 'service_name="spelt",pod="b"', { '0.10': 4000, '5e-01': 2000, Inf: 1000 });
histogram(http, 'service_name="spelt",pod="c"', { '1E-1': 4000, '0.50': 2000, '+Inf': 1000 });
// The new version, with other boundaries, comes beside the old one.
histogram(http, 'service_name="other",pod="old"', { '0.1': 4000, '0.5': 2000, '+Inf': 1000 });
histogram(
  http,
  'service_name="other",pod="new"',
  { '0.1': 4000, '0.4': 2000, '+Inf': 1000 },
  { from: END - 10 * MINUTE + 1 },
);
// A rollout to an SDK with other boundaries: one by one the old pods go and new ones come.
for (let n = 0; n < 3; n += 1) {
  const at = END - 15 * MINUTE + n * 60_000 + 20_000;
  histogram(
    http,
    `service_name="rollout",pod="old-${n}"`,
    { '0.1': 4000, '0.5': 2000, '+Inf': 1000 },
    { to: at },
  );
  histogram(
    http,
    `service_name="rollout",pod="new-${n}"`,
    { '0.2': 4000, '0.5': 2000, '+Inf': 1000 },
    { from: at },
  );
}
// The same process restarts in place with them.
histogram(http, 'service_name="upgraded"', { '0.1': 4000 }, { to: END - 15 * MINUTE + 40_000 });
histogram(http, 'service_name="upgraded"', { '0.2': 4000 }, { from: END - 15 * MINUTE + 40_000 });
histogram(http, 'service_name="upgraded"', { '+Inf': 1000 }, { resets: [END - 15 * MINUTE + 40_000] });

// After an update of Prometheus the same boundary is spelt differently.
histogram(http, 'service_name="renamed"', { '0.1': 4000, '+Inf': 1000 });
histogram(http, 'service_name="renamed"', { '1': 2000 }, { to: END - 10 * MINUTE });
histogram(http, 'service_name="renamed"', { '1.0': 2000 });
histogram('istio_request_duration_milliseconds_bucket', 'app="mesh",reporter="destination"', {
  '100': 4000,
  '2500': 2000,
  '+Inf': 1000,
});

/** Without what the new spelling counted before it was one. */
const METRICS = openMetricsOfCounters(made)
  .split('\n')
  .filter((line) => !line.includes('le="1.0"') || Number(line.split(' ').at(-1)) * 1000 >= END - 10 * MINUTE)
  .join('\n');

describe.skipIf(!hasPrometheus())('durations of a service, counted step by step', () => {
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(METRICS);
  }, 60_000);
  afterAll(() => prometheus?.close());
  const observe = (service = under('otel-http', 'plain'), bounds?: readonly number[]) =>
    createObserver([prometheus], { clock: systemClock }).observe(service, HALF, MINUTE, bounds);
  const steady = (count: number) => Array.from({ length: 30 }, () => count);
  const slowerIn = ({ durations }: Observed) => (durations?.slower ?? []).map((values) => listed(values));

  it('are told at each boundary of the histogram', async () => {
    const seen = await observe();
    expect(seen.durations?.bounds).toEqual([0.1, 0.5, 2.5]);
    expect(listed(seen.durations?.total)).toEqual(steady(60));
    expect(slowerIn(seen)).toEqual([steady(45), steady(30), steady(0)]);
  });

  it('are told at the boundaries asked for only', async () => {
    const seen = await observe(under('otel-http', 'plain'), [0.5, 0.7]);
    expect(seen.durations?.bounds).toEqual([0.5]);
    expect(slowerIn(seen)).toEqual([steady(30)]);
  });

  it.each([undefined, [0.1, 0.5]])('mean the same however a boundary is spelt', async (bounds) => {
    const seen = await observe(under('otel-http', 'spelt'), bounds);
    expect(seen.durations?.bounds).toEqual([0.1, 0.5]);
    expect(listed(seen.durations?.total)).toEqual(steady(180));
    expect(slowerIn(seen)).toEqual([steady(135), steady(90)]);
  });

  it('are not known by a boundary that only some of the pods have', async () => {
    const seen = await observe(under('otel-http', 'other'));
    expect(seen.durations?.bounds).toEqual([0.1, 0.4, 0.5]);
    const [first, , last] = slowerIn(seen);
    expect(first?.slice(0, 20)).toEqual(steady(45).slice(0, 20));
    expect(first?.slice(21)).toEqual(steady(90).slice(21));
    expect(last?.slice(0, 20)).toEqual(steady(30).slice(0, 20));
    expect(last?.slice(20)).toEqual(Array.from({ length: 10 }, () => undefined));
  });

  it('are unknown by a boundary, and never 0, in each minute of a rollout in which only some pods have it', async () => {
    const seen = await observe(under('otel-http', 'rollout'));
    expect(seen.durations?.bounds).toEqual([0.1, 0.2, 0.5]);
    const [old, young, both] = slowerIn(seen);
    expect(old).toEqual(Array.from({ length: 30 }, (_, i) => (i < 15 ? 135 : undefined)));
    // In the minute after the last old pod ended nothing of it is seen any more.
    expect(young).toEqual(Array.from({ length: 30 }, (_, i) => (i < 18 ? undefined : 135)));
    expect(both?.every((count) => count !== undefined && count > 60)).toBe(true);
  });

  it('are unknown by a boundary that a process had only before it was restarted in place', async () => {
    const [old, young] = slowerIn(await observe(under('otel-http', 'upgraded')));
    expect(old).toEqual(Array.from({ length: 30 }, (_, i) => (i < 15 ? 45 : undefined)));
    expect(young?.slice(0, 15)).toEqual(Array.from({ length: 15 }, () => undefined));
    expect(young?.slice(16)).toEqual(Array.from({ length: 14 }, () => 45));
  });

  it('do not jump when a boundary is spelt differently from some day on', async () => {
    const [, renamed] = slowerIn(await observe(under('otel-http', 'renamed')));
    expect(renamed?.filter((count) => count !== 30).every((count) => count === undefined)).toBe(true);
    expect(renamed?.filter((count) => count === undefined).length).toBeLessThanOrEqual(2);
  });

  it('are in seconds where the convention has milliseconds', async () => {
    const mesh = under('istio', 'mesh', { labels: { app: 'mesh' } });
    for (const bounds of [undefined, [0.1, 2.5]]) {
      const seen = await observe(mesh, bounds);
      expect(seen.durations?.bounds).toEqual([0.1, 2.5]);
      expect(slowerIn(seen)).toEqual([steady(45), steady(30)]);
    }
  });
});

describe.skipIf(!hasPrometheus())('durations in native histograms', () => {
  it('are counted, and told at the boundaries asked for', async () => {
    // Nine of ten within a quarter of a second, the tenth in two to four.
    const scraped = await scrapeNative('http_request_duration_seconds', (scrape) => {
      return new Map([
        [-2, 90 * scrape],
        [2, 10 * scrape],
      ] as const);
    });
    try {
      const source = { name: 'default', url: '', headers: {}, timeout: 5000, maxConcurrent: 2 };
      const asked = [{ source: { ...source, scrapeInterval: 1000 }, client: scraped.client }];
      const preset = presetOf('prometheus-http', 'native');
      if (preset === undefined) throw new Error('there is no such preset');
      const service = serviceWith('native', { preset, labels: { job: 'native' } });
      const look = async () => {
        const range = { from: Date.now() - 10_000, to: Date.now() - 1500 };
        const seen = await createObserver(asked, { clock: systemClock }).observe(
          service,
          range,
          2000,
          [1, 8],
        );
        const known = [...seen.times.keys()].filter((i) => (seen.requests?.total[i] ?? 0) > 0);
        return { seen, known };
      };
      let { seen, known } = await look();
      for (let tries = 0; known.length < 3 && tries < 40; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        ({ seen, known } = await look());
      }
      expect(seen.problems).toEqual([]);
      expect(known.length).toBeGreaterThanOrEqual(3);
      const { requests, durations } = seen;
      expect(durations?.bounds).toEqual([1, 8]);
      for (const i of known) {
        const total = requests?.total[i] ?? 0;
        // Two scrapes in each step; a late one may fall into the next.
        expect([100, 200, 300]).toContain(total);
        expect(requests?.bad[i]).toBe(0);
        expect(durations?.total[i]).toBe(total);
        expect(durations?.slower.map((values) => values[i])).toEqual([total / 10, 0]);
      }
    } finally {
      await scraped.close();
    }
  }, 60_000);
});
