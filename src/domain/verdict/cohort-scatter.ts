import { type Cell, likeliestOf, varianceAt } from './cohort-cell.ts';

/**
 * Lengths of the blocks that are held against each other: steps, and stretches of five for what hangs together from one to the next. Until enough of them are over, single steps are taken to scatter `as` much as `worth`
 * blocks that do so would say: nobody knows it yet.
 */
const BLOCKS = [
  { size: 1, worth: 5, as: 2 },
  { size: 5, worth: 10, as: 1 },
] as const;

/** A block of fewer expected events (their variance) says nothing by itself: it lasts until it has so many. */
const FEWEST = 1;

/**
 * How much more the flag's share of bad events scatters from block to block than chance gives (Pearson's χ² over its degrees of freedom, at least 1), about the one odds ratio that fits them all. `logs` are
 * the log odds ratios that are tried; from the nearest the fit goes on by one step of scoring.
 */
export function createScatter(logs: Float64Array): {
  add(cell: Cell): void;
  settle(): void;
  now(): number;
} {
  const size = logs.length;
  const excesses = new Float64Array(size);
  const variances = new Float64Array(size);
  const odds = logs.map((log) => Math.exp(log));
  const middle = logs.indexOf(0);
  const blocks = BLOCKS.map((rule) => ({
    ...rule,
    steps: 0,
    count: 0,
    open: { excess: new Float64Array(size), variance: new Float64Array(size) },
    sums: { chi: new Float64Array(size), excess: new Float64Array(size), variance: new Float64Array(size) },
  }));
  return {
    add(cell) {
      for (let j = 0; j < size; j += 1) {
        const expected = likeliestOf(cell, odds[j] ?? 1);
        excesses[j] = (excesses[j] ?? 0) + cell.seen - expected;
        variances[j] = (variances[j] ?? 0) + varianceAt(cell, expected);
      }
    },
    settle() {
      for (const block of blocks) {
        const { open, sums } = block;
        for (let j = 0; j < size; j += 1) {
          open.excess[j] = (open.excess[j] ?? 0) + (excesses[j] ?? 0);
          open.variance[j] = (open.variance[j] ?? 0) + (variances[j] ?? 0);
        }
        block.steps += 1;
        if (block.steps < block.size || (open.variance[middle] ?? 0) < FEWEST) continue;
        for (let j = 0; j < size; j += 1) {
          const [u, v] = [open.excess[j] ?? 0, open.variance[j] ?? 0];
          sums.chi[j] = (sums.chi[j] ?? 0) + (v > 0 ? u ** 2 / v : 0);
          sums.excess[j] = (sums.excess[j] ?? 0) + u;
          sums.variance[j] = (sums.variance[j] ?? 0) + v;
        }
        open.excess.fill(0);
        open.variance.fill(0);
        block.steps = 0;
        block.count += 1;
      }
      excesses.fill(0);
      variances.fill(0);
    },
    now() {
      let largest = 1;
      for (const { sums, count, worth, as } of blocks) {
        let [nearest, least] = [0, Number.POSITIVE_INFINITY];
        for (let j = 0; j < size; j += 1) {
          const v = sums.variance[j] ?? 0;
          const off = v > 0 ? (sums.excess[j] ?? 0) ** 2 / v : 0;
          if (off < least) [nearest, least] = [j, off];
        }
        const chi = Math.max(0, (sums.chi[nearest] ?? 0) - (Number.isFinite(least) ? least : 0));
        largest = Math.max(largest, (chi + worth * as) / (Math.max(0, count - 1) + worth));
      }
      return largest;
    },
  };
}
