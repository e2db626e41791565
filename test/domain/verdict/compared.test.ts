import { describe, expect, it } from 'vitest';
import { comparedOf } from '#domain/verdict/compared.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import { seeded } from '../../telemetry/counters.ts';
import { countsOf, poisson, STEP, type Traffic, timesOf } from './made.ts';

const STEPS = 30;
const observed = (more: Partial<Observed>): Observed => ({
  ...{ times: [...timesOf(STEPS)], step: STEP, gauges: {}, queries: [], problems: [] },
  ...more,
});
const errors = (traffic: Traffic, seed: number, times = 1) => {
  const { bad, total } = countsOf(traffic, STEPS, seed, { since: 0, times });
  return observed({ requests: { bad, total } });
};
const words = (traffic: Traffic, times: number, count = 200) =>
  Array.from({ length: count }, (_, i) =>
    comparedOf('errorRatio', errors(traffic, 2 * i + 1), errors(traffic, 2 * i + 2, times)),
  );
const shareOf = (found: ReturnType<typeof words>, ...wanted: string[]) =>
  found.filter((one) => wanted.includes(one?.word ?? '')).length / found.length;
const of = (bad: number, total: number, steps = STEPS): Observed =>
  observed({
    requests: {
      bad: new Float64Array(steps).fill(bad / steps),
      total: new Float64Array(steps).fill(total / steps),
    },
  });

describe('how sure a difference is', () => {
  it.each<Traffic>([
    { perSecond: 10, bad: 0.001, dispersion: 1 },
    { perSecond: 10, bad: 0.02, dispersion: 2 },
    { perSecond: 1, bad: 0.02, dispersion: 1.5 },
    { perSecond: 100, bad: 0.002, dispersion: 2 },
  ])('is claimed of none in a hundred that do not differ, at %o', (traffic) => {
    expect(shareOf(words(traffic, 1, 400), 'sure', 'verySure')).toBeLessThanOrEqual(0.015);
  });

  it('is very sure of five times the errors at ten requests a second', () => {
    expect(shareOf(words({ perSecond: 10, bad: 0.002, dispersion: 1 }, 5), 'verySure')).toBeGreaterThan(0.95);
  });

  it('is never claimed of a handful of requests', () => {
    expect(comparedOf('errorRatio', of(0, 12), of(12, 12))).toMatchObject({
      word: 'cannotTell',
      needs: { what: 'requests' },
    });
  });

  it('says how many requests are missing where too few were seen to tell', () => {
    const found = comparedOf('errorRatio', of(2, 2000), of(6, 2000));
    expect(found).toMatchObject({ word: 'cannotTell', direction: 'higher', needs: { what: 'requests' } });
    const { more = 0, takes = 0 } = found?.needs ?? {};
    expect(more).toBeGreaterThan(1000);
    expect(more).toBeLessThan(20_000);
    expect(takes / (STEPS * STEP)).toBeCloseTo(more / 2000, 1);
    // With as many more it is sure.
    const times = 1 + more / 2000;
    expect(comparedOf('errorRatio', of(2 * times, 2000 * times), of(6 * times, 2000 * times))?.word).toMatch(
      /sure/i,
    );
  });

  it('is that nothing differs where both had next to no errors among many requests', () => {
    expect(comparedOf('errorRatio', of(0, 18_000), of(0, 19_000))?.word).toBe('alike');
    expect(comparedOf('errorRatio', of(0, 50), of(0, 50))).toMatchObject({ word: 'cannotTell' });
  });

  it('is of durations by the requests slower than the bound beside the quantile', () => {
    const slow = (shares: readonly number[]) => {
      const total = new Float64Array(STEPS).fill(600);
      return observed({
        durations: {
          ...{ total, bounds: [0.1, 0.25, 0.5, 1] },
          slower: shares.map((share) => total.map((count) => Math.round(count * share))),
        },
      });
    };
    const before = slow([0.4, 0.1, 0.01, 0.001]);
    expect(comparedOf('p99', before, slow([0.4, 0.1, 0.03, 0.01]))).toMatchObject({
      ...{ word: 'verySure', direction: 'higher' },
      test: expect.stringMatching(/slower than 0\.(25|5) s/),
    });
    expect(comparedOf('p99', before, slow([0.4, 0.05, 0.002, 0]))).toMatchObject({
      ...{ word: 'verySure', direction: 'lower' },
    });
    expect(comparedOf('p50', before, before)?.word).toBe('alike');
  });

  it('is of a rate by the ranks of its steps, and wandering is no difference', () => {
    const wander = (seed: number, mean: number) => {
      const random = seeded(seed);
      let noise = 0;
      const rate = Float64Array.from({ length: STEPS }, () => {
        noise = 0.8 * noise + 0.6 * (random() + random() + random() - 1.5);
        return mean * (1 + 0.1 * noise);
      });
      return observed({ gauges: { rate } });
    };
    expect(comparedOf('rate', wander(1, 100), wander(2, 200))?.word).toMatch(/sure/i);
    const claims = Array.from({ length: 200 }, (_, i) =>
      comparedOf('rate', wander(2 * i + 1, 100), wander(2 * i + 2, 100)),
    ).filter((one) => one?.word === 'sure' || one?.word === 'verySure');
    expect(claims.length).toBeLessThanOrEqual(6);
  });

  it('cannot be told of a signal that was not observed, nor of three steps', () => {
    expect(comparedOf('cpu', observed({}), observed({}))).toBeUndefined();
    const short = observed({ gauges: { cpu: Float64Array.from([1, 2, 3]) } });
    expect(comparedOf('cpu', short, short)).toMatchObject({ word: 'cannotTell', needs: { what: 'samples' } });
  });

  /** A process in which each minute hangs together with the next, so that half an hour may be high by itself. */
  const wandering = (
    seed: number,
    together: number,
    value: (wander: number, random: () => number) => number,
  ) => {
    const random = seeded(seed);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    let wander = normal();
    return Float64Array.from({ length: STEPS }, () => {
      wander = together * wander + Math.sqrt(1 - together ** 2) * normal();
      return value(wander, random);
    });
  };
  const wanderingErrors = (seed: number, together: number, spread: number, share: number) =>
    observed({
      requests: {
        bad: wandering(seed, together, (wander, random) =>
          poisson(6000 * share * Math.exp(spread * wander - spread ** 2 / 2), random),
        ),
        total: new Float64Array(STEPS).fill(6000),
      },
    });

  it.each([
    [0.5, 0.3, 0.001],
    [0.8, 0.3, 0.001],
    [0.8, 0.3, 0.005],
    [0.9, 0.5, 0.005],
  ])(
    'is hardly ever very sure of errors that only wander (%f from minute to minute, by %f, of %f)',
    (...process) => {
      const found = Array.from({ length: 300 }, (_, i) =>
        comparedOf(
          'errorRatio',
          wanderingErrors(2 * i + 1, ...process),
          wanderingErrors(2 * i + 2, ...process),
        ),
      );
      expect(shareOf(found, 'verySure')).toBeLessThanOrEqual(0.01);
      expect(shareOf(found, 'verySure', 'sure')).toBeLessThanOrEqual(0.07);
    },
  );

  it.each([0.8, 0.9])('is hardly ever very sure of a rate that only wanders (%f)', (together) => {
    const rate = (seed: number) =>
      observed({ gauges: { rate: wandering(seed, together, (wander) => 100 * (1 + 0.1 * wander)) } });
    const found = Array.from({ length: 300 }, (_, i) => comparedOf('rate', rate(2 * i + 1), rate(2 * i + 2)));
    expect(shareOf(found, 'verySure')).toBeLessThanOrEqual(0.01);
    expect(shareOf(found, 'verySure', 'sure')).toBeLessThanOrEqual(0.05);
  });

  it('stays very sure of ten times the errors at ten requests a second, and where they began twelve minutes ago', () => {
    const traffic = { perSecond: 10, bad: 0.001, dispersion: 1 };
    expect(shareOf(words(traffic, 10), 'verySure')).toBeGreaterThanOrEqual(0.97);
    const late = Array.from({ length: 200 }, (_, i) => {
      const { bad, total } = countsOf(traffic, STEPS, 2 * i + 2, { since: 18, times: 10 });
      return comparedOf('errorRatio', errors(traffic, 2 * i + 1), observed({ requests: { bad, total } }));
    });
    expect(shareOf(late, 'verySure')).toBeGreaterThanOrEqual(0.9);
  });

  it('is told of half an hour of which half had no traffic', () => {
    const { bad, total } = countsOf({ perSecond: 10, bad: 0.01, dispersion: 1 }, STEPS, 3);
    const half = { bad: bad.map((n, i) => (i < 15 ? 0 : n)), total: total.map((n, i) => (i < 15 ? 0 : n)) };
    const found = comparedOf(
      'errorRatio',
      observed({ requests: half }),
      observed({ requests: { bad, total } }),
    );
    expect(found?.word).toMatch(/alike|cannotTell/);
    expect(found?.p).toBeGreaterThan(0.01);
  });

  it.each([14, 29])('is not claimed for one bad minute (minute %i), however bad', (minute) => {
    const calm = observed({
      requests: { bad: new Float64Array(STEPS).fill(6), total: new Float64Array(STEPS).fill(6000) },
    });
    for (const bad of [60, 200, 600]) {
      const burst = Float64Array.from({ length: STEPS }, (_, i) => (i === minute ? bad : 6));
      const found = comparedOf(
        'errorRatio',
        calm,
        observed({ requests: { bad: burst, total: new Float64Array(STEPS).fill(6000) } }),
      );
      expect(found?.word, `${bad}`).toBe('cannotTell');
    }
  });
});
