import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flag } from '#domain/service.ts';
import { HOUR, MINUTE, type Range } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createCohortObserver } from '#telemetry/cohort-observer.ts';
import { type MadeCounter, openMetricsOfCounters } from './counters.ts';
import { countersOf, flagWith, type MadeCohort, requestsOf, stratumOf } from './observed-cohorts.ts';
import { listed, under } from './observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 2 * HOUR;
const TEN: Range = { from: END - 10 * MINUTE, to: END };
/** Events that fall `perMinute` into each minute. */
const every = (perMinute: number, from = START) =>
  Float64Array.from(
    { length: Math.floor(((END - from) / MINUTE) * perMinute) },
    (_, i) => from + ((i + 0.5) * MINUTE) / perMinute,
  );

const made: MadeCounter[] = [];
const add = (
  service: string,
  labels: Readonly<Record<string, string>>,
  cohort: Omit<MadeCohort, 'labels'>,
  more: Partial<MadeCounter> = {},
) => {
  const inner = Object.entries({ service_name: service, ...labels })
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
  const life = { every: 15_000, from: START, to: END + 1, resets: [], fromFirstEvent: true, ...more };
  made.push(...countersOf({ labels: inner, ...cohort }, life));
};
const on = { new_checkout: 'true' };
const off = { new_checkout: 'false' };
/** Requests of one kind: so many a minute, and a tenth that takes more than 0.1 s. */
const at = (perMinute: number, from = START) => ({
  good: every(perMinute, from),
  within: { '0.1': every(0.9 * perMinute, from), '+Inf': every(perMinute, from) },
});

add('shop', { ...on, http_route: '/cart', method: 'GET' }, at(10));
add('shop', { ...off, http_route: '/cart', method: 'GET' }, { ...at(40), bad: every(20) });
add('shop', { ...on, http_route: '/cart', method: 'POST' }, at(20));
add(
  'shop',
  { ...off, http_route: '/pay', method: 'POST' },
  {
    good: every(30),
    within: { '0.1': every(10), '0.4': every(20), '+Inf': every(30) },
  },
);
// A route that only those have that have neither value is no stratum.
add('shop', { http_route: '/health' }, at(100));
// What has no route at all, and a route that is seen in both cohorts only from the middle on.
add('shop', off, at(50));
const LATE = END - 5 * MINUTE;
add('shop', { ...on, http_route: '/late' }, at(60, LATE));
add('shop', { ...off, http_route: '/late' }, at(60, LATE));

// Thirty routes, the slower the later; their names mean something in PromQL and in regular expressions.
const routeOf = (n: number) => `/r/${n}/:id(\\d+)|.*"'{a,b}$^`;
for (let n = 0; n < 30; n += 1)
  for (const method of n < 5 ? ['GET', 'POST'] : ['GET']) {
    add('wide', { ...on, http_route: routeOf(n), method }, at(10 * (40 - n)));
    add('wide', { ...off, http_route: routeOf(n), method }, at(20 * (40 - n)));
  }

// Values that mean something in PromQL, and ones that a careless regular expression would take for them.
const ODD = { on: 'a.b|"c"\\d{2}', off: "it's (off) \\ [x]+*?^$" };
add('odd', { new_checkout: ODD.on }, at(10));
add('odd', { new_checkout: ODD.off }, at(20));
for (const other of ['aXb', 'a.b', '"c"\\d{2}', 'a.b|"c"11', "it's off", 'true', '', 'a.b|"c"\\d{2} '])
  add('odd', { new_checkout: other, pod: other }, at(60));

describe.skipIf(!hasPrometheus())('cohorts by strata', () => {
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(openMetricsOfCounters(made));
  }, 60_000);
  afterAll(() => prometheus?.close());
  const observe = async (service: string, flag: Partial<Flag> = {}) => {
    const seen = await createCohortObserver([prometheus], { clock: systemClock }).observe(
      under('otel-http', service),
      flagWith(flag),
      TEN,
      MINUTE,
    );
    expect(seen.problems).toEqual([]);
    return seen;
  };
  const ten = (value: number) => Array(10).fill(value);

  it('are told for each route, the busiest first, without those that neither cohort uses', async () => {
    const seen = await observe('shop', { strata: ['http_route'] });
    expect(seen.strata.map(({ name }) => name)).toEqual(['/cart', '/late', '(none)', '/pay']);
    const cart = stratumOf(seen, '/cart');
    expect(requestsOf(cart.on)).toEqual({ total: ten(30), bad: ten(0) });
    expect(requestsOf(cart.off)).toEqual({ total: ten(60), bad: ten(20) });
    const pay = stratumOf(seen, '/pay');
    expect(pay.on).toEqual({});
    expect(requestsOf(pay.off)).toEqual({ total: ten(30), bad: ten(0) });
    expect(requestsOf(stratumOf(seen, '(none)').off).total).toEqual(ten(50));
  });

  it('are known from the first request of a route on: the service was there before', async () => {
    const late = stratumOf(await observe('shop', { strata: ['http_route'] }), '/late');
    const halves = [...Array(5).fill(0), ...Array(5).fill(60)];
    expect([requestsOf(late.on).total, requestsOf(late.off).total]).toEqual([halves, halves]);
    expect(listed(late.on.durations?.total)).toEqual(halves);
  });

  it('all have the same bounds, and say where nobody knows how many took longer', async () => {
    const seen = await observe('shop', { strata: ['http_route'] });
    const durations = seen.strata.flatMap((one) => [one.on.durations ?? [], one.off.durations ?? []].flat());
    expect(durations).toHaveLength(6);
    for (const { bounds, slower } of durations) {
      expect(bounds).toEqual([0.1, 0.4]);
      expect(slower).toHaveLength(2);
    }
    expect(stratumOf(seen, '/cart').on.durations?.slower.map(listed)).toEqual([
      ten(3),
      Array(10).fill(undefined),
    ]);
    expect(stratumOf(seen, '/pay').off.durations?.slower.map(listed)).toEqual([ten(20), ten(10)]);
  });

  it('are named by all their values, and are one without a name where traffic is not told apart', async () => {
    const seen = await observe('shop', { strata: ['http_route', 'method', 'new_checkout', 'le'] });
    expect(seen.strata.map(({ name }) => name).toSorted()).toEqual([
      '(none) (none)',
      '/cart GET',
      '/cart POST',
      '/late (none)',
      '/pay POST',
    ]);
    expect(requestsOf(stratumOf(seen, '/cart POST').on).total).toEqual(ten(20));
    expect(stratumOf(seen, '/cart POST').off).toEqual({});
    const whole = await observe('shop');
    expect(whole.strata.map(({ name }) => name)).toEqual(['']);
    expect(requestsOf(stratumOf(whole).off)).toEqual({
      total: [...Array(5).fill(140), ...Array(5).fill(200)],
      bad: ten(20),
    });
  });

  it('are twenty at most, and all others one more, by two questions however many there are', async () => {
    prometheus.counted.reset();
    const seen = await observe('wide', { strata: ['http_route'] });
    expect(new Set(prometheus.counted.queries()).size).toBe(2);
    expect(seen.strata.map(({ name }) => name)).toEqual([
      ...Array.from({ length: 20 }, (_, n) => routeOf(n)),
      'other routes',
    ]);
    const first = stratumOf(seen, routeOf(0));
    expect([first.on, first.off].map((cohort) => requestsOf(cohort).total)).toEqual([ten(800), ten(1600)]);
    const last = stratumOf(seen, routeOf(19));
    expect([last.on, last.off].map(({ durations }) => listed(durations?.total))).toEqual([
      ten(210),
      ten(420),
    ]);
    // 20 + 19 + … + 11 = 155.
    const rest = stratumOf(seen, 'other routes');
    expect([rest.on, rest.off].map((cohort) => requestsOf(cohort).total)).toEqual([ten(1550), ten(3100)]);
    expect([rest.on, rest.off].map(({ durations }) => listed(durations?.total))).toEqual([
      ten(1550),
      ten(3100),
    ]);
    expect(rest.on.durations?.slower.map(listed)).toEqual([ten(155)]);
  });

  it('are twenty at most of several labels too', async () => {
    const seen = await observe('wide', { strata: ['method', 'http_route'] });
    expect(seen.strata).toHaveLength(21);
    const all = seen.strata.map((one) => requestsOf(one.on).total[3] ?? 0).reduce((a, b) => a + b);
    const timed = seen.strata.map((one) => one.on.durations?.total[3] ?? 0).reduce((a, b) => a + b);
    // 40 + 39 + … + 11 = 765, and 40 + … + 36 = 190 once more.
    expect([all, timed]).toEqual([9550, 9550]);
    expect(requestsOf(stratumOf(seen, `POST ${routeOf(4)}`).on).total).toEqual(ten(360));
    // The first five routes are two strata each: the rest begins with the sixteenth route, 25 + 24 + … + 11 = 270.
    expect(requestsOf(stratumOf(seen, 'other routes').on).total).toEqual(ten(2700));
  });

  it('are those of a value whatever characters it has', async () => {
    for (const strata of [[], ['pod']]) {
      const seen = await observe('odd', { ...ODD, strata });
      expect(seen.strata).toHaveLength(1);
      const [one] = seen.strata;
      expect(requestsOf(one?.on ?? {}).total).toEqual(ten(10));
      expect(requestsOf(one?.off ?? {}).total).toEqual(ten(20));
    }
  });
});
