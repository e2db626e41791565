import type { Cells } from './cohort-cells.ts';

/** So many more of all requests with the flag are bad than without it: whoever looks sees it. It takes more where many are bad anyway, as half of all are slower than the median. */
const [GROSS, GROSS_OF_MANY] = [0.1, 0.2];
const MANY = 0.1;

/** In each of so many steps at least, and in so large a part of the last known ones: an outage that comes and goes counts, and bursts hardly ever lie so close. */
const [FEWEST_STEPS, MOST_STEPS] = [3, 12];
const PART = 0.6;

/** So many bad events with the flag: fewer may be one user’s. */
const FEWEST_EVENTS = 50;

/** By so many standard errors, as if all steps had been looked at for themselves. */
const SURE = 5;

/** Steps in which far more of those with the flag were bad, from one up to another (not included), and how unlikely that is. */
export type Gross = { readonly begin: number; readonly end: number; readonly p: number };

/**
 * The first stretch in which harm is so gross that it needs no bet: the bets wait for a few steps, so that a burst wins nothing, and an outage has no time for that. What is expected of those with the flag is what each
 * stratum has without it, and, where nobody is without it there, what all have.
 */
export function grossHarm(cells: Cells): Gross | undefined {
  const known = cells.times.flatMap((_, i) => (cells.known[i] === 1 ? [i] : []));
  const all = countsOf(cells, known);
  const ordinary = all.offTotal > 0 ? all.offBad / all.offTotal : 0;
  for (let n = FEWEST_STEPS; n <= known.length; n += 1) {
    // It is found when it is there: most steps end no such stretch, and cost nothing.
    const { onBad, onTotal } = countsOf(cells, known.slice(n - 1, n));
    if (cells.strata === 1 && !(onTotal > 0 && onBad / onTotal - ordinary >= GROSS)) continue;
    for (let length = FEWEST_STEPS; length <= Math.min(MOST_STEPS, n); length += 1) {
      const window = known.slice(n - length, n);
      const p = grossIn(cells, window);
      if (p !== undefined) return { begin: window[0] ?? 0, end: (window.at(-1) ?? 0) + 1, p };
    }
  }
  return undefined;
}

function grossIn(cells: Cells, window: readonly number[]): number | undefined {
  const all = countsOf(cells, window);
  if (all.onBad < FEWEST_EVENTS || all.offTotal === 0) return undefined;
  const rate = all.onBad / all.onTotal;
  const { rate: expected, spread } = expectedOf(cells, window, all);
  const gross = expected < MANY ? GROSS : GROSS_OF_MANY;
  if (rate - expected < gross) return undefined;
  const bad = window
    .map((i) => countsOf(cells, [i]))
    .filter(({ onBad, onTotal }) => onTotal > 0 && onBad / onTotal - expected >= gross);
  if (bad.length < Math.max(FEWEST_STEPS, PART * window.length)) return undefined;
  const together = (all.onBad + expected * all.offTotal) / (all.onTotal + all.offTotal);
  const z = (rate - expected) / Math.sqrt(together * (1 - together) * (1 / all.onTotal + spread));
  return z >= SURE ? Math.exp(-(z ** 2) / 2) : undefined;
}

function countsOf({ strata, onBad, onTotal, offBad, offTotal }: Cells, steps: readonly number[]) {
  const all = { onBad: 0, onTotal: 0, offBad: 0, offTotal: 0 };
  for (const i of steps)
    for (let at = i * strata; at < (i + 1) * strata; at += 1) {
      all.onBad += onBad[at] ?? 0;
      all.onTotal += onTotal[at] ?? 0;
      all.offBad += offBad[at] ?? 0;
      all.offTotal += offTotal[at] ?? 0;
    }
  return all;
}

/** The share of bad requests that those with the flag would have, did they do as those without it in the same strata; and by how many of these that is known, as 1 / n. */
function expectedOf(
  { strata, onTotal, offBad, offTotal }: Cells,
  steps: readonly number[],
  all: ReturnType<typeof countsOf>,
): { readonly rate: number; readonly spread: number } {
  let [rate, spread] = [0, 0];
  for (let s = 0; s < strata; s += 1) {
    const of = (column: Float64Array) => steps.reduce((sum, i) => sum + (column[i * strata + s] ?? 0), 0);
    const weight = of(onTotal) / all.onTotal;
    const [bad, total] = [of(offBad), of(offTotal)];
    rate += weight * (total > 0 ? bad / total : all.offBad / all.offTotal);
    spread += weight ** 2 / (total > 0 ? total : all.offTotal);
  }
  return { rate, spread };
}
