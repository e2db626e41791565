import { FEWEST_MOMENTS, pastOf } from './placebo.ts';
import { TRIED_SHIFTS, type Windows } from './windows.ts';

/** The statistic that a signal is judged by, the bound that it has to pass, and by how much the largest tenth of its past lies above the least of them on average. */
export type Tuned = { readonly statistic: number } & Bound;

export type Bound = { readonly bound: number; readonly excess: number };

/** With fewer, the tail is less sure than it looks, and less may be spent. */
const ENOUGH_MOMENTS = 600;

/** The share of the past whose mean excess tells how far the tail goes on. */
const TAIL = 0.1;

/**
 * Chooses the statistic that would have found shifts in this signal’s own past best, each at the bound that `alpha` of its ordinary moments pass. `moments` are
 * indices into the windows. The choice looks at the past only, so that the rank of the present stays what it is. `undefined` with too little past.
 */
export function tune(windows: Windows, moments: Int32Array, alpha: number): Tuned | undefined {
  let best: Tuned | undefined;
  let most = -1;
  windows.plain.forEach((plain, statistic) => {
    const past = pastOf(plain, moments);
    if (past.length < Math.max(FEWEST_MOMENTS, moments.length / 2)) return;
    const bound = boundOf(past, alpha);
    let found = 0;
    for (let s = 0; s < TRIED_SHIFTS.length; s += 1) {
      const shifted = windows.shifted[s]?.[statistic];
      if (shifted === undefined) continue;
      for (const moment of moments) if ((shifted[moment] ?? Number.NaN) > bound.bound) found += 1;
    }
    const share = found / past.length;
    if (share > most) {
      most = share;
      best = { statistic, ...bound };
    }
  });
  return best;
}

/**
 * The bound that a share `alpha` of past values lies above. Where there are too few to tell, it lies beyond the largest, by an exponential tail with the mean excess of
 * the upper tenth (peaks over threshold, Pickands 1975, with shape 0).
 */
function boundOf(past: Float64Array, alpha: number): Bound {
  const expected = alpha * Math.min(1, past.length / ENOUGH_MOMENTS) * (past.length + 1);
  const tail = largest(past, Math.max(2, Math.ceil(TAIL * past.length)));
  const highest = tail[0] ?? Number.POSITIVE_INFINITY;
  const threshold = tail.at(-1) ?? highest;
  const sum = tail.reduce((all, value) => all + value - threshold, 0);
  // Of a past that never differs, anything else is far beyond.
  const excess = Math.max(sum / (tail.length - 1), Number.MIN_VALUE);
  if (expected >= 1) return { bound: tail[Math.floor(expected) - 1] ?? Number.POSITIVE_INFINITY, excess };
  return { bound: highest + excess * Math.log(1 / expected), excess };
}

/** The largest values, largest first. */
function largest(values: Float64Array, count: number): readonly number[] {
  const top: number[] = [];
  for (const value of values) {
    if (top.length === count && value <= (top[count - 1] ?? value)) continue;
    let at = top.length;
    while (at > 0 && (top[at - 1] ?? value) < value) at -= 1;
    top.splice(at, 0, value);
    if (top.length > count) top.pop();
  }
  return top;
}
