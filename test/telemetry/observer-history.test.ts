import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '#app/ports.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { createObserver } from '#telemetry/observer.ts';
import { createKept } from '#telemetry/observer-kept.ts';
import { openMetricsOfCounters } from './counters.ts';
import { listed, under } from './observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12, 30);
const START = END - 4 * DAY;
const events = Float64Array.from({ length: (END - START) / 7000 }, (_, i) => START + i * 7000 + 100);
/** How many events lie in each minute of those that begin at `times`. */
const fedIn = (times: readonly number[]) => {
  const counts = Array.from(times, () => 0);
  for (const at of events) {
    const i = Math.ceil((at - (times[0] ?? 0)) / MINUTE) - 1;
    if (counts[i] !== undefined) counts[i] += 1;
  }
  return counts;
};
const METRICS = openMetricsOfCounters([
  {
    series: 'grpc_server_handled_total{service_name="a",grpc_code="OK"}',
    ...{ every: 60_000, from: START, to: END + 1, resets: [], events },
  },
]);

describe.skipIf(!hasPrometheus())('the history of a service', () => {
  let prometheus: AskedPrometheus;
  let now = END;
  const clock: Clock = { now: () => now, sleep: async () => undefined };
  beforeAll(async () => {
    prometheus = await askPrometheusWith(METRICS);
  }, 60_000);
  afterAll(() => prometheus?.close());
  beforeEach(() => {
    now = END;
    prometheus.counted.reset();
  });
  // Its durations are told by expressions of its own, so that there is one question for counts.
  const service = under('grpc', 'a', { overrides: { p50: 'vector(1)', p99: 'vector(1)' } });
  const counts = () =>
    prometheus.counted.queries().filter((promql) => promql.includes('grpc_server_handled_total'));
  const observer = () =>
    createObserver(
      [{ source: { ...prometheus.source, scrapeInterval: MINUTE }, client: prometheus.client }],
      { clock },
    );

  it('is the same as if it were asked for in one', async () => {
    const range = { from: END - 3 * DAY - 5 * HOUR - 17 * MINUTE, to: END };
    const seen = await observer().observe(service, range, MINUTE);
    expect(listed(seen.requests?.total)).toEqual(fedIn(seen.times));
    // Three whole days, the hours of the one that it begins in, those of today that are over, and what may still change.
    expect(counts().length).toBeLessThanOrEqual(3 + 6 + 12 + 1);
  }, 60_000);

  it('is asked for once: a second look asks only for what is new', async () => {
    const kept = observer();
    const look = () => kept.observe(service, { from: now - 3 * DAY, to: now }, MINUTE);
    await look();
    expect(counts().length).toBeGreaterThan(10);
    prometheus.counted.reset();
    now += MINUTE;
    await look();
    expect(counts()).toHaveLength(1);
    prometheus.counted.reset();
    now += HOUR;
    await look();
    expect(counts()).toHaveLength(2);
  }, 60_000);

  it('is asked for once by those who ask at the same time', async () => {
    const kept = observer();
    const look = () => kept.observe(service, { from: END - 3 * DAY, to: END }, MINUTE);
    const looks = await Promise.all([look(), look(), look()]);
    const together = counts().length;
    prometheus.counted.reset();
    await observer().observe(service, { from: END - 3 * DAY, to: END }, MINUTE);
    expect(counts()).toHaveLength(together);
    expect(listed(looks[2]?.requests?.total)).toEqual(listed(looks[0]?.requests?.total));
  }, 60_000);

  it('does not ask for a day where a watch needs the hour around midnight', async () => {
    now = Date.UTC(2026, 10, 17, 0, 20);
    const seen = await observer().observe(service, { from: now - 46 * MINUTE, to: now }, MINUTE);
    expect(listed(seen.requests?.total)).toEqual(fedIn(seen.times));
    expect(counts().length).toBeLessThanOrEqual(2);
  });
});

describe.skipIf(!hasPrometheus())('a day that is too much for one question', () => {
  it('is asked for in parts', async () => {
    const prometheus = await askPrometheusWith(METRICS, ['--query.max-samples=5000']);
    const clock: Clock = { now: () => END, sleep: async () => undefined };
    const source = { ...prometheus.source, scrapeInterval: MINUTE };
    const observer = createObserver([{ source, client: prometheus.client }], { clock });
    const day = Math.floor(END / DAY) * DAY - DAY;
    const look = () =>
      observer.observe(
        under('grpc', 'a', { overrides: { p50: 'vector(1)', p99: 'vector(1)' } }),
        { from: day, to: day + DAY },
        MINUTE,
      );
    const seen = await look();
    expect(seen.problems).toEqual([]);
    expect(listed(seen.requests?.total)).toEqual(fedIn(seen.times));
    expect(prometheus.counted.queries().length).toBeGreaterThan(4);
    prometheus.counted.reset();
    await look();
    expect(prometheus.counted.queries()).toEqual([]);
    await prometheus.close();
  }, 60_000);
});

describe('what is kept', () => {
  let now = 0;
  const clock: Clock = { now: () => now, sleep: async () => undefined };
  const keeping = { most: 3, sizeOf: () => 1, lastsFor: (value: string) => (value === 'bad' ? 10 : 1e9) };
  const ask = async (kept: ReturnType<typeof createKept<string>>, key: string, value = key) => {
    let asked = 0;
    await kept.get(key, async () => {
      asked += 1;
      return value;
    });
    return asked;
  };

  it('is bounded: what was not used for longest goes first', async () => {
    const kept = createKept<string>(clock, keeping);
    for (const key of ['a', 'b', 'c']) expect(await ask(kept, key)).toBe(1);
    expect(await ask(kept, 'a')).toBe(0);
    expect(await ask(kept, 'd')).toBe(1);
    expect(await ask(kept, 'a')).toBe(0);
    expect(await ask(kept, 'b')).toBe(1);
  });

  it('is asked for again after a while where it was not good', async () => {
    const kept = createKept<string>(clock, keeping);
    expect(await ask(kept, 'x', 'bad')).toBe(1);
    now += 5;
    expect(await ask(kept, 'x', 'bad')).toBe(0);
    now += 6;
    expect(await ask(kept, 'x', 'good')).toBe(1);
  });
});
