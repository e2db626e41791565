import { blocksOf } from './blocks.ts';
import { shareTest } from './cohort.ts';
import { type Cells, pooled, sumsOf } from './cohort-cells.ts';
import { sumWithoutChange } from './cohort-scatter.ts';
import type { SampleRatio } from './cohort-verdict.ts';

/** As unlikely as this at any of all looks, the share is not what was meant. */
const MISMATCH_ALPHA = 0.001;

/**
 * By how much the odds of having the flag have to be off: a tenth of what it should be for a small share, 52.4 % instead of half. Users send more requests and fewer, and the same ones have the flag all the time: a smaller
 * difference need not be one of users.
 */
const MISMATCH_FLOOR = 1.1;

/** The same of counts that were made once: whoever gives them knows what they count, and that it is not chance is all that there is to say. */
const MISMATCH_FLOOR_ONCE = 1.005;

/**
 * How wide deviations are bet to be: the variance (of independent requests, the smaller cohort's share being near 0) at which the bet is at its best over how far it has to go by then. A deviation by the floor is found first at
 * some 1,700 requests of the smaller cohort, seventeen times this.
 */
const WIDTH = 100;

/** Blocks of the shares that are held against each other, in steps. */
const BLOCKS = [1, 5] as const;

/** The share of requests with the flag beside what was meant (0…1). `undefined` without requests, or where everybody or nobody was meant. */
export function sampleRatioOf(cells: Cells, expected: number | undefined): SampleRatio | undefined {
  if (expected === undefined || !(expected > 0 && expected < 1)) return undefined;
  const { on, off } = pooled(sumsOf(cells));
  const n = on.total + off.total;
  if (!(n > 0)) return undefined;
  const observed = on.total / n;
  const dispersion = dispersionOf(cells, observed);
  const p = Math.min(1, Math.exp(-mixtureOf(on.total - n * expected, n, expected, dispersion)));
  return {
    expected,
    observed,
    n,
    dispersion,
    p,
    isMismatch: p < MISMATCH_ALPHA && isFarOff(observed, expected, MISMATCH_FLOOR),
  };
}

/** The same of requests that were counted once, with nothing known of how they came. */
export function sampleRatioOnce(on: number, n: number, expected: number): SampleRatio {
  const [observed, p] = [on / n, shareTest(on, n, expected)];
  return {
    expected,
    observed,
    n,
    dispersion: 1,
    p,
    isMismatch: p < MISMATCH_ALPHA && isFarOff(observed, expected, MISMATCH_FLOOR_ONCE),
  };
}

function isFarOff(observed: number, expected: number, floor: number): boolean {
  const odds = (share: number) => share / (1 - share);
  return Math.abs(Math.log(odds(observed) / odds(expected))) >= Math.log(floor) - 1e-12;
}

/**
 * The log of a bet against the share, with the deviation of normal distribution mixed over how large it may be (Robbins 1970): it passes 1 / α in no more than α of the cases at any look, however often one looks.
 */
function mixtureOf(excess: number, n: number, expected: number, dispersion: number): number {
  const variance = n * expected * (1 - expected) * dispersion;
  const width = WIDTH * Math.max(expected, 1 - expected) ** 2 * dispersion;
  return excess ** 2 / (2 * (variance + width)) + Math.log(width / (variance + width)) / 2;
}

/** How much more the share scatters from block to block than independent requests would. */
function dispersionOf({ times, strata, onTotal, offTotal }: Cells, share: number): number {
  const [on, all] = [new Float64Array(times.length), new Float64Array(times.length)];
  for (let i = 0; i < times.length; i += 1)
    for (let s = 0; s < strata; s += 1) {
      on[i] = (on[i] ?? 0) + (onTotal[i * strata + s] ?? 0);
      all[i] = (all[i] ?? 0) + (onTotal[i * strata + s] ?? 0) + (offTotal[i * strata + s] ?? 0);
    }
  if (!(share > 0 && share < 1)) return 1;
  return Math.max(
    1,
    ...BLOCKS.map((size) => {
      const blocks = blocksOf(on, all, { from: 0, to: times.length, size });
      // Each is held against the one before it: a share that changed once does not scatter.
      const pairs = blocks.slice(1).flatMap(({ bad, total }, b) => {
        const before = blocks[b];
        if (before === undefined) return [];
        const both = (bad + before.bad) / (total + before.total);
        const variance = both * (1 - both) * (1 / total + 1 / before.total);
        return variance > 0 ? [(bad / total - before.bad / before.total) ** 2 / variance] : [];
      });
      return sumWithoutChange(pairs.toSorted((a, b) => a - b)) / Math.max(1, pairs.length);
    }),
  );
}
