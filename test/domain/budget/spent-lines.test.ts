import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Spender } from '#domain/budget/spenders.ts';
import { divided, spentLines } from '#domain/budget/spent-lines.ts';
import { minutesOf } from '#domain/budget/usage.ts';
import { MINUTE } from '#domain/time.ts';

const spenders = (...shares: readonly number[]): readonly Spender[] =>
  shares.map((share, i) => ({
    ...(i === shares.length - 1
      ? { kind: 'background' as const, name: 'background' }
      : { kind: 'deploy' as const, name: `v${i}`, at: i }),
    ...{ share, used: share },
  }));
/** What is written before the unit; what is under the smallest figure counts as nothing. */
const figure = (text: string) => (text.startsWith('under') ? 0 : Number(text.split(' ')[0]));

describe('what spent a budget, as printed', () => {
  it('adds up to the 23 minutes of the sentence, and to 100 %, when three spent the same', () => {
    const usage = { used: 23 * MINUTE, allowed: 43.2 * MINUTE };
    const lines = spentLines(spenders(1 / 3, 1 / 3, 1 / 3), usage);
    expect(lines.map(({ used, percent }) => `${used} (${percent})`)).toEqual([
      '8 min (34 %)',
      '8 min (33 %)',
      '7 min (33 %)',
    ]);
  });

  it('has minutes and a share for those without a line of their own too, the background last', () => {
    const shares = [0.3, 0.2, 0.1, 0.1, 0.05, 0.05, 0.04, 0.03, 0.03, 0.1];
    const lines = spentLines(spenders(...shares), { used: 50 * MINUTE, allowed: 43.2 * MINUTE }, 5);
    expect(lines.map(({ name, used, percent }) => `${name}: ${used} (${percent})`)).toEqual([
      'v0: 15 min (30 %)',
      'v1: 10 min (20 %)',
      'v2: 5 min (10 %)',
      '6 more: 15 min (30 %)',
      'background: 5 min (10 %)',
    ]);
  });

  it('says under one minute of what is too small for a figure, never nothing', () => {
    const lines = spentLines(spenders(0.992, 0.008), { used: 23 * MINUTE, allowed: 43.2 * MINUTE });
    expect(lines.map(({ used, percent }) => `${used} (${percent})`)).toEqual([
      '23 min (99 %)',
      'under 1 min (1 %)',
    ]);
    const [, last] = spentLines(spenders(0.999, 0.001), { used: 23 * MINUTE, allowed: 43.2 * MINUTE });
    expect(last).toMatchObject({ used: 'under 1 min', percent: 'under 1 %' });
  });

  it('is written with the decimals of the sentence, and in seconds where that is', () => {
    const used = (allowed: number) =>
      spentLines(spenders(0.5, 0.5), { used: allowed / 2, allowed }).map((line) => line.used);
    expect(used(4.3 * MINUTE)).toEqual(['1.1 min', '1.1 min']);
    expect(used(0.432 * MINUTE)).toEqual(['7 s', '6 s']);
  });

  it('adds up whatever was spent by however many', () => {
    const amounts = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
    const time = fc.double({ min: 1, max: 1e10, noNaN: true });
    fc.assert(
      fc.property(amounts, time, time, fc.integer({ min: 3, max: 9 }), (told, used, allowed, most) => {
        const all = told.reduce((sum, one) => sum + one, 0);
        const shares = told.map((one) => one / all).toSorted((a, b) => b - a);
        const lines = spentLines(spenders(...shares), { used, allowed }, most);
        expect(lines.length).toBeLessThanOrEqual(most);
        const sum = (of: 'used' | 'percent') => lines.reduce((total, line) => total + figure(line[of]), 0);
        expect(sum('used')).toBeCloseTo(Number(minutesOf({ used, allowed }).used), 3);
        expect(sum('percent')).toBe(100);
        for (const line of lines) expect(line.used).not.toMatch(/^0(\.0+)? /);
      }),
    );
  });

  it('never gives less to whom had more', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.nat(5000), shares, (whole, all) => {
        const sorted = all.toSorted((a, b) => b - a);
        const counts = divided(whole, sorted);
        expect(counts).toEqual(counts.toSorted((a, b) => b - a));
        if (sorted.some((share) => share > 0))
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(whole);
      }),
    );
  });
});
