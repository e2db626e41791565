import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burnPairs } from '#domain/budget/burn.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';

const rolling = (days: number) => ({ kind: 'rolling' as const, length: days * DAY });

describe('burn alerts', () => {
  it('have the workbook’s factors for 30 and 28 days', () => {
    expect(burnPairs(rolling(30), 0.999).map(({ factor }) => factor)).toEqual([14.4, 6, 3, 1]);
    const factors = burnPairs(rolling(28), 0.999).map(({ factor }) => factor);
    expect(factors[0]).toBeCloseTo(13.44, 9);
    expect(factors[3]).toBeCloseTo(0.9333333333, 9);
  });

  it('scale their lookbacks with other windows', () => {
    expect(burnPairs(rolling(90), 0.999)).toMatchObject([
      { long: 3 * HOUR, short: 15 * MINUTE, factor: 14.4 },
      { long: 18 * HOUR, short: 90 * MINUTE, factor: 6 },
      { long: 3 * DAY, short: 6 * HOUR, factor: 3 },
      { long: 9 * DAY, short: 18 * HOUR, factor: 1 },
    ]);
  });

  it('leave out what could never fire', () => {
    expect(burnPairs(rolling(30), 0.9).map(({ factor }) => factor)).toEqual([6, 3, 1]);
  });

  it('are pairs of a long and a short lookback, with factors of at least one outside the usual month', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom(0.5, 0.9, 0.99, 0.9999),
        (days, objective) => {
          for (const { long, short, factor } of burnPairs(rolling(days), objective)) {
            expect(short).toBeGreaterThanOrEqual(MINUTE);
            expect(long).toBeGreaterThan(short);
            expect(factor * (1 - objective)).toBeLessThan(1);
            if (days < 28 || days > 31) expect(factor).toBeGreaterThanOrEqual(1);
          }
        },
      ),
    );
  });
});
