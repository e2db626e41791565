import { describe, expect, it } from 'vitest';
import { binomialOf, emptyBinomial, expectedOf, gainOf, varianceAt } from '#domain/verdict/cohort-cell.ts';

/** Log of n over k. */
function choose(n: number, k: number): number {
  let log = 0;
  for (let i = 1; i <= k; i += 1) log += Math.log((n - k + i) / i);
  return log;
}

/** Fisher's noncentral hypergeometric distribution, summed: the mean of a function of how many bad events are the flag's. */
function exactly(size: number, on: number, bad: number, odds: number, of: (k: number) => number): number {
  const [low, high] = [Math.max(0, bad - (size - on)), Math.min(bad, on)];
  const ks = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const logs = ks.map((k) => choose(on, k) + choose(size - on, bad - k) + k * Math.log(odds));
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const all = weights.reduce((a, b) => a + b, 0);
  return ks.reduce((sum, k, i) => sum + ((weights[i] ?? 0) / all) * of(k), 0);
}

const CELLS = [10, 60, 300].flatMap((size) =>
  [0.01, 0.1, 0.5, 0.9].flatMap((share) =>
    [0.005, 0.1, 0.5, 0.95].map((rate) => ({
      size,
      on: Math.min(size - 1, Math.max(1, Math.round(share * size))),
      bad: Math.min(size - 1, Math.max(1, Math.round(rate * size))),
      seen: 0,
    })),
  ),
);

/** What a bet of eˣᵏ is worth on average, were the odds ratio `truth` and the bet priced by `odds`. */
function worth(cell: (typeof CELLS)[number], exponent: number, odds: number, truth: number): number {
  const binomial = emptyBinomial();
  binomialOf(cell, expectedOf(cell, odds), binomial);
  const factor = Math.expm1(binomial.sign * exponent);
  return exactly(cell.size, cell.on, cell.bad, truth, (k) => Math.exp(gainOf(binomial, k, exponent, factor)));
}

describe('a bet on the bad events of one step', () => {
  it('wins nothing on average where the flag changes nothing, nor a bet on more where it does good, exactly', () => {
    for (const cell of CELLS)
      for (const exponent of [0.2, 0.7, 1.3, 2.5]) {
        expect(worth(cell, exponent, 1, 1)).toBeLessThanOrEqual(1 + 1e-9);
        expect(worth(cell, -exponent, 1, 1)).toBeLessThanOrEqual(1 + 1e-9);
        expect(worth(cell, exponent, 1, 0.6)).toBeLessThanOrEqual(1 + 1e-9);
      }
  });

  it('wins nothing by the harm being below a margin where it is the margin, or more', () => {
    for (const cell of CELLS)
      for (const margin of [0.3, 0.7])
        for (const part of [-2, -1, -0.4]) {
          // The mean at an odds ratio is not exact in cells of a few requests.
          const least = cell.size > 10 ? 1 + 1e-3 : 1.01;
          expect(worth(cell, part * margin, Math.exp(margin), Math.exp(margin))).toBeLessThanOrEqual(least);
          expect(worth(cell, part * margin, Math.exp(margin), Math.exp(1.5 * margin))).toBeLessThanOrEqual(
            least,
          );
        }
  });

  it('wins where the flag doubles them', () => {
    const cell = { size: 3000, on: 300, bad: 30, seen: 6 };
    const binomial = emptyBinomial();
    binomialOf(cell, expectedOf(cell, 1), binomial);
    expect(gainOf(binomial, 6, 0.7, Math.expm1(0.7))).toBeGreaterThan(1);
  });

  it('expects what the distribution has, on average and in variance', () => {
    for (const cell of CELLS.filter(({ size }) => size > 10))
      for (const odds of [0.5, 1, 3]) {
        const mean = exactly(cell.size, cell.on, cell.bad, odds, (k) => k);
        const variance = exactly(cell.size, cell.on, cell.bad, odds, (k) => (k - mean) ** 2);
        expect(expectedOf(cell, odds) / mean).toBeCloseTo(1, 2);
        if (variance > 2) expect(varianceAt(cell, mean) / variance).toBeCloseTo(1, 1);
      }
  });
});
