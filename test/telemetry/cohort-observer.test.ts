import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flag, Service } from '#domain/service.ts';
import { HOUR, MINUTE, type Range } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createCohortObserver } from '#telemetry/cohort-observer.ts';
import { countIn, type MadeCounter, merged, openMetricsOfCounters } from './counters.ts';
import { countersOf, flagWith, type MadeCohort, requestsOf, stratumOf } from './observed-cohorts.ts';
import { listed, under } from './observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from './real-prometheus.ts';

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
    expect(listed(on.durations?.slower[1])).toEqual(
      Array.from({ length: 30 }, (_, i) => (i < 10 ? 0 : undefined)),
    );
  });
});
