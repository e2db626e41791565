import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, type Instant, MINUTE, type Range } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createObserver } from '#telemetry/observer.ts';
import { type MadeCounter, openMetricsOfCounters } from './counters.ts';
import { listed, requestsIn, under } from './observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 6 * HOUR;
const HALF: Range = { from: END - 30 * MINUTE, to: END };
/** When something happens to the series. */
const THEN = END - 10 * MINUTE;
const every = (length: number, from = START, to = END) =>
  Float64Array.from({ length: Math.floor((to - from) / length) }, (_, i) => from + (i + 0.5) * length);

type Fed = MadeCounter & { readonly isSeen: (at: Instant) => boolean };
const made: Fed[] = [];
const fed = (labels: string, metric: string, more: Partial<Fed> = {}) => {
  made.push({
    series: `http_server_request_duration_seconds_${metric}{${labels}}`,
    ...{ every: 15_000, from: START, to: END + 1, resets: [], events: every(1000), isSeen: () => true },
    ...more,
  });
};
const add = (service: string, code: string, pod: string, more: Partial<Fed> = {}) =>
  fed(`service_name="${service}",http_response_status_code="${code}",pod="${pod}"`, 'count', more);
/** Durations of one pod: all of them, and those within half a second. */
const timed = (service: string, pod: string, more: Partial<Fed> = {}) => {
  const labels = `service_name="${service}",pod="${pod}"`;
  fed(`${labels},le="0.5"`, 'bucket', { events: every(2000), ...more });
  fed(`${labels},le="+Inf"`, 'bucket', more);
};

// One of two pods is not scraped for more than two hours.
const isAway = (at: Instant) => at > END - 2.5 * HOUR && at <= THEN;
const away = { isSeen: (at: Instant) => !isAway(at) };
add('back', '200', 'a');
add('back', '200', 'b', away);
add('back', '500', 'b', { events: every(30_000), ...away });
timed('back', 'a');
timed('back', 'b', away);
// One of forty.
for (let n = 0; n < 40; n += 1) add('fleet', '200', `${n}`, n === 7 ? away : {});
add('fleet', '500', '7', { events: every(HOUR), ...away });

// The target's labels change, the process goes on.
const until = { isSeen: (at: Instant) => at <= THEN };
const since = { isSeen: (at: Instant) => at > THEN };
add('relabelled', '200', 'a', until);
add('relabelled', '200', 'a",zone="x', since);
for (let n = 0; n < 40; n += 1) {
  add('all', '200', `${n}`, until);
  add('all', '200', `${n}",zone="x`, since);
}

// All pods are replaced by new ones, which at once have errors that there were none of before.
for (let n = 0; n < 10; n += 1) {
  add('replaced', '200', `old-${n}`, { to: THEN + 20_000 });
  add('replaced', '200', `new-${n}`, { from: THEN + 20_000, events: every(1000, THEN + 20_000) });
  add('replaced', '500', `new-${n}`, { from: THEN + 20_000, events: every(4000, THEN + 20_000) });
}
// All requests fail from one moment on.
add('down', '200', 'a', { events: every(1000, START, THEN) });
add('down', '500', 'a', { events: every(1000, THEN), fromFirstEvent: true });

// A deploy restarts all processes in place, one restarts only some of them; a slower scrape sees less of it.
const restarts = (n: number) => ({ resets: [THEN + 40_000 + n * 1000] });
for (let n = 0; n < 10; n += 1) {
  add('in-place', '200', `${n}`, restarts(n));
  add('in-place', '500', `${n}`, { events: every(10_000), ...restarts(n) });
  add('some', '200', `${n}`, n < 2 ? restarts(n) : {});
  add('seldom', '200', `${n}`, { every: 60_000, ...restarts(n) });
}
// Twice in one minute, and right after the minute began.
add('twice', '200', 'a', { resets: [THEN + 20_000, THEN + 50_000] });
add('early', '200', 'a', { resets: [THEN + 1000] });

const METRICS = openMetricsOfCounters(made);
const isSeenBy = new Map(made.map(({ series, isSeen }) => [series, isSeen]));
const SCRAPED = METRICS.split('\n')
  .filter((line) => {
    const [series = '', , at] = line.split(/ (?=[\d.]+(?: |$))/);
    return at === undefined || isSeenBy.get(series)?.(Number(at) * 1000) !== false;
  })
  .join('\n');

describe.skipIf(!hasPrometheus())('requests of series that seem to be new', () => {
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(SCRAPED);
  }, 60_000);
  afterAll(() => prometheus?.close());
  const observe = (name: string) =>
    createObserver([prometheus], { clock: systemClock }).observe(under('otel-http', name), HALF, MINUTE);
  /** One value for each minute before `THEN`, one for the minute that begins there, one for each after. */
  const around = (before: number, then: number | undefined, after: number) =>
    Array.from({ length: 30 }, (_, i) => (i < 20 ? before : i === 20 ? then : after));

  it('are not all that a pod ever had, when it is scraped again after two hours', async () => {
    const seen = await observe('back');
    expect(requestsIn(seen)).toEqual({ total: around(60, undefined, 122), bad: around(0, undefined, 2) });
    expect(seen.gauges.rate?.[20]).toBeNaN();
    expect(listed(seen.durations?.total)).toEqual(around(60, undefined, 120));
    expect(listed(seen.durations?.slower[0])).toEqual(around(30, undefined, 60));
  });

  it('are left out for a minute where it is one of many', async () => {
    const seen = await observe('fleet');
    expect(requestsIn(seen)).toEqual({ total: around(2340, 2340, 2400), bad: around(0, 0, 0) });
    expect(seen.gauges.rate?.[20]).toBeNaN();
  });

  it('are unknown for a minute when targets get another label', async () => {
    expect(requestsIn(await observe('relabelled')).total).toEqual(around(60, undefined, 60));
    expect(requestsIn(await observe('all')).total).toEqual(around(2400, undefined, 2400));
  });

  it('are all counted when every pod is replaced, and when all requests fail at once', async () => {
    // The new ones begin with the second after which they are scraped.
    const replaced = requestsIn(await observe('replaced'));
    expect(replaced).toEqual({ total: around(600, 650, 750), bad: around(0, 100, 150) });
    const down = requestsIn(await observe('down'));
    expect(down).toEqual({ total: around(60, 60, 60), bad: around(0, 60, 60) });
  });

  it('go on when processes are restarted, by what was scraped before and after', async () => {
    const seen = await observe('in-place');
    const { total, bad } = requestsIn(seen);
    // What came between the last scrape before and the restart is seen by nobody: one to ten seconds of each minute.
    expect(total).toEqual(around(660, 569, 660));
    expect(bad).toEqual(around(60, 54, 60));
    const some = await observe('some');
    expect(requestsIn(some).total).toEqual(around(600, 579, 600));
    expect(some.gauges.rate?.[20]).toBeCloseTo(579 / 60, 9);
    expect(requestsIn(await observe('twice')).total).toEqual(around(60, 25, 60));
    expect(requestsIn(await observe('early')).total).toEqual(around(60, 59, 60));
  });

  it('tell no rate where much of the minute was lost by a restart', async () => {
    const seen = await observe('in-place');
    expect(listed(seen.gauges.rate)).toEqual(around(11, undefined, 11));
    const source = { ...prometheus.source, scrapeInterval: MINUTE };
    const [seldom, some] = await Promise.all(
      ['seldom', 'some'].map((name) =>
        createObserver([{ source, client: prometheus.client }], { clock: systemClock }).observe(
          under('otel-http', name),
          HALF,
          MINUTE,
        ),
      ),
    );
    expect(listed(seldom?.gauges.rate)).toEqual(around(10, undefined, 10));
    expect(listed(some?.gauges.rate)[20]).toBeUndefined();
  });
});
