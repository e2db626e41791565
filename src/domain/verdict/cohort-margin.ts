import type { Cells } from './cohort-cells.ts';
import { sumsOf } from './cohort-cells.ts';
import { evidenceBelow } from './cohort-evidence.ts';
import { type MixedShare, mixed, shareInterval } from './cohort-mix.ts';
import type { Count } from './counts.ts';
import type { RatioFloor } from './ratio-moment.ts';

/** Harm as large as the floor is called harmless in at most so many cases: *go* may err more often than *stop*, since looking goes on. */
export const GO_ALPHA = 0.05;

/** A part of that pays for the rate without the flag, which is taken to lie above this many standard errors below what was seen. */
const [SURE, FOR_RATE] = [3, 0.0014];

/** What the evidence has to reach, as a log: both ways of telling are averaged. */
export const HARMLESS = Math.log(1 / (GO_ALPHA - FOR_RATE));

/** Rates that are bet on, in parts of the margin's. */
const LOWER = [0.05, 0.3, 0.6, 0.8] as const;

/** The rate (0…1) from which on a floor is reached. Where most are bad it is asked of those that are not: half as many again may be more than all. */
export function limitOf(rate: number, { relative, absolute, enough = 1 }: RatioFloor): number {
  return rate + Math.min(enough, Math.max(relative * Math.min(rate, 1 - rate), absolute));
}

/** Whether a rate is by a floor higher than another. */
export function isHigherBy(floor: RatioFloor, low: number, high: number): boolean {
  return high > low && high >= limitOf(low, floor);
}

/** The margin as the log of an odds ratio, and as the lowest rate with the flag that would be harm. */
export type Margin = { readonly log: number; readonly rate: number };

/**
 * From where on it is harm. As a ratio it is the smaller the higher the rate without the flag, which is taken at the upper end of its interval; as a rate the smaller the lower it is, which is taken low.
 */
export function marginOf(off: MixedShare, floor: RatioFloor, scatter: number): Margin {
  const high = Math.min(1 - 1e-9, Math.max(1e-12, shareInterval(off, scatter).high));
  const limit = Math.min(limitOf(high, floor), (1 + high) / 2);
  const low = Math.max(
    0,
    off.rate - SURE * Math.sqrt((scatter * Math.max(off.rate, 1 / off.n) * (1 - off.rate)) / off.n),
  );
  return {
    log: Math.log(limit / (1 - limit)) - Math.log(high / (1 - high)),
    rate: Math.min(1, limitOf(low, floor)),
  };
}

/** Evidence after each step that what the flag does stays below a margin; its parts at the end, for whoever asks how fast they grow. */
export type Harmless = {
  readonly evidence: Float64Array;
  readonly conditional: number;
  readonly unconditional: number;
  readonly margin: Margin;
};

/**
 * The average of two bets, which is one (their expectations are at most 1 under harm as large as the margin). One is conditional on all bad events, so that what hits both cohorts cancels; it knows nothing where hardly
 * anything is bad. The other takes the rate without the flag as known, and counts those with the flag (Poisson): many requests without a failure show that there is no harm. `undefined` without requests in both cohorts.
 */
export function harmlessOf(cells: Cells, floor: RatioFloor, scatter: Float64Array): Harmless | undefined {
  const rates = mixed(sumsOf(cells));
  if (rates === undefined) return undefined;
  const looks = cells.times.length;
  const last = scatter[looks - 1] ?? 1;
  const margin = marginOf(rates.off, floor, last);
  const conditional = evidenceBelow(cells, margin.log, scatter);
  const unconditional = new Float64Array(looks);
  const seen = { bad: 0, total: 0 };
  for (let look = 0; look < looks; look += 1) {
    for (let s = 0; s < cells.strata; s += 1) {
      const at = look * cells.strata + s;
      if (!((cells.offTotal[at] ?? 0) > 0)) continue;
      seen.bad += cells.onBad[at] ?? 0;
      seen.total += cells.onTotal[at] ?? 0;
    }
    unconditional[look] = rateBet(seen, margin.rate) / (scatter[look] ?? 1);
  }
  return {
    evidence: conditional.map((one, look) => average(one, unconditional[look] ?? 0)),
    conditional: conditional[looks - 1] ?? 0,
    unconditional: unconditional[looks - 1] ?? 0,
    margin,
  };
}

/** The log of what was won by betting that the rate is lower than `rate`. */
function rateBet({ bad, total }: Count, rate: number): number {
  const logs = LOWER.map((part) => bad * Math.log(part) + total * rate * (1 - part));
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((all, log) => all + Math.exp(log - most), 0) / LOWER.length);
}

/** What is expected of that bet from `total` requests, were their rate `truth`. */
export function expectedRateGain(total: number, truth: number, rate: number): number {
  return Math.max(...LOWER.map((part) => total * (truth * Math.log(part) + rate * (1 - part))));
}

function average(a: number, b: number): number {
  const most = Math.max(a, b);
  return most + Math.log((Math.exp(a - most) + Math.exp(b - most)) / 2);
}
