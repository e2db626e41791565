import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundariesUpTo, boundarySpelt } from '#promql/buckets.ts';

const matches = (seconds: number, le: string) => new RegExp(`^(?:${boundariesUpTo(seconds)})$`).test(le);

describe('the boundaries within a threshold', () => {
  it('are those of usual buckets, however exporters write them', () => {
    const go = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];
    const python = [
      '0.005',
      '0.01',
      '0.025',
      '0.05',
      '0.075',
      '0.1',
      '0.25',
      '0.5',
      '0.75',
      '1.0',
      '2.5',
      '5.0',
    ];
    const within = (seconds: number, all: readonly string[]) => all.filter((le) => matches(seconds, le));
    expect(within(0.3, go)).toEqual(['0.005', '0.01', '0.025', '0.05', '0.1', '0.25']);
    expect(within(1, python).at(-1)).toBe('1.0');
    expect(within(1, go).at(-1)).toBe('1');
    expect(within(7, go)).toEqual(go.slice(0, -2));
    expect(within(0.002, go)).toEqual([]);
    expect(within(1, ['1e-05', '2.5e-05', '1.0E-4', '0', '-1', '1e+06', 'Inf', '+Inf'])).toEqual([
      ...['1e-05', '2.5e-05', '1.0E-4', '0'],
    ]);
  });

  it('take for the threshold what is larger by binary noise only', () => {
    expect(matches(0.3, '0.30000000000000004')).toBe(true);
    expect(matches(0.3, '0.3001')).toBe(false);
    expect(matches(1, '1.0000000000000002')).toBe(true);
    expect(matches(1, '1.001')).toBe(false);
  });

  it('are exactly the numbers that are not larger', () => {
    const thresholds = fc.integer({ min: 1, max: 400_000 }).map((ms) => ms / 1000);
    const boundaries = fc.oneof(
      fc.integer({ min: 0, max: 500_000 }).map((ms) => ms / 1000),
      fc.integer({ min: 0, max: 500_000 }).map((us) => us / 1e5),
      fc.integer({ min: 0, max: 400 }),
    );
    const written = (boundary: number) => {
      const text = String(boundary);
      return [text, ...(text.includes('.') ? [`${text}0`] : [`${text}.0`])];
    };
    fc.assert(
      fc.property(thresholds, boundaries, (seconds, boundary) => {
        for (const le of written(boundary)) expect(matches(seconds, le), le).toBe(boundary <= seconds);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('a boundary', () => {
  const isSpelt = (seconds: number, le: string) => new RegExp(`^(?:${boundarySpelt(seconds)})$`).test(le);

  it('is found however exporters write it', () => {
    for (const le of ['0.5', '0.50', '5e-01', '5E-1', '0.5000000000000001'])
      expect(isSpelt(0.5, le)).toBe(true);
    for (const le of ['1', '1.0', '1e0', '1e+00', '1.']) expect(isSpelt(1, le)).toBe(true);
    for (const le of ['2500', '2500.0', '2.5e+03']) expect(isSpelt(2500, le)).toBe(true);
    for (const le of ['5', '0.05', '0.51', '50', '5e-02', '+Inf']) expect(isSpelt(0.5, le)).toBe(false);
    for (const le of ['10', '0.1', '1.01', '11', '1e1']) expect(isSpelt(1, le)).toBe(false);
  });

  it('is never taken for another, nor missed', () => {
    const number = fc
      .integer({ min: 1, max: 99_999 })
      .chain((figures) => fc.integer({ min: -9, max: 6 }).map((power) => Number(`${figures}e${power}`)));
    fc.assert(
      fc.property(number, number, (one, other) => {
        const spellings = [String(one), one.toExponential(), one.toFixed(9)];
        expect(spellings.every((le) => isSpelt(one, le))).toBe(true);
        expect(isSpelt(other, String(one))).toBe(one === other);
      }),
    );
  });
});
