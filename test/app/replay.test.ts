import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replay } from '#app/replay.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createObserver } from '#telemetry/observer.ts';
import { freshDatabase } from '../store/database.ts';
import { openMetricsOfCounters, rhythm, seeded } from '../telemetry/counters.ts';
import { under } from '../telemetry/observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from '../telemetry/real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 2 * DAY;

/** An outage that nobody announced, and one that came with a deploy. */
const OUTAGE = { from: END - 3 * HOUR, to: END - 2 * HOUR };
const DEPLOYED = { from: END - 8 * HOUR, to: END - 7 * HOUR };

function metrics(): string {
  const random = seeded(9);
  const of = (code: string, events: readonly number[]) => ({
    series: `http_server_request_duration_seconds_count{service_name="shop",http_response_status_code="${code}"}`,
    ...{ every: 15_000, from: START, to: END + 1, resets: [], events: Float64Array.from(events).sort() },
  });
  const during = ({ from, to }: typeof OUTAGE) => rhythm(from, to, 1, random);
  return openMetricsOfCounters([
    of('200', [...rhythm(START, END, 4, random)]),
    of('500', [...rhythm(START, END, 0.02, random), ...during(OUTAGE), ...during(DEPLOYED)]),
  ]);
}

describe.skipIf(!hasPrometheus())('replaying quiet moments', () => {
  let prometheus: AskedPrometheus;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  const service = under('otel-http', 'shop');
  beforeAll(async () => {
    prometheus = await askPrometheusWith(metrics());
    database = await freshDatabase();
    await database.store().deploys.save({
      ...{ id: 'd1', service: 'shop', hints: {}, version: 'v2', environment: 'production' },
      ...{ status: 'succeeded', startedAt: DEPLOYED.from, finishedAt: DEPLOYED.from, changes: [], parts: [] },
    });
  }, 60_000);
  afterAll(async () => {
    await prometheus?.close();
    await database?.close();
  });
  const replayed = (last: number, now = END, of = service) =>
    replay(of, { last, every: 15 * MINUTE }, now, {
      observer: createObserver([prometheus], { clock: systemClock }),
      store: database.store(),
    });

  it('finds the outage that nobody announced and nothing else, and leaves out what is near a deploy', async () => {
    const { moments, leftOut, problems } = await replayed(12 * HOUR);
    expect(problems).toEqual([]);
    const degraded = moments.filter(({ verdict }) => verdict.verdict === 'degraded').map(({ at }) => at);
    expect(degraded.length).toBeGreaterThan(0);
    for (const at of degraded) expect(Math.abs(at - OUTAGE.from)).toBeLessThanOrEqual(16 * MINUTE);
    expect(leftOut).toBeGreaterThan(0);
    const near = (at: number) => at > DEPLOYED.from - 16 * MINUTE && at < DEPLOYED.from + 30 * MINUTE;
    expect(moments.some(({ at }) => near(at))).toBe(false);
  });

  it.each([90_000, 75_000])(
    'sees the whole watch that a deploy would have had, after a warm-up of %i ms',
    async (warmUp) => {
      const late = { ...service, watch: { ...service.watch, warmUp } };
      const { moments } = await replayed(3 * HOUR, END - 4 * HOUR, late);
      expect(moments.length).toBeGreaterThan(5);
      const looks = (replays: typeof moments) =>
        new Set(
          replays.flatMap(({ verdict }) => verdict.signals.map((one) => `${one.measure} ${one.looks}`)),
        );
      expect(looks(moments)).toEqual(looks((await replayed(3 * HOUR, END - 4 * HOUR)).moments));
    },
  );

  it('judges each moment only by what lies before it and in its watch', async () => {
    const all = await replayed(6 * HOUR);
    const earlier = await replayed(3 * HOUR, END - 3 * HOUR);
    const known = new Map(all.moments.map(({ at, verdict }) => [at, verdict]));
    const both = earlier.moments.filter(({ at }) => known.has(at));
    expect(both.length).toBeGreaterThan(5);
    for (const { at, verdict } of both) expect(verdict).toEqual(known.get(at));
  });
});
