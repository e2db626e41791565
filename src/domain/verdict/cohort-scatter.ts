import { type Cell, likeliestOf, varianceAt } from './cohort-cell.ts';

/**
 * Lengths of the blocks that are held against each other: steps, and stretches of five for what hangs together from one to the next. Until enough of them are over, single steps are taken to scatter `as` much as `worth`
 * pairs that do so would say: nobody knows it yet.
 */
const BLOCKS = [
  { size: 1, worth: 5, as: 2 },
  { size: 5, worth: 6, as: 1 },
] as const;

/** A block of fewer expected events (their variance) says nothing by itself: it lasts until it has so many. */
const FEWEST = 1;

/** A change of what the flag does lies in one block, and so between two pairs at most. */
const OF_A_CHANGE = 2;

type Block = { readonly excess: Float64Array; readonly variance: Float64Array };

/**
 * How much more the flag's share of bad events scatters from block to block than chance gives, at least 1. Each block is held only against the one before it, about the odds ratio that fits both (χ² of one degree of
 * freedom), and the two pairs that differ most are taken for the next one's: so what was well for hours and then is not is a change of two pairs, and no scatter. `logs` are the log odds ratios that are tried; from the
 * nearest the fit goes on by one step of scoring.
 */
export function createScatter(logs: Float64Array): {
  add(cell: Cell): void;
  settle(): void;
  now(): number;
} {
  const size = logs.length;
  const odds = logs.map((log) => Math.exp(log));
  const middle = logs.indexOf(0);
  const empty = (): Block => ({ excess: new Float64Array(size), variance: new Float64Array(size) });
  const step = empty();
  const blocks = BLOCKS.map((rule) => ({
    ...rule,
    steps: 0,
    open: empty(),
    last: undefined as Block | undefined,
    /** Ascending. */
    pairs: [] as number[],
  }));
  return {
    add(cell) {
      for (let j = 0; j < size; j += 1) {
        const expected = likeliestOf(cell, odds[j] ?? 1);
        step.excess[j] = (step.excess[j] ?? 0) + cell.seen - expected;
        step.variance[j] = (step.variance[j] ?? 0) + varianceAt(cell, expected);
      }
    },
    settle() {
      for (const block of blocks) {
        const { open, last, pairs } = block;
        for (let j = 0; j < size; j += 1) {
          open.excess[j] = (open.excess[j] ?? 0) + (step.excess[j] ?? 0);
          open.variance[j] = (open.variance[j] ?? 0) + (step.variance[j] ?? 0);
        }
        block.steps += 1;
        if (block.steps < block.size || (open.variance[middle] ?? 0) < FEWEST) continue;
        if (last !== undefined) insert(pairs, differenceOf(last, open));
        block.last = open;
        block.open = empty();
        block.steps = 0;
      }
      step.excess.fill(0);
      step.variance.fill(0);
    },
    now: () =>
      Math.max(
        1,
        ...blocks.map(
          ({ pairs, worth, as }) => (sumWithoutChange(pairs) + worth * as) / (pairs.length + worth),
        ),
      ),
  };
}

/** χ² of two blocks' odds ratios being one. */
function differenceOf(a: Block, b: Block): number {
  let [nearest, least] = [0, Number.POSITIVE_INFINITY];
  for (let j = 0; j < a.excess.length; j += 1) {
    const variance = (a.variance[j] ?? 0) + (b.variance[j] ?? 0);
    const off =
      variance > 0 ? ((a.excess[j] ?? 0) + (b.excess[j] ?? 0)) ** 2 / variance : Number.POSITIVE_INFINITY;
    if (off < least) {
      least = off;
      nearest = j;
    }
  }
  const [v, w] = [a.variance[nearest] ?? 0, b.variance[nearest] ?? 0];
  if (!(v > 0 && w > 0)) return 1;
  const shift = ((a.excess[nearest] ?? 0) + (b.excess[nearest] ?? 0)) / (v + w);
  return ((a.excess[nearest] ?? 0) - shift * v) ** 2 / ((v * w) / (v + w));
}

/** The sum of pairs’ differences (ascending), the largest two taken for the third; of few, what that takes away on average is put back. */
export function sumWithoutChange(pairs: readonly number[]): number {
  const kept = pairs.length - OF_A_CHANGE;
  if (kept < 1) return pairs.length;
  const third = pairs[kept - 1] ?? 1;
  const sum = pairs.slice(0, kept).reduce((all, one) => all + one, 0) + OF_A_CHANGE * third;
  return sum * (1 + 4 / (pairs.length + 2));
}

function insert(into: number[], value: number): void {
  const place = into.findIndex((one) => one > value);
  into.splice(place < 0 ? into.length : place, 0, value);
}
