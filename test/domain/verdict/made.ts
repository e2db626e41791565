import type { Ratio } from '#domain/verdict/ratio-moment.ts';
import { seeded } from '../../telemetry/counters.ts';

export const STEP = 60_000;
export const NOW = Date.UTC(2026, 10, 24, 12);

/** Beginnings of steps that end at `NOW`. */
export function timesOf(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => NOW - (count - i) * STEP);
}

/** A Poisson number; by a normal one where it is large. */
export function poisson(mean: number, random: () => number): number {
  if (mean > 40) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const least = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > least) {
    count += 1;
    product *= random();
  }
  return count;
}

/** A gamma number of shape k and scale 1 (Marsaglia and Tsang 2000). */
function gamma(k: number, random: () => number): number {
  if (k < 1) return gamma(k + 1, random) * (1 - random()) ** (1 / k);
  const d = k - 1 / 3;
  for (;;) {
    const x = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Events that scatter `dispersion` times as much as Poisson’s (negative binomial). */
export function scattered(mean: number, dispersion: number, random: () => number): number {
  return dispersion <= 1
    ? poisson(mean, random)
    : poisson(gamma(mean / (dispersion - 1), random) * (dispersion - 1), random);
}

/** How a service is: requests a second on average with a daily rhythm, the share that is bad, and how much bad ones scatter. */
export type Traffic = { readonly perSecond: number; readonly bad: number; readonly dispersion: number };

/** Counts of a service over so many minutes; from `since` on (an index) `times` as many are bad. */
export function countsOf(
  { perSecond, bad, dispersion }: Traffic,
  count: number,
  seed: number,
  { since = count, times = 1 }: { readonly since?: number; readonly times?: number } = {},
): Ratio {
  const random = seeded(seed);
  const total = new Float64Array(count);
  const failed = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    total[i] = poisson(perSecond * 60 * (1 + 0.5 * Math.sin((2 * Math.PI * i) / 1440)), random);
    const mean = (total[i] ?? 0) * bad * (i >= since ? times : 1);
    failed[i] = Math.min(total[i] ?? 0, scattered(mean, dispersion, random));
  }
  return { times: timesOf(count), step: STEP, bad: failed, total };
}
