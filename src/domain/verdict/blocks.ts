import type { Count } from './counts.ts';

/** Counts of `size` steps, beginning at step `at`. */
export type Block = Count & { readonly at: number };

/** Of what scatters, this share that scatters most is left out: it is the past’s own incidents. */
const LEFT_OUT = 0.02;

/** A prior’s weight, as blocks that scatter as Poisson’s: few say little. */
const PRIOR = 10;

/** The counts between two steps as whole blocks from the first on, without those that counted nothing. What is not finite, or excluded, counts as nothing. */
export function blocksOf(
  bad: Float64Array,
  total: Float64Array,
  { from, to, size, excluded }: { from: number; to: number; size: number; excluded?: Uint8Array | undefined },
): readonly Block[] {
  const blocks: Block[] = [];
  for (let at = from; at + size <= to; at += size) {
    let [b, n] = [0, 0];
    for (let i = at; i < at + size; i += 1) {
      if (excluded?.[i]) continue;
      b += finite(bad[i]);
      n += finite(total[i]);
    }
    if (n > 0) blocks.push({ at, bad: b, total: n });
  }
  return blocks;
}

/** All blocks as one count. */
export function allOf(blocks: readonly Count[]): Count {
  return blocks.reduce((sum, one) => ({ bad: sum.bad + one.bad, total: sum.total + one.total }), {
    bad: 0,
    total: 0,
  });
}

/** The mean of squared deviations over what chance gives, at least 1: `lost` degrees of freedom are gone, the largest are left out, and few are drawn towards 1. */
export function meanScatter(scatter: readonly number[], lost: number): number {
  const sorted = scatter.toSorted((x, y) => x - y);
  const kept = sorted.slice(0, sorted.length - Math.floor(sorted.length * LEFT_OUT));
  const sum = kept.reduce((all, value) => all + value, 0);
  return Math.max(1, (sum + PRIOR) / (kept.length - lost + PRIOR));
}

/** A count that is known; 0 for what nobody knows. */
export function finite(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
