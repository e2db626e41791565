import type { Cells } from './cohort-cells.ts';

/** One step of one stratum: `bad` events of `size` requests, of which `on` have the flag; `seen` are both. Counts may be fractions, as increases of counters are. */
export type Cell = { seen: number; bad: number; on: number; size: number };

/** A cell to read into. */
export function emptyCell(): Cell {
  return { seen: 0, bad: 0, on: 0, size: 0 };
}

/** Reads a cell; false where it tells nothing: no bad events, nothing else, or one cohort only. */
export function readCell(cells: Cells, at: number, into: Cell): boolean {
  const [on, off] = [cells.onTotal[at] ?? 0, cells.offTotal[at] ?? 0];
  into.seen = cells.onBad[at] ?? 0;
  into.bad = into.seen + (cells.offBad[at] ?? 0);
  into.on = on;
  into.size = on + off;
  return on > 0 && off > 0 && into.size > 1 && into.bad > 0 && into.bad < into.size;
}

/**
 * How many bad events are expected to be the flag's, given all of them, at an odds ratio: the mean of Fisher's noncentral hypergeometric distribution. From E[k(N − n − m + k)] = ψ·E[(n − k)(m − k)] with the variance taken as
 * that of the normal near it (Cornfield 1956).
 */
export function expectedOf(cell: Cell, odds: number): number {
  const { bad, on, size } = cell;
  if (odds === 1) return (bad * on) / size;
  return rootOf(cell, odds, varianceAt(cell, likeliestOf(cell, odds)));
}

/** The likeliest number, which is near that mean, and cheaper. */
export function likeliestOf(cell: Cell, odds: number): number {
  return rootOf(cell, odds, 0);
}

/** The variance of that number where so many are expected. */
export function varianceAt({ bad, on, size }: Cell, expected: number): number {
  const parts = [expected, on - expected, bad - expected, size - on - bad + expected];
  let inverse = 0;
  for (const part of parts) {
    if (!(part > 0)) return 0;
    inverse += 1 / part;
  }
  return size / (size - 1) / inverse;
}

/** The root in range of (1 − ψ)k² + (N − n − m + ψ(n + m))k − ψnm + V(1 − ψ), without cancellation. */
function rootOf({ bad, on, size }: Cell, odds: number, variance: number): number {
  const a = 1 - odds;
  const b = size - on - bad + odds * (on + bad);
  const c = -odds * on * bad + variance * a;
  const root = (-2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
  return Math.min(bad, on, Math.max(0, on + bad - size, root));
}

/** A binomial distribution that exceeds the cell's: of `trials`, so many are `expected`; what is counted is `sign · k + from`. */
type Binomial = { trials: number; expected: number; sign: 1 | -1; from: number };

/**
 * Given all bad events and all requests, those with the flag are a sum of independent events whatever the odds ratio (Kou and Ying 1996), so that no convex function of them is larger on average than of a binomial number of as many
 * trials and the same mean (Hoeffding 1956; 1963 for drawing without replacement). Trials may be the bad events, the requests with the flag, or what is not bad, or has no flag; the least variance is nearest the truth.
 */
export function binomialOf({ bad, on, size }: Cell, expected: number, into: Binomial): void {
  let least = Number.POSITIVE_INFINITY;
  const take = (trials: number, mean: number, sign: 1 | -1, from: number) => {
    const variance = mean * (1 - mean / trials);
    if (!(trials > 0) || variance >= least) return;
    least = variance;
    into.trials = trials;
    into.expected = mean;
    into.sign = sign;
    into.from = from;
  };
  take(bad, expected, 1, 0);
  take(on, expected, 1, 0);
  take(size - on, bad - expected, -1, bad);
  take(size - bad, on - expected, -1, on);
}

export function emptyBinomial(): Binomial {
  return { trials: 0, expected: 0, sign: 1, from: 0 };
}

/** What a bet of eˣᵏ, priced by the binomial, wins: its log. `factor` is eˣ − 1 where the sign is 1, e⁻ˣ − 1 where it is −1. */
export function gainOf(
  { trials, expected, from }: Binomial,
  seen: number,
  exponent: number,
  factor: number,
): number {
  if (!(trials > 0)) return 0;
  const share = Math.min(1, Math.max(0, expected / trials));
  return exponent * (seen - from) - trials * Math.log1p(share * factor);
}
