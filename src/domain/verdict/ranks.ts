import normal from '@stdlib/stats-base-dists-normal-cdf';

/** Mann and Whitney’s U of the first sample, and its p-values: that the first is shifted at all, to smaller, and to larger values. */
export type RankTest = {
  readonly u: number;
  readonly twoSided: number;
  readonly less: number;
  readonly greater: number;
};

/**
 * The rank-sum test of Mann and Whitney (1947) by its normal approximation with correction for ties and continuity. Two samples that are all the same value
 * give p = 1.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest {
  const [n, m] = [a.length, b.length];
  const all = [
    ...a.map((value) => ({ value, isA: true })),
    ...b.map((value) => ({ value, isA: false })),
  ].sort((x, y) => x.value - y.value);
  let rankSum = 0;
  let ties = 0;
  for (let i = 0; i < all.length; ) {
    let end = i;
    while (all[end]?.value === all[i]?.value && end < all.length) end += 1;
    const rank = (i + 1 + end) / 2;
    for (let j = i; j < end; j += 1) if (all[j]?.isA) rankSum += rank;
    ties += (end - i) ** 3 - (end - i);
    i = end;
  }
  const u = rankSum - (n * (n + 1)) / 2;
  const size = n + m;
  const variance = ((n * m) / 12) * (size + 1 - ties / (size * (size - 1)));
  if (!(variance > 0)) return { u, twoSided: 1, less: 1, greater: 1 };
  const deviation = Math.sqrt(variance);
  const above = (value: number) => 1 - normal((value - (n * m) / 2 - 0.5) / deviation, 0, 1);
  const [greater, less] = [above(u), above(n * m - u)];
  return { u, greater, less, twoSided: Math.min(1, 2 * Math.min(greater, less)) };
}

/**
 * The chance that, were both samples of one kind, the first had a rank sum as large as it has or larger: of all ways to deal the ranks out, ties with their middle rank. For
 * small samples, of which the normal approximation says too little.
 */
export function exactGreater(a: readonly number[], b: readonly number[]): number {
  // Twice the rank is a whole number, ties too.
  const all = [...a, ...b].sort((x, y) => x - y);
  const doubled = (value: number) => all.indexOf(value) + all.lastIndexOf(value) + 2;
  const observed = a.reduce((sum, value) => sum + doubled(value), 0);
  const most = all.length * (all.length + 1);
  // ways[k][s]: the share of subsets of k of the values seen so far with rank sum s.
  const ways = Array.from({ length: a.length + 1 }, () => new Float64Array(most + 1));
  const none = ways[0];
  if (none !== undefined) none[0] = 1;
  for (const value of all) {
    const rank = doubled(value);
    for (let k = a.length; k > 0; k -= 1) {
      const [from, into] = [ways[k - 1], ways[k]];
      if (from === undefined || into === undefined) continue;
      for (let sum = most; sum >= rank; sum -= 1) into[sum] = (into[sum] ?? 0) + (from[sum - rank] ?? 0);
    }
  }
  const last = ways[a.length] ?? new Float64Array();
  const count = (from: number) => last.subarray(from).reduce((sum, value) => sum + value, 0);
  return count(observed) / count(0);
}

/**
 * The confidence interval of how much larger the second sample is, by the ranks of the differences (Lehmann 1963), `z` standard errors to both sides. `inflation` widens it for samples that hang
 * together: how many of them are worth one.
 */
export function shiftBounds(
  a: readonly number[],
  b: readonly number[],
  z: number,
  inflation = 1,
): { readonly low: number; readonly high: number } {
  const differences = differencesOf(a, b);
  const [n, m] = [a.length, b.length];
  const half = z * Math.sqrt((inflation * n * m * (n + m + 1)) / 12);
  const at = (rank: number) =>
    differences[Math.min(differences.length - 1, Math.max(0, Math.round(rank)))] ?? Number.NaN;
  return { low: at((n * m) / 2 - half), high: at((n * m) / 2 + half) };
}

function differencesOf(a: readonly number[], b: readonly number[]): Float64Array {
  const differences = new Float64Array(a.length * b.length);
  let i = 0;
  for (const x of a) for (const y of b) differences[i++] = y - x;
  return differences.sort();
}
