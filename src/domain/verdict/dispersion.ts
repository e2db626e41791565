import { blocksOf, meanScatter } from './blocks.ts';

/**
 * Blocks that are held against each other lie so many apart: neighbours hang together and would scatter too little, and what lies hours apart differs by the time of day and not by scatter.
 */
const APART = 4;

/**
 * How much more counts scatter between blocks of `size` steps than Poisson’s would: the squared difference of the rates of two blocks an hour or so apart over what it would be by chance, on average (von Neumann
 * 1941, of Pearson’s χ² with one degree of freedom), at least 1, drawn towards 1 where pairs are few. A rate that follows the time of day, or changed for good, does not count as scatter.
 */
export function scatterApart(
  bad: Float64Array,
  total: Float64Array,
  from: number,
  to: number,
  size: number,
): number {
  const blocks = blocksOf(bad, total, { from, to, size });
  const apart = Math.min(APART, Math.max(1, Math.floor(blocks.length / 2)));
  const scatter: number[] = [];
  for (let i = 0; i + apart < blocks.length; i += 1) {
    const [one, other] = [blocks[i], blocks[i + apart]];
    if (one === undefined || other === undefined) continue;
    const rate = (one.bad + other.bad) / (one.total + other.total);
    const chance = rate * (1 - rate) * (1 / one.total + 1 / other.total);
    if (chance > 0) scatter.push((one.bad / one.total - other.bad / other.total) ** 2 / chance);
  }
  return meanScatter(scatter, 0);
}
