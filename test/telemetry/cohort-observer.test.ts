import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flag, Service } from '#domain/service.ts';
import { HOUR, MINUTE, type Range } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createCohortObserver } from '#telemetry/cohort-observer.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { countIn, type MadeCounter, merged, openMetricsOfCounters } from './counters.ts';
import { countersOf, flagWith, type MadeCohort, requestsOf, stratumOf } from './observed-cohorts.ts';
import { listed, under } from './observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus, MUTE } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 3 * HOUR;
const HALF: Range = { from: END - 30 * MINUTE, to: END };
/** When the flag is switched on, in the middle of a minute. */
const SWITCHED = END - 20 * MINUTE + 20_500;
const every = (length: number, from = START, to = END) =>
  Float64Array.from({ length: Math.floor((to - from) / length) }, (_, i) => from + (i + 0.5) * length);

const made: MadeCounter[] = [];
/** One cohort of one pod; what a new label value begins is there from its first request on. */
const add = (
  service: string,
  labels: string,
  cohort: Omit<MadeCohort, 'labels'>,
  more: Partial<MadeCounter> = {},
) => {
  const life = { every: 15_000, from: START, to: END + 1, resets: [], fromFirstEvent: true, ...more };
  made.push(...countersOf({ labels: `service_name="${service}",${labels}`, ...cohort }, life));
};

const steady = { good: every(700), bad: every(9000) };
const few = { good: every(2100), bad: every(13_000) };
const fast = { '0.1': every(4000), '0.5': every(2000), '+Inf': every(1000) };
add('steady', 'new_checkout="false",pod="a"', { ...steady, within: fast });
add('steady', 'new_checkout="true",pod="a"', {
  ...few,
  within: { '0.1': every(8000), '0.5': every(6000), '+Inf': every(3000) },
});
// What has no flag, or another variant, is in neither cohort.
add('steady', 'pod="a"', { good: every(300), within: { '0.1': every(300), '+Inf': every(300) } });
add('steady', 'new_checkout="blue",pod="a"', { good: every(500), bad: every(500) });

const began = {
  good: every(2000, SWITCHED),
  bad: every(9000, SWITCHED),
};
add('switched', 'new_checkout="false",pod="a"', { ...steady, within: fast });
add('switched', 'new_checkout="true",pod="a"', {
  ...began,
  within: { '0.1': every(4000, SWITCHED), '+Inf': every(2000, SWITCHED) },
});

// An exporter that leaves the unit out of the names; one that counts requests without the flag; a mesh.
const minutely = (perMinute: number) => every(MINUTE / perMinute);
const addTo = (metric: string, labels: string, perMinute: number) =>
  made.push({
    ...{ series: `${metric}{${labels}}`, every: 15_000, from: START, to: END + 1, resets: [] },
    events: minutely(perMinute),
  });
const addTimed = (prefix: string, labels: string, code: string, bounds: readonly string[]) => {
  for (const [value, status, perMinute] of [
    ['true', '200', 5],
    ['true', '503', 1],
    ['false', '200', 30],
  ] as const) {
    const inner = `${labels},new_checkout="${value}",${code}="${status}"`;
    addTo(`${prefix}_count`, inner, perMinute);
    for (const le of bounds) addTo(`${prefix}_bucket`, `${inner},le="${le}"`, perMinute);
  }
};
addTimed('http_server_request_duration', 'service_name="bare"', 'http_response_status_code', ['0.2', '+Inf']);
addTimed('http_request_duration_seconds', 'service_name="timed"', 'code', ['0.2', '+Inf']);
addTo('http_requests_total', 'service_name="timed",code="200"', 35);
const mesh = 'app="mesh",reporter="destination"';
addTimed('istio_request_duration_milliseconds', mesh, 'response_code', ['100', '2500', '+Inf']);
addTo('istio_requests_total', `${mesh},new_checkout="true",response_code="200"`, 6);
addTo('istio_requests_total', `${mesh},new_checkout="false",response_code="200"`, 30);

const HALF_TIMES = Array.from({ length: 30 }, (_, i) => HALF.from + i * MINUTE);
const ofHalf = (value: number) => Array(30).fill(value);

describe.skipIf(!hasPrometheus())('the cohorts of a flag, counted step by step', () => {
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(openMetricsOfCounters(made));
  }, 60_000);
  afterAll(() => prometheus?.close());
  const observe = (service: string | Service, flag: Partial<Flag> = {}, range = HALF) =>
    createCohortObserver([prometheus], { clock: systemClock }).observe(
      typeof service === 'string' ? under('otel-http', service) : service,
      flagWith(flag),
      range,
      MINUTE,
    );
  const fed = (times: readonly number[], ...events: readonly Float64Array[]) => {
    const all = merged(...events);
    return times.map((from) => countIn(all, from, from + MINUTE));
  };

  it('are those that were fed, exactly, and without those that have neither value', async () => {
    const seen = await observe('steady');
    const { on, off } = stratumOf(seen);
    expect(seen.problems).toEqual([]);
    expect(seen.times).toHaveLength(30);
    expect(seen.strata).toHaveLength(1);
    for (const [cohort, events] of [
      [on, few],
      [off, steady],
    ] as const)
      expect(requestsOf(cohort)).toEqual({
        total: fed(seen.times, events.good, events.bad),
        bad: fed(seen.times, events.bad),
      });
    expect(on.durations?.bounds).toEqual([0.1, 0.5]);
    expect(listed(off.durations?.total)).toEqual(Array.from({ length: 30 }, () => 60));
    expect(off.durations?.slower.map(listed)).toEqual([45, 30].map((count) => Array(30).fill(count)));
    const within = fed(seen.times, every(8000));
    expect(on.durations?.slower.map(listed)).toEqual([within.map((count) => 20 - count), Array(30).fill(10)]);
  });

  it('are asked for by one question of requests and one of durations, which are told as they were sent', async () => {
    prometheus.counted.reset();
    const range = { from: Math.floor(Date.now() / MINUTE) * MINUTE - 5 * MINUTE, to: Date.now() };
    const seen = await observe('steady', { strata: ['http_route'] }, range);
    expect(prometheus.counted.queries()).toEqual([...new Set(seen.queries.map(({ promql }) => promql))]);
    expect(prometheus.counted.queries()).toHaveLength(2);
    expect(seen.queries.map(({ line, source }) => [line, source])).toEqual(
      ['rate', 'errorRatio', 'p50', 'p99'].map((line) => [line, 'default']),
    );
  });

  it('begin at zero: the first requests with the flag are counted, and before there were none', async () => {
    const seen = await observe('switched');
    const { on, off } = stratumOf(seen);
    expect(requestsOf(on)).toEqual({
      total: fed(seen.times, began.good, began.bad),
      bad: fed(seen.times, began.bad),
    });
    expect(requestsOf(on).total[9]).toBe(0);
    expect(requestsOf(on).total[10]).toBeGreaterThan(0);
    expect(requestsOf(off).total).toEqual(fed(seen.times, steady.good, steady.bad));
    expect(listed(on.durations?.total)).toEqual(fed(seen.times, every(2000, SWITCHED)));
    expect(on.durations?.bounds).toEqual([0.1, 0.5]);
    const within = fed(seen.times, every(4000, SWITCHED));
    expect(listed(on.durations?.slower[0])).toEqual(
      fed(seen.times, every(2000, SWITCHED)).map((total, i) => total - (within[i] ?? 0)),
    );
    expect(listed(on.durations?.slower[1])).toEqual(
      Array.from({ length: 30 }, (_, i) => (i < 10 ? 0 : undefined)),
    );
  });

  it('are counted by the preset where the service tells its ratio and durations by PromQL of its own', async () => {
    const overrides = { errorRatio: 'vector(0.5)', p99: 'vector(3)', rate: 'vector(1)' };
    const { on } = stratumOf(await observe(under('otel-http', 'steady', { overrides })));
    expect(requestsOf(on).total[3]).toBe(fed(HALF_TIMES, few.good, few.bad)[3]);
    expect(on.durations?.bounds).toEqual([0.1, 0.5]);
  });

  it('are found under whichever of a convention’s names has the flag', async () => {
    const bare = stratumOf(await observe('bare'));
    expect(requestsOf(bare.on)).toEqual({ total: ofHalf(6), bad: ofHalf(1) });
    expect(requestsOf(bare.off)).toEqual({ total: ofHalf(30), bad: ofHalf(0) });
    expect(listed(bare.on.durations?.total)).toEqual(ofHalf(6));
    // Requests are counted without the flag, and their durations with it.
    const timed = stratumOf(await observe(under('prometheus-http', 'timed')));
    expect(requestsOf(timed.on)).toEqual({ total: ofHalf(6), bad: ofHalf(1) });
    expect(requestsOf(timed.off)).toEqual({ total: ofHalf(30), bad: ofHalf(0) });
    const mesh = await observe(under('istio', 'mesh', { labels: { app: 'mesh' } }));
    expect(stratumOf(mesh).on.durations?.bounds).toEqual([0.1, 2.5]);
    expect(requestsOf(stratumOf(mesh).off)).toEqual({ total: ofHalf(30), bad: ofHalf(0) });
  });

  it('may be those that have no label at all, where the flag says so', async () => {
    const { on, off } = stratumOf(await observe('steady', { off: '' }));
    expect(requestsOf(on).total).toEqual(fed(HALF_TIMES, few.good, few.bad));
    expect(requestsOf(off).total).toEqual(fed(HALF_TIMES, every(300)));
  });

  it('are none where the label is not there, and where no step is over', async () => {
    for (const seen of [
      await observe('steady', { label: 'other_flag' }),
      await observe('nobody'),
      await observe('steady', {}, { from: END, to: END }),
    ]) {
      expect(seen.strata).toEqual([]);
      expect(seen.problems).toEqual([]);
    }
  });

  it('are asked for once: a second look asks only for what is new', async () => {
    let now = END;
    const observer = createCohortObserver([prometheus], { clock: { ...systemClock, now: () => now } });
    const look = async () => {
      prometheus.counted.reset();
      const range = { from: now - 2 * HOUR, to: now };
      const seen = await observer.observe(under('otel-http', 'steady'), flagWith(), range, MINUTE);
      return { seen, asked: prometheus.counted.queries().length };
    };
    const first = await look();
    expect(first.asked).toBeGreaterThan(2);
    expect(requestsOf(stratumOf(first.seen).on).total).toEqual(fed(first.seen.times, few.good, few.bad));
    now += MINUTE;
    expect((await look()).asked).toBe(2);
    expect((await look()).seen.problems).toEqual([]);
  });

  it('need a preset, and that is said', async () => {
    const { preset: _, ...own } = under('otel-http', 'own');
    const seen = await observe({ ...own, overrides: { errorRatio: 'vector(0)' } });
    expect(seen).toMatchObject({ strata: [], queries: [] });
    expect(seen.times).toHaveLength(30);
    expect(seen.problems).toEqual([
      {
        code: 'query-invalid',
        what: 'The flag new-checkout cannot be compared: cohorts are counted by the metrics of a preset, and the service own has none.',
        where: 'services.own.preset',
      },
    ]);
  });
});

describe('the cohorts of a flag while Prometheus is away', () => {
  it('are none, and the problem is told once', async () => {
    const source = {
      ...{ name: 'default', url: 'http://127.0.0.1:1', headers: {}, timeout: 2000 },
      ...{ maxConcurrent: 2, scrapeInterval: 15_000 },
    };
    const client = createPrometheus(source, { clock: systemClock, meter: MUTE });
    for (const [asked, what] of [
      [[{ source, client }], /could not be reached/],
      [[], /^There is no Prometheus named default.$/],
    ] as const) {
      const observer = createCohortObserver(asked, { clock: systemClock });
      const seen = await observer.observe(under('otel-http', 'a'), flagWith(), HALF, MINUTE);
      expect(seen.strata).toEqual([]);
      expect(seen.times).toHaveLength(30);
      expect(seen.problems).toMatchObject([
        { code: 'prometheus-unreachable', what: expect.stringMatching(what) },
      ]);
    }
    await client.close();
  }, 60_000);
});
