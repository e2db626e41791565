import { describe, expect, it } from 'vitest';
import { beganIn } from '#domain/verdict/began.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import { seeded } from '../../telemetry/counters.ts';
import { countsOf, poisson, STEP, type Traffic, timesOf } from './made.ts';

const STEPS = 60;
const observed = (more: Partial<Observed>): Observed => ({
  ...{ times: [...timesOf(STEPS)], step: STEP, gauges: {}, queries: [], problems: [] },
  ...more,
});
const errors = (traffic: Traffic, seed: number, change = {}) => {
  const { bad, total } = countsOf(traffic, STEPS, seed, change);
  return observed({ requests: { bad, total } });
};
const runs = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const TRAFFIC: readonly Traffic[] = [
  { perSecond: 10, bad: 0.001, dispersion: 1 },
  { perSecond: 10, bad: 0.01, dispersion: 2 },
  { perSecond: 1, bad: 0.02, dispersion: 1.5 },
  { perSecond: 200, bad: 0.002, dispersion: 2 },
];

/** Durations around a median in seconds, in buckets; from `since` on `times` as slow. */
function durations(seed: number, since = STEPS, times = 1): Observed {
  const random = seeded(seed);
  const bounds = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6];
  const total = new Float64Array(STEPS);
  const slower = bounds.map(() => new Float64Array(STEPS));
  for (let i = 0; i < STEPS; i += 1) {
    const all = poisson(300, random);
    total[i] = all;
    for (let k = 0; k < all; k += 1) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      const seconds = 0.1 * Math.exp(0.6 * normal) * (i >= since ? times : 1);
      bounds.forEach((bound, b) => {
        const column = slower[b];
        if (column !== undefined && seconds > bound) column[i] = (column[i] ?? 0) + 1;
      });
    }
  }
  return observed({ durations: { total, bounds, slower } });
}

/** A level with noise that hangs together from one step to the next. */
function level(seed: number, at: (i: number) => number, r = 0.6): Observed {
  const random = seeded(seed);
  let noise = 0;
  const values = Float64Array.from({ length: STEPS }, (_, i) => {
    noise = r * noise + Math.sqrt(1 - r * r) * (random() + random() + random() - 1.5);
    return at(i) * (1 + 0.1 * noise);
  });
  return observed({ gauges: { rate: values } });
}

describe('where something began', () => {
  it.each(TRAFFIC)('is told for errors that rise fivefold within two steps, at %o', (traffic) => {
    const found = runs(100).map((seed) =>
      beganIn(errors(traffic, seed, { since: 40, times: 5 }), ['errorRatio']),
    );
    const near = found.filter(
      ([one]) => one?.higher === true && Math.abs(one.at - (timesOf(STEPS)[40] ?? 0)) <= 2 * STEP,
    );
    const told = found.filter((one) => one.length > 0);
    expect(told.length).toBeGreaterThanOrEqual(90);
    expect(near.length / told.length).toBeGreaterThanOrEqual(0.8);
  });

  it.each(TRAFFIC)('is not told where nothing began, at %o', (traffic) => {
    const told = runs(400).filter((seed) => beganIn(errors(traffic, seed), ['errorRatio']).length > 0);
    expect(told.length).toBeLessThanOrEqual(4);
  });

  it('is told of errors that began two minutes ago', () => {
    const [found] = beganIn(
      errors({ perSecond: 10, bad: 0.001, dispersion: 1 }, 7, { since: STEPS - 2, times: 50 }),
      ['errorRatio'],
    );
    expect(found).toMatchObject({ higher: true, at: timesOf(STEPS)[STEPS - 2] });
  });

  it('is where errors ceased, too', () => {
    const [found] = beganIn(
      errors({ perSecond: 10, bad: 0.05, dispersion: 1 }, 3, { since: 30, times: 0.1 }),
      ['errorRatio'],
    );
    expect(found).toMatchObject({ higher: false, at: timesOf(STEPS)[30] });
  });

  it('is not told of one burst in one step', () => {
    const { bad, total } = countsOf({ perSecond: 10, bad: 0.001, dispersion: 1 }, STEPS, 5);
    bad[57] = 80;
    expect(beganIn(observed({ requests: { bad, total } }), ['errorRatio'])).toEqual([]);
  });

  it('is told of durations that double, and not of those that stay', () => {
    expect(beganIn(durations(1), ['p50', 'p99'])).toEqual([]);
    const found = beganIn(durations(2, 45, 2), ['p50', 'p99']);
    expect(found.map(({ measure, higher, at }) => ({ measure, higher, at }))).toEqual([
      { measure: 'p50', higher: true, at: timesOf(STEPS)[45] },
      { measure: 'p99', higher: true, at: timesOf(STEPS)[45] },
    ]);
  });

  it('is told of a rate that halves, and hardly ever of one that wanders', () => {
    const halved = runs(50).map(
      (seed) =>
        beganIn(
          level(seed, (i) => (i < 30 ? 100 : 50)),
          ['rate'],
        )[0],
    );
    const near = halved.filter((one) => Math.abs((one?.at ?? 0) - (timesOf(STEPS)[30] ?? 0)) <= 2 * STEP);
    expect(near.length).toBeGreaterThanOrEqual(45);
    const wandering = runs(200).filter(
      (seed) =>
        beganIn(
          level(seed, () => 100),
          ['rate'],
        ).length > 0,
    );
    expect(wandering.length).toBeLessThanOrEqual(2);
  });

  it('is not told of traffic that grows by and by', () => {
    const grows = runs(50).filter(
      (seed) =>
        beganIn(
          level(seed, (i) => 100 + i, 0),
          ['rate'],
        ).length > 0,
    );
    expect(grows.length).toBeLessThanOrEqual(1);
    const { total } = countsOf({ perSecond: 50, bad: 0.001, dispersion: 1 }, STEPS, 1);
    const bad = total.map((count, i) => Math.round(count * (0.005 + 0.0003 * i)));
    expect(beganIn(observed({ requests: { bad, total } }), ['errorRatio'])).toEqual([]);
  });

  it('is looked for in what is known, and nowhere in nothing', () => {
    const { bad, total } = countsOf({ perSecond: 10, bad: 0.001, dispersion: 1 }, STEPS, 9, {
      ...{ since: 40, times: 30 },
    });
    for (const i of [3, 4, 5, 38]) total[i] = Number.NaN;
    expect(beganIn(observed({ requests: { bad, total } }), ['errorRatio'])).toHaveLength(1);
    const none = new Float64Array(STEPS).fill(Number.NaN);
    expect(
      beganIn(observed({ requests: { bad: none, total: none }, gauges: { rate: none } }), [
        'errorRatio',
        'rate',
      ]),
    ).toEqual([]);
  });
});
