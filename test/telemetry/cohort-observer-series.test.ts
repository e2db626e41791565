import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, type Instant, MINUTE, type Range } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createCohortObserver } from '#telemetry/cohort-observer.ts';
import { countIn, merged } from './counters.ts';
import {
  countersOf,
  flagWith,
  type MadeCohort,
  requestsOf,
  type SeenCounter,
  scrapesOf,
  stratumOf,
} from './observed-cohorts.ts';
import { listed, under } from './observed-services.ts';
import { type AskedPrometheus, askPrometheusWith, hasPrometheus } from './real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 6 * HOUR;
const HALF: Range = { from: END - 30 * MINUTE, to: END };
/** When something happens to the series. */
const THEN = END - 10 * MINUTE;
const every = (length: number, from = START, to = END) =>
  Float64Array.from({ length: Math.floor((to - from) / length) }, (_, i) => from + (i + 0.5) * length);

const made: SeenCounter[] = [];
/** One cohort of one pod, and how it is scraped; what a new label value begins is there from its first request on. */
const add = (
  service: string,
  value: 'true' | 'false' | undefined,
  pod: string,
  cohort: Omit<MadeCohort, 'labels'>,
  more: Partial<SeenCounter> = {},
) => {
  const flag = value === undefined ? '' : `,new_checkout="${value}"`;
  const life = { every: 15_000, from: START, to: END + 1, resets: [], fromFirstEvent: true, ...more };
  made.push(...countersOf({ labels: `service_name="${service}",pod="${pod}"${flag}`, ...cohort }, life));
};
/** Requests at a pace, and their buckets: half of them within half a second. */
const at = (length: number, from = START, to = END) => ({
  good: every(length, from, to),
  within: { '0.5': every(2 * length, from, to), '+Inf': every(length, from, to) },
});
const both = (service: string, pod: string, more: Partial<SeenCounter> = {}, from = START) => {
  add(service, 'false', pod, at(1000, from), more);
  add(service, 'true', pod, { ...at(4000, from), bad: every(30_000, from) }, more);
};

// Off again after four minutes; the processes go on, and so do their counters.
const OFF_AGAIN = THEN + 4 * MINUTE + 10_000;
add('off-again', 'false', 'a', at(1000));
add('off-again', 'true', 'a', at(2000, THEN + 20_000, OFF_AGAIN));
// On for half a minute only.
add('blink', 'false', 'a', at(1000));
add('blink', 'true', 'a', at(200, THEN + 10_000, THEN + 40_000));
// Off, and then all processes are replaced: nothing of it is there any more.
for (const pod of ['a', 'b']) {
  add('gone', 'false', pod, at(1000), { to: THEN + 20_000 });
  add('gone', 'true', pod, at(2000, START, THEN - MINUTE), { to: THEN + 20_000 });
  add('gone', 'false', `new-${pod}`, at(1000, THEN + 20_000), { from: THEN + 20_000 });
}
// A version is rolled out while both go on.
for (let n = 0; n < 10; n += 1) {
  const then = END - 20 * MINUTE + n * 45_000;
  both('deployed', `old-${n}`, { to: then });
  both('deployed', `new-${n}`, { from: then }, then);
}
for (let n = 0; n < 10; n += 1) both('in-place', `${n}`, { resets: [THEN + 40_000 + n * 1000] });

const GAPS: readonly Range[] = [
  { from: END - 25 * MINUTE, to: END - 22 * MINUTE },
  { from: END - 15 * MINUTE, to: END - 5 * MINUTE },
];
const isInGap = (at: Instant) => GAPS.some(({ from, to }) => at > from && at <= to);
both('gap', 'a', { isSeen: (at) => !isInGap(at) });
// Switched on while nothing was scraped.
add('gap-switched', 'false', 'a', at(1000), { isSeen: (at) => !isInGap(at) });
add('gap-switched', 'true', 'a', at(1000, END - 24 * MINUTE), { isSeen: (at) => !isInGap(at) });

// One of two pods is not scraped for more than two hours.
const isAway = (at: Instant) => at > END - 2.5 * HOUR && at <= THEN;
const away = { isSeen: (at: Instant) => !isAway(at) };
both('back', 'a');
both('back', 'b', away);
// The same, and only that pod has the flag.
add('canary', 'false', 'a', at(1000));
add('canary', 'false', 'b', at(1000), away);
add('canary', 'true', 'b', { ...at(4000), bad: every(30_000) }, away);
// It is away for ten minutes.
const short = { isSeen: (at: Instant) => at <= THEN - 10 * MINUTE || at > THEN };
add('short', 'false', 'a', at(1000));
add('short', 'true', 'b', at(1000), short);

// The label is put on what has been counted without it for long.
const until = { isSeen: (at: Instant) => at <= THEN };
const since = { isSeen: (at: Instant) => at > THEN };
add('relabelled', undefined, 'a', at(1000), until);
add('relabelled', 'false', 'a', at(1200), since);
add('relabelled', 'true', 'a', at(6000), since);
// A version that has it is rolled out.
add('labelled', undefined, 'old', at(1000), { to: THEN + 20_000 });
add('labelled', 'false', 'new', at(1200, THEN + 20_000), { from: THEN + 20_000 });
add('labelled', 'true', 'new', at(6000, THEN + 20_000), { from: THEN + 20_000 });
// A service that Prometheus finds only now, and one that begins.
both('found', 'a', { isSeen: (at) => at > THEN });
both('young', 'a', { from: THEN + 20_000 }, THEN + 20_000);

describe.skipIf(!hasPrometheus())('cohorts whose series come and go', () => {
  let prometheus: AskedPrometheus;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(scrapesOf(made));
  }, 60_000);
  afterAll(() => prometheus?.close());
  const observe = async (name: string, range = HALF) => {
    const seen = await createCohortObserver([prometheus], { clock: systemClock }).observe(
      under('otel-http', name),
      flagWith(),
      range,
      MINUTE,
    );
    expect(seen.problems).toEqual([]);
    const { on, off } = stratumOf(seen);
    return { times: seen.times, on: requestsOf(on), off: requestsOf(off), durations: { on, off } };
  };
  const fed = (times: readonly number[], ...events: readonly Float64Array[]) => {
    const all = merged(...events);
    return times.map((from) => countIn(all, from, from + MINUTE));
  };
  /** One value for each minute before `THEN`, one for the minute that begins there, one for each after. */
  const around = (before: number | undefined, then: number | undefined, after: number) =>
    Array.from({ length: 30 }, (_, i) => (i < 20 ? before : i === 20 ? then : after));

  it('count nothing from the moment on when the flag is switched off, and still nothing when its series are gone', async () => {
    const again = await observe('off-again');
    expect(again.on.total).toEqual(fed(again.times, every(2000, THEN + 20_000, OFF_AGAIN)));
    const blink = await observe('blink');
    expect(blink.on.total).toEqual(around(0, 150, 0));
    const gone = await observe('gone');
    expect(gone.on.total).toEqual(
      fed(gone.times, every(2000, START, THEN - MINUTE)).map((count) => 2 * count),
    );
    expect(gone.off.total.slice(22)).toEqual(Array(8).fill(120));
  });

  it('do not jump when a version is rolled out, and are compared throughout', async () => {
    const { on, off, durations } = await observe('deployed');
    for (const [cohort, usual] of [
      [off, 600],
      [on, 170],
    ] as const)
      for (const total of cohort.total) {
        expect(total).toBeGreaterThan(usual * 0.9);
        expect(total).toBeLessThanOrEqual(usual * 1.01);
      }
    expect(listed(durations.on.durations?.slower[0]).every((count) => count !== undefined)).toBe(true);
  });

  it('go on when processes are restarted in place, by what was scraped before and after', async () => {
    const { on, off } = await observe('in-place');
    const isUsual = (total: number | undefined, i: number, usual: number) =>
      i === 20 ? (total ?? 0) > 0.8 * usual && (total ?? 0) < usual : total === usual;
    expect(off.total.every((total, i) => isUsual(total, i, 600))).toBe(true);
    expect(on.total.every((total, i) => isUsual(total, i, 170))).toBe(true);
  });

  it('are unknown where nothing was scraped, both of them, and no burst afterwards', async () => {
    const { on, off } = await observe('gap');
    // After ten minutes nobody knows what the first step had; after three it is their average.
    const isUnknown = on.total.map((_, i) => (i >= 5 && i < 8) || (i >= 15 && i < 26));
    for (const [cohort, usual] of [
      [off, 60],
      [on, 17],
    ] as const) {
      expect(cohort.total.map((total) => total === undefined)).toEqual(isUnknown);
      for (const total of cohort.total)
        if (total !== undefined) expect(Math.abs(total - usual)).toBeLessThanOrEqual(2);
    }
  });

  it('count a flag that was switched on while nothing was scraped by the average of that time, as they count the others', async () => {
    const { on, off } = await observe('gap-switched');
    expect(off.total[8]).toBe(60);
    // Three minutes of it in four.
    expect(on.total[8]).toBeGreaterThan(40);
    expect(on.total[8]).toBeLessThan(50);
    expect(on.total.slice(9, 15)).toEqual(Array(6).fill(60));
    expect(on.total.slice(0, 5)).toEqual(Array(5).fill(0));
  });

  it('are not all that a pod ever had, when it is scraped again after two hours', async () => {
    const back = await observe('back');
    expect(back.off).toEqual({ total: around(60, undefined, 120), bad: around(0, undefined, 0) });
    expect(back.on).toEqual({ total: around(17, undefined, 34), bad: around(2, undefined, 4) });
    expect(listed(back.durations.on.durations?.total)).toEqual(around(15, undefined, 30));
    const canary = await observe('canary');
    expect(canary.off.total).toEqual(around(60, undefined, 120));
    expect(canary.on).toEqual({ total: around(0, undefined, 17), bad: around(0, undefined, 2) });
  });

  it('are unknown, and not zero, while the only pod that has the flag is out of sight', async () => {
    const { on, off } = await observe('short');
    expect(off.total).toEqual(Array(30).fill(60));
    expect(on.total).toEqual(Array.from({ length: 30 }, (_, i) => (i >= 10 && i <= 20 ? undefined : 60)));
    const live = await observe('short', { from: END - 30 * MINUTE, to: THEN - 8 * MINUTE });
    expect(live.on.total.slice(-3)).toEqual([60, undefined, undefined]);
  });

  it('do not begin with all that was counted before the label was put on it', async () => {
    const { on, off } = await observe('relabelled');
    expect(off.total).toEqual(around(0, undefined, 50));
    expect(on.total).toEqual(around(0, undefined, 10));
  });

  it('begin at zero where a version begins that has the label', async () => {
    const { on, off, times } = await observe('labelled');
    expect(off.total).toEqual(fed(times, every(1200, THEN + 20_000)));
    expect(on.total).toEqual(fed(times, every(6000, THEN + 20_000)));
  });

  it('are unknown in the first step of a service', async () => {
    for (const name of ['found', 'young']) {
      const { on, off } = await observe(name);
      expect(off.total).toEqual(around(undefined, undefined, 60));
      expect(on.total.slice(0, 21)).toEqual(Array(21).fill(undefined));
      expect(on.total.slice(21).every((total) => total === 17 || total === 16)).toBe(true);
    }
  });
});
