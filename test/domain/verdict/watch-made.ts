import { MINUTE, type Range } from '#domain/time.ts';
import type { DeployCase } from '#domain/verdict/deploy-judge.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import { RATIO_FLOOR } from '#domain/verdict/ratio-moment.ts';
import { seeded } from '../../telemetry/counters.ts';
import { NOW, poisson, scattered } from './made.ts';

export const BOUNDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5] as const;

/** What is otherwise than usual in one minute: factors on errors, durations and traffic; `nothing` when nobody knows. */
export type Minute = {
  readonly errors?: number;
  readonly slower?: number;
  readonly traffic?: number;
  readonly isUnknown?: boolean;
};

export type Made = {
  readonly perSecond: number;
  readonly bad: number;
  readonly dispersion: number;
  /** Length of the history before the baseline, in minutes. */
  readonly history: number;
  readonly seed: number;
  /** The rollout is over so many minutes after it began. */
  readonly rollout: number;
};

const USUAL: Made = {
  perSecond: 40,
  bad: 0.001,
  dispersion: 1,
  history: 4 * 1440,
  seed: 1,
  rollout: 0,
};

/** Minutes of a baseline, of what is left out after the rollout, and of a watch. */
const [BEFORE, WARM_UP, AFTER] = [30, 1, 15];

/** A service under a watch as it is seen: `happens` tells what is unusual in a minute, counted from when the rollout began (negative before). */
export function watchOf(
  more: Partial<Made> = {},
  happens: (minute: number) => Minute = () => ({}),
): { readonly past: Observed; readonly recent: Observed; readonly about: DeployCase } {
  const made = { ...USUAL, ...more };
  const random = seeded(made.seed);
  const began = NOW + 20_000;
  const over = began + made.rollout * MINUTE;
  const baseline: Range = { from: began - BEFORE * MINUTE, to: began };
  const window: Range = {
    from: over + WARM_UP * MINUTE,
    to: over + (WARM_UP + AFTER) * MINUTE,
  };
  const past = -BEFORE - made.history;
  const seen = (from: number, to: number) => observedOf(made, from, to, happens, random);
  const recent = seen(-BEFORE, made.rollout + WARM_UP + AFTER + 1);
  return {
    past: made.history === 0 ? { ...recent, ...NOTHING } : seen(past, -BEFORE),
    recent,
    about: { baseline, window, disturbed: [], floor: RATIO_FLOOR, answersFrom: baseline.to },
  };
}

const NOTHING = {
  times: [],
  requests: { total: new Float64Array(), bad: new Float64Array() },
  durations: {
    ...{ total: new Float64Array(), bounds: BOUNDS },
    slower: BOUNDS.map(() => new Float64Array()),
  },
  gauges: { rate: new Float64Array() },
};

function observedOf(
  { perSecond, bad, dispersion }: Made,
  from: number,
  to: number,
  happens: (minute: number) => Minute,
  random: () => number,
): Observed {
  const length = to - from;
  const column = () => new Float64Array(length).fill(Number.NaN);
  const [total, failed, rate] = [column(), column(), column()];
  const slower = BOUNDS.map(column);
  for (let i = 0; i < length; i += 1) {
    const { errors = 1, slower: factor = 1, traffic = 1, isUnknown = false } = happens(from + i);
    if (isUnknown) continue;
    const day = 1 + 0.4 * Math.sin((2 * Math.PI * (from + i)) / 1440);
    const n = poisson(perSecond * 60 * day * traffic, random);
    total[i] = n;
    failed[i] = Math.min(n, scattered(n * bad * errors, dispersion, random));
    rate[i] = n / 60;
    let left = n;
    for (const [b, bound] of BOUNDS.entries()) {
      const [here, below] = [
        shareAbove(bound / factor),
        b === 0 ? 1 : shareAbove((BOUNDS[b - 1] ?? 0) / factor),
      ];
      left = below > 0 ? Math.min(left, thinned(left, here / below, random)) : 0;
      const one = slower[b];
      if (one !== undefined) one[i] = left;
    }
  }
  return {
    times: Array.from({ length }, (_, i) => NOW + (from + i) * MINUTE),
    step: MINUTE,
    requests: { total, bad: failed },
    durations: { total, bounds: BOUNDS, slower },
    gauges: { rate },
    queries: [],
    problems: [],
  };
}

/** How many of n are kept, each by a chance: binomial, by its normal or Poisson limit. */
function thinned(n: number, share: number, random: () => number): number {
  const mean = n * share;
  if (mean < 20) return Math.min(n, poisson(mean, random));
  if (n - mean < 20) return Math.max(0, n - poisson(n - mean, random));
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(n, Math.max(0, Math.round(mean + Math.sqrt(mean * (1 - share)) * normal)));
}

/** The share of requests that take longer than a bound: log-normal with median 90 ms and spread 0.5. */
function shareAbove(bound: number): number {
  const z = Math.log(bound / 0.09) / 0.5 / Math.SQRT2;
  // Abramowitz and Stegun 7.1.26.
  const t = 1 / (1 + 0.3275911 * Math.abs(z));
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-z * z);
  return z >= 0 ? tail / 2 : 1 - tail / 2;
}
