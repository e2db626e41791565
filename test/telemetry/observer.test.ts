import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, type Range } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createObserver } from '#telemetry/observer.ts';
import { countIn, type MadeCounter, openMetricsOfCounters } from './counters.ts';
import { listed, requestsIn, under } from './observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 3 * HOUR;
const HALF: Range = { from: END - 30 * MINUTE, to: END };
const every = (length: number, from = START, to = END) =>
  Float64Array.from({ length: Math.floor((to - from) / length) }, (_, i) => from + (i + 0.5) * length);

/** Counters of requests, by service; each is scraped 7 s after every quarter of a minute. */
const made: MadeCounter[] = [];
const add = (service: string, code: string, pod: string, more: Partial<MadeCounter>) => {
  const counter: MadeCounter = {
    series: `http_server_request_duration_seconds_count{service_name="${service}",http_response_status_code="${code}",pod="${pod}"}`,
    ...{ every: 15_000, from: START, to: END + 1, resets: [], events: every(1000) },
    ...more,
  };
  made.push(counter);
  return counter;
};
const steady = add('steady', '200', 'a', { events: every(700) });
const failing = add('steady', '500', 'a', { events: every(9000) });

const FIRST_ERRORS = Float64Array.from([1, 2, 3].map((n) => END - 10 * MINUTE + n * 5000));
add('first', '200', 'a', {});
add('first', '500', 'a', { events: FIRST_ERRORS, fromFirstEvent: true });

add('restarted', '200', 'a', { resets: [END - 10 * MINUTE + 30_000] });

// A deploy: ten of the old pods go and ten new ones come, in the middle of minutes, one of them within the same minute.
for (let n = 0; n < 10; n += 1) {
  const at = END - 20 * MINUTE + n * 45_000;
  add('deployed', '200', `old-${n}`, { to: at });
  add('deployed', '200', `new-${n}`, { from: at, events: every(1000, at) });
}
add('alone', '200', 'old', { to: END - 15 * MINUTE - 20_000 });
add('alone', '200', 'new', {
  from: END - 15 * MINUTE - 10_000,
  events: every(1000, END - 15 * MINUTE - 10_000),
});

const NEW = END - 10 * MINUTE + 1000;
add('young', '200', 'a', { from: NEW, events: every(1000, NEW) });
// A service that Prometheus finds only now, although it has counted for long.
add('found', '200', 'a', {});
add('idle', '200', 'a', { events: new Float64Array() });

/** The same without what was to be scraped within these stretches. */
const withoutScrapes = (text: string, service: string, gaps: readonly Range[]) =>
  text
    .split('\n')
    .filter((line) => {
      const at = Number(line.split(' ').at(-1)) * 1000;
      return !line.includes(`"${service}"`) || !gaps.some(({ from, to }) => at > from && at <= to);
    })
    .join('\n');
const GAPS = [
  { from: END - 25 * MINUTE, to: END - 22 * MINUTE },
  { from: END - 15 * MINUTE, to: END - 5 * MINUTE },
];
add('gap', '200', 'a', {});
add('gap', '500', 'a', { events: every(10_000) });
// Its first error came while nothing was scraped.
add('gap', '503', 'a', {
  events: Float64Array.from([1, 2, 3].map((n) => END - 24 * MINUTE + n * 1000)),
  fromFirstEvent: true,
});
add('quiet', '200', 'a', { events: every(60_000) });
add('quiet', '500', 'a', {
  events: Float64Array.from([1, 2, 3].map((n) => END - 24 * MINUTE + n * 1000)),
  fromFirstEvent: true,
});
add('partly', '200', 'a', {});
add('partly', '200', 'partly-b', {});

const METRICS = [
  { service: 'gap', gaps: GAPS },
  { service: 'quiet', gaps: GAPS },
  { service: 'partly-b', gaps: GAPS },
  { service: 'found', gaps: [{ from: 0, to: END - 12 * MINUTE - 20_000 }] },
].reduce((text, { service, gaps }) => withoutScrapes(text, service, gaps), openMetricsOfCounters(made));

describe.skipIf(!hasPrometheus())('requests of a service, counted step by step', () => {
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(METRICS);
  }, 60_000);
  afterAll(() => prometheus?.close());
  const observe = (name: string, range = HALF, step = MINUTE) =>
    createObserver([prometheus], { clock: systemClock }).observe(under('otel-http', name), range, step);
  /** Steps of the last half hour by their minute before the end. */
  const before = (minute: number) => 30 - minute;

  it('are those that were fed, exactly', async () => {
    const seen = await observe('steady');
    const fed = (counter: MadeCounter) =>
      seen.times.map((from) => countIn(counter.events, from, from + MINUTE));
    const bad = fed(failing);
    expect(seen.times).toHaveLength(30);
    expect(seen.times[0]).toBe(HALF.from);
    expect(listed(seen.requests?.bad)).toEqual(bad);
    expect(listed(seen.requests?.total)).toEqual(fed(steady).map((good, i) => good + (bad[i] ?? 0)));
    expect(seen.gauges.rate?.[3]).toBeCloseTo((seen.requests?.total[3] ?? 0) / 60, 9);
    expect(seen.problems).toEqual([]);
    expect(seen.queries.map(({ line }) => line)).toEqual(['rate', 'errorRatio', 'p50', 'p99']);
  });

  it('are counted from the first of a new kind of error on', async () => {
    const { bad, total } = requestsIn(await observe('first'));
    expect(bad).toEqual(Array.from({ length: 30 }, (_, i) => (i === before(10) ? 3 : 0)));
    expect(total[before(10)]).toBe(63);
  });

  it('are what a counter has since it was reset, and what it had grown in the last scrape before', async () => {
    const { total } = requestsIn(await observe('restarted'));
    expect(total[before(11)]).toBe(60);
    expect(total[before(10)]).toBe(45);
    expect(total[before(9)]).toBe(60);
  });

  it('do not jump when pods are replaced by others', async () => {
    const { total } = requestsIn(await observe('deployed'));
    for (const count of total) {
      expect(count).toBeGreaterThan(550);
      expect(count).toBeLessThanOrEqual(602);
    }
    const alone = requestsIn(await observe('alone'));
    for (const count of alone.total) {
      expect(count).toBeGreaterThanOrEqual(30);
      expect(count).toBeLessThanOrEqual(60);
    }
  });

  it('are unknown where nothing was scraped, and no burst afterwards', async () => {
    const seen = await observe('gap');
    const { total, bad } = requestsIn(seen);
    const isUnknown = total.map((count) => count === undefined);
    const inGap = (i: number) => (i >= before(25) && i < before(22)) || (i >= before(15) && i < before(5));
    expect(isUnknown).toEqual(
      // After ten minutes nobody knows what the first step had; after three it is their average.
      Array.from({ length: 30 }, (_, i) => inGap(i) || i === before(5)),
    );
    expect(bad.map((count) => count === undefined)).toEqual(isUnknown);
    for (const count of total) if (count !== undefined) expect(Math.abs(count - 66)).toBeLessThanOrEqual(3);
    expect(Math.max(...bad.map((count) => count ?? 0))).toBeLessThanOrEqual(9);
    expect(seen.gauges.rate?.[before(22)]).toBeNaN();
  });

  it('do not stand beside all errors of a time of which only a part of the requests is counted', async () => {
    // Three errors and about four requests in four minutes, three of which were not scraped.
    const { total, bad } = requestsIn(await observe('quiet'));
    expect([total[before(22)], bad[before(22)]]).toEqual([2, 1]);
  });

  it('do not jump when one of two pods could not be scraped for a while', async () => {
    const { total } = requestsIn(await observe('partly'));
    for (const count of total) {
      expect(count).toBeGreaterThanOrEqual(60);
      expect(count).toBeLessThanOrEqual(120);
    }
  });

  it('are unknown before a service began, and in its first step', async () => {
    for (const [name, first] of [
      ['young', before(10)],
      ['found', before(13)],
    ] as const) {
      const { total } = requestsIn(await observe(name));
      expect(total.slice(0, first + 1).every((count) => count === undefined)).toBe(true);
      expect(total.slice(first + 1).every((count) => count === 60)).toBe(true);
    }
  });

  it('are absent where there is no counter', async () => {
    const seen = await observe('nobody');
    expect(seen.requests).toBeUndefined();
    expect(seen.durations).toBeUndefined();
    expect(listed(seen.gauges.rate)).toEqual(Array.from({ length: 30 }, () => undefined));
    expect(seen.problems).toEqual([]);
  });

  it('are 0 where counters are there and stand still', async () => {
    const { total, bad } = requestsIn(await observe('idle'));
    expect([total, bad]).toEqual([Array(30).fill(0), Array(30).fill(0)]);
  });

  it('come in steps that are multiples of the scrape interval', async () => {
    const seen = await observe('steady', HALF, 20_000);
    expect(seen.step).toBe(30_000);
    expect(seen.times).toHaveLength(60);
    const { total } = requestsIn(await observe('restarted', HALF, 15_000));
    // The step that ends at the reset has what the counter had then: nothing.
    expect(total).toEqual(Array.from({ length: 120 }, (_, i) => (i === 81 ? 0 : 15)));
  });
});
