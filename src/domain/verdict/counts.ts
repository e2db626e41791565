import betainc from '@stdlib/math-base-special-betainc';
import quantile from '@stdlib/stats-base-dists-normal-quantile';
import { allOf, blocksOf, meanScatter } from './blocks.ts';

/** Bad events of a total. */
export type Count = { readonly bad: number; readonly total: number };

/**
 * The p-value that `after` has so many bad events or more, were its rate that of `before`: given all bad events, those after are binomial with the share of the traffic
 * after (Przyborowski and Wilenski 1940). `dispersion` is how much more counts scatter than Poisson’s would (variance over mean, at least 1): counts are divided by it, which the
 * incomplete beta function takes (quasi-likelihood, McCullagh and Nelder 1989, §4.5).
 */
export function conditionalTest(before: Count, after: Count, dispersion = 1): number {
  return tail(after.bad / dispersion, before.bad / dispersion, after.total / (before.total + after.total));
}

/** The same towards fewer bad events. */
export function conditionalTestFewer(before: Count, after: Count, dispersion = 1): number {
  return tail(before.bad / dispersion, after.bad / dispersion, before.total / (before.total + after.total));
}

/** P(X ≥ x) of x + y events of which each is the first kind’s by chance `share`. */
function tail(x: number, y: number, share: number): number {
  if (x <= 0) return 1;
  if (!(share > 0)) return Number.NaN;
  return share >= 1 ? 1 : betainc(share, x, y + 1);
}

/**
 * How many times the rate after may be that before, with `confidence` on each side: from the log of the ratio with half an event added to both, whose variance is
 * φ·(1/a + 1/b) (Walter 1975, scaled by the dispersion φ).
 */
export function ratioBounds(
  before: Count,
  after: Count,
  dispersion: number,
  confidence: number,
): { readonly low: number; readonly high: number } {
  const half = 0.5 * dispersion;
  const [b, a] = [before.bad + half, after.bad + half];
  const log = Math.log(a / after.total) - Math.log(b / before.total);
  const width = quantile(confidence, 0, 1) * Math.sqrt(dispersion * (1 / a + 1 / b));
  return { low: Math.exp(log - width), high: Math.exp(log + width) };
}

/**
 * How much more counts scatter between blocks of `size` steps than Poisson’s would: Pearson’s χ² over its degrees of freedom, at least 1, drawn towards 1 where blocks are few.
 * What slowly drifts scatters too, and shall.
 */
export function dispersionOf(
  bad: Float64Array,
  total: Float64Array,
  from: number,
  to: number,
  size: number,
): number {
  const blocks = blocksOf(bad, total, { from, to, size });
  const all = allOf(blocks);
  if (all.bad === 0 || blocks.length < 2) return 1;
  const rate = all.bad / all.total;
  const scatter = blocks.map(
    ({ bad: b, total: n }) => (b - rate * n) ** 2 / Math.max(1e-12, rate * n * (1 - rate)),
  );
  return meanScatter(scatter, 1);
}
