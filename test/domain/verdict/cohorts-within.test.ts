import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cohortsWithin, type ObservedCohorts } from '#domain/verdict/observed-cohorts.ts';

const observed = (count: number, step: number): ObservedCohorts => {
  const total = Float64Array.from({ length: count }, (_, i) => i);
  const columns = {
    requests: { total, bad: total },
    durations: { total, bounds: [1], slower: [total] },
  };
  return {
    ...{ times: [...total].map((i) => i * step), step, queries: [], problems: [] },
    strata: [{ name: '', on: columns, off: {} }],
  };
};

it('what is taken of a stretch lies in it as a whole: a step over its end belongs to what comes after', () => {
  const { times, strata } = cohortsWithin(observed(10, 10), { from: 15, to: 55 });
  expect(times).toEqual([20, 30, 40]);
  expect([...(strata[0]?.on.requests?.total ?? [])]).toEqual([2, 3, 4]);
  expect([...(strata[0]?.on.durations?.slower[0] ?? [])]).toEqual([2, 3, 4]);
  expect(strata[0]?.off).toEqual({});
  expect(cohortsWithin(observed(10, 10), { from: 51, to: 59 }).strata).toEqual([]);
});

it('stretches that follow each other share no step', () => {
  const moment = fc.integer({ min: 0, max: 200 });
  fc.assert(
    fc.property(moment, moment, moment, (a, b, c) => {
      const [from = 0, between = 0, to = 0] = [a, b, c].toSorted((x, y) => x - y);
      const whole = observed(20, 10);
      const first = cohortsWithin(whole, { from, to: between }).times;
      const second = cohortsWithin(whole, { from: between, to }).times;
      expect(new Set([...first, ...second]).size).toBe(first.length + second.length);
    }),
  );
});
