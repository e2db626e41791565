import normal from '@stdlib/stats-base-dists-normal-cdf';
import type { Count } from './counts.ts';

/** Bad events of those with a variant and those without it, at the same time; of one stratum (a route, say) where traffic is mixed. */
export type Cohorts = { readonly on: Count; readonly off: Count };

export type Interval = { readonly low: number; readonly high: number };

const Z95 = 1.959963984540054;

/** A table that is so much less likely than the likeliest (a log) adds nothing to any sum. */
const NEGLIGIBLE = -750;

/**
 * Fisher’s exact test, two-sided: all tables with these margins that are no likelier (Fisher 1935; as SciPy, with a tolerance for ties). Summed outwards from the likeliest, so that it costs by how far counts scatter and
 * not by how large they are.
 */
export function fisherExact({ on, off }: Cohorts): number {
  const [bad, size] = [on.bad + off.bad, on.total + off.total];
  const [low, high] = [Math.max(0, bad - off.total), Math.min(bad, on.total)];
  const mode = Math.min(high, Math.max(low, Math.floor(((on.total + 1) * (bad + 1)) / (size + 2))));
  /** The log of how much likelier k is than k − 1. */
  const step = (k: number) =>
    Math.log(((bad - k + 1) * (on.total - k + 1)) / (k * (size - on.total - bad + k)));
  const logs: number[] = [0];
  let seen = on.bad === mode ? 0 : Number.NEGATIVE_INFINITY;
  const walk = (from: number, by: 1 | -1) => {
    let log = 0;
    for (let k = from; k >= low && k <= high; k += by) {
      log += by === 1 ? step(k) : -step(k + 1);
      if (!(log > NEGLIGIBLE)) return;
      logs.push(log);
      if (k === on.bad) seen = log;
    }
  };
  walk(mode + 1, 1);
  walk(mode - 1, -1);
  const [weight, all] = [(log: number) => Math.exp(log), logs.reduce((sum, log) => sum + Math.exp(log), 0)];
  const limit = weight(seen) * (1 + 1e-7);
  return Math.min(1, logs.reduce((sum, log) => sum + (weight(log) <= limit ? weight(log) : 0), 0) / all);
}

/** The score interval of a rate at 95 % (Wilson 1927). */
export function wilson({ bad, total }: Count): Interval {
  const rate = bad / total;
  const square = Z95 ** 2;
  const middle = (rate + square / (2 * total)) / (1 + square / total);
  const half =
    (Z95 / (1 + square / total)) * Math.sqrt((rate * (1 - rate)) / total + square / (4 * total ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** The difference of two rates, on less off, with its 95 % interval (Newcombe 1998, method 10). */
export function newcombe({ on, off }: Cohorts): Interval & { readonly difference: number } {
  const [p, q] = [on.bad / on.total, off.bad / off.total];
  const [a, b] = [wilson(on), wilson(off)];
  return {
    difference: p - q,
    low: p - q - Math.sqrt((p - a.low) ** 2 + (b.high - q) ** 2),
    high: p - q + Math.sqrt((a.high - p) ** 2 + (q - b.low) ** 2),
  };
}

/** χ² of one degree of freedom as a p-value. */
function chiSquareP(chi2: number): number {
  return 2 * normal(-Math.sqrt(chi2), 0, 1);
}

/**
 * The common effect over strata: the risk difference weighted as by Mantel and Haenszel (1959), and the p-value of their χ² without correction for continuity. A mix of traffic
 * that differs between the cohorts cannot turn it (Simpson 1951).
 */
export function mantelHaenszel(strata: readonly Cohorts[]): {
  readonly difference: number;
  readonly p: number;
} {
  let [excess, variance, weighted, weights] = [0, 0, 0, 0];
  for (const { on, off } of strata) {
    const size = on.total + off.total;
    if (on.total === 0 || off.total === 0) continue;
    const bad = on.bad + off.bad;
    excess += on.bad - (on.total * bad) / size;
    if (size > 1) variance += (on.total * off.total * bad * (size - bad)) / (size * size * (size - 1));
    const weight = (on.total * off.total) / size;
    weighted += weight * (on.bad / on.total - off.bad / off.total);
    weights += weight;
  }
  const p = variance > 0 ? chiSquareP(excess ** 2 / variance) : 1;
  return { difference: weights > 0 ? weighted / weights : 0, p };
}

/**
 * The interval of that common difference at 95 %, from those of each stratum (Newcombe's, recovered as by Zou and Donner 2008): of one stratum it is Newcombe's. `undefined` where no stratum has both cohorts.
 */
export function commonInterval(strata: readonly Cohorts[]): Interval | undefined {
  const both = strata.filter(({ on, off }) => on.total > 0 && off.total > 0);
  const weights = both.map(({ on, off }) => (on.total * off.total) / (on.total + off.total));
  const all = weights.reduce((a, b) => a + b, 0);
  if (!(all > 0)) return undefined;
  let [difference, below, above] = [0, 0, 0];
  for (const [i, one] of both.entries()) {
    const part = (weights[i] ?? 0) / all;
    const { difference: own, low, high } = newcombe(one);
    difference += part * own;
    below += (part * (own - low)) ** 2;
    above += (part * (high - own)) ** 2;
  }
  return { low: difference - Math.sqrt(below), high: difference + Math.sqrt(above) };
}

/** The p-value of χ² that `on` of all requests have the flag, were the share `expected` (0…1). */
export function shareTest(on: number, all: number, expected: number): number {
  return chiSquareP((on - expected * all) ** 2 / (all * expected * (1 - expected)));
}
