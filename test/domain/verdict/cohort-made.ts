import type { CohortColumns, ObservedCohorts, Stratum } from '#domain/verdict/observed-cohorts.ts';
import { seeded } from '../../telemetry/counters.ts';
import { poisson, STEP, scattered } from './made.ts';

export const FROM = Date.UTC(2026, 10, 24, 12);

/** Bounds of the histogram, seconds. */
export const BOUNDS: readonly number[] = [
  0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2.5, 5, 10,
];

/** How one kind of requests is. Durations are log-normal, or have a tail of Pareto's with that exponent from their median on. */
export type Kind = {
  readonly name?: string;
  readonly perSecond: number;
  readonly bad: number;
  readonly median: number;
  readonly spread: number;
  readonly tail?: number;
  /** How many times as many of its requests have the flag as were meant to: another mix. */
  readonly on?: number;
};

/** What the flag does, from `since` on (a step), and what happens besides. */
export type World = {
  readonly kinds: readonly Kind[];
  /** So many times as many errors, and as long durations, with the flag. */
  readonly errors?: number;
  readonly slower?: number;
  /** The same of the slowest tenth alone: the median stays. */
  readonly slowerTail?: number;
  readonly since?: number;
  /** How much more errors scatter than Poisson's, in each cohort by itself. */
  readonly dispersion?: number;
  /** A minute in so many has so many times the errors, and twice the durations, in both cohorts. */
  readonly shocks?: { readonly every: number; readonly times: number };
  /** In a minute in so many one cohort alone has so many errors more: a user's retries. */
  readonly bursts?: { readonly every: number; readonly bad: number };
  /** How far the errors of each cohort wander by themselves: the spread of their log, which hangs together over ten minutes. */
  readonly wander?: number;
  /** All failures come from users whose requests fail so often within so many minutes. */
  readonly users?: { readonly failures: number; readonly minutes: number };
  /** How much more requests of a cohort scatter from minute to minute than Poisson's: they come in sessions. */
  readonly crowds?: number;
};

/** A normal distribution function (Abramowitz and Stegun 1964, 26.2.17). */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}

function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The share of requests in each bucket, those beyond the last bound last, were all so many times as long, and the slowest tenth besides. */
function bucketsOf({ median, spread, tail }: Kind, times: number, timesTail: number): readonly number[] {
  const usual = (bound: number) => {
    const x = bound / times / median;
    if (tail !== undefined && x > 1) return 1 - 0.5 * x ** -tail;
    return normal(Math.log(x) / spread);
  };
  const below = (bound: number) =>
    timesTail === 1 || usual(bound) < 0.9 ? usual(bound) : Math.max(0.9, usual(bound / timesTail));
  const shares = BOUNDS.map((bound, i) => below(bound) - (i === 0 ? 0 : below(BOUNDS[i - 1] ?? 0)));
  return [...shares, 1 - below(BOUNDS.at(-1) ?? 0)];
}

/** A step of a rollout as it is observed: `share` of requests have the flag for so many minutes. */
export function cohortsOf(
  world: World,
  share: number,
  minutes: number,
  random: () => number,
): ObservedCohorts {
  const {
    errors = 1,
    slower = 1,
    slowerTail = 1,
    since = 0,
    dispersion = 1,
    shocks,
    bursts,
    crowds,
    wander,
    users,
  } = world;
  const shocked = Array.from({ length: minutes }, () => shocks !== undefined && random() < 1 / shocks.every);
  const burst = Array.from({ length: minutes }, () =>
    bursts !== undefined && random() < 1 / bursts.every ? (random() < 0.5 ? 'on' : 'off') : undefined,
  );
  const strata = world.kinds.map((kind): Stratum => {
    const shares = new Map<string, readonly number[]>();
    const cohort = (name: 'on' | 'off') => {
      const isMeant = Math.min(0.95, share * (kind.on ?? 1));
      const part = name === 'on' ? isMeant : 1 - isMeant;
      const total = new Float64Array(minutes);
      const bad = new Float64Array(minutes);
      const slowerThan = BOUNDS.map(() => new Float64Array(minutes));
      const failing =
        users === undefined
          ? undefined
          : failuresOf(users, minutes, kind.perSecond * 60 * part * kind.bad, random);
      let drift = wander === undefined ? 0 : wander * standardNormal(random);
      for (let i = 0; i < minutes; i += 1) {
        const isOn = name === 'on' && i >= since;
        const longer = (isOn ? slower : 1) * (shocked[i] ? 2 : 1);
        const longerTail = isOn ? slowerTail : 1;
        const key = `${longer} ${longerTail}`;
        const found = shares.get(key) ?? bucketsOf(kind, longer, longerTail);
        shares.set(key, found);
        const mean = kind.perSecond * 60 * part;
        const crowd = crowds === undefined ? mean : scattered(mean, crowds, random);
        let all = 0;
        for (let b = BOUNDS.length; b >= 0; b -= 1) {
          all += poisson(crowd * (found[b] ?? 0), random);
          const column = slowerThan[b - 1];
          if (column !== undefined) column[i] = all;
        }
        const rate = kind.bad * (isOn ? errors : 1) * (shocked[i] ? (shocks?.times ?? 1) : 1);
        if (wander !== undefined) drift = 0.9 * drift + Math.sqrt(0.19) * wander * standardNormal(random);
        const more = burst[i] === name ? (bursts?.bad ?? 0) : 0;
        total[i] = all + more;
        const alone = scattered(all * rate * Math.exp(drift), dispersion, random);
        bad[i] = Math.min(all, failing?.[i] ?? alone) + more;
      }
      return {
        requests: { total, bad },
        durations: { total, bounds: BOUNDS, slower: slowerThan },
      };
    };
    return { name: kind.name ?? '', on: cohort('on'), off: cohort('off') };
  });
  return {
    times: Array.from({ length: minutes }, (_, i) => FROM + i * STEP),
    step: STEP,
    ...{ strata, queries: [], problems: [] },
  };
}

/** Failures a minute of users each of whom fails so often in so many minutes; `mean` a minute altogether. */
function failuresOf(
  { failures, minutes: lasting }: { readonly failures: number; readonly minutes: number },
  minutes: number,
  mean: number,
  random: () => number,
): Float64Array {
  const all = new Float64Array(minutes);
  for (let i = -lasting; i < minutes; i += 1)
    for (let user = poisson(mean / failures, random); user > 0; user -= 1)
      for (let j = Math.max(0, i); j < Math.min(minutes, i + lasting); j += 1)
        all[j] = (all[j] ?? 0) + poisson(failures / lasting, random);
  return all;
}

/** The same counted in steps that are so many times as long; what is left over at the end is left out. */
export function longer(observed: ObservedCohorts, times: number): ObservedCohorts {
  const count = Math.floor(observed.times.length / times);
  const added = (column: Float64Array) =>
    Float64Array.from({ length: count }, (_, i) =>
      column.subarray(i * times, (i + 1) * times).reduce((sum, value) => sum + value, 0),
    );
  const of = ({ requests, durations }: CohortColumns): CohortColumns => ({
    ...(requests && { requests: { total: added(requests.total), bad: added(requests.bad) } }),
    ...(durations && {
      durations: {
        ...{ bounds: durations.bounds, total: added(durations.total) },
        slower: durations.slower.map(added),
      },
    }),
  });
  return {
    ...observed,
    times: observed.times.filter((_, i) => i % times === 0).slice(0, count),
    step: observed.step * times,
    strata: observed.strata.map(({ name, on, off }) => ({ name, on: of(on), off: of(off) })),
  };
}

/** The first steps of what was observed, as an earlier look saw it. */
export function first(observed: ObservedCohorts, steps: number): ObservedCohorts {
  const cut = ({ requests, durations }: CohortColumns): CohortColumns => ({
    ...(requests && {
      requests: { total: requests.total.slice(0, steps), bad: requests.bad.slice(0, steps) },
    }),
    ...(durations && {
      durations: {
        ...{ bounds: durations.bounds, total: durations.total.slice(0, steps) },
        slower: durations.slower.map((column) => column.slice(0, steps)),
      },
    }),
  });
  return {
    ...observed,
    times: observed.times.slice(0, steps),
    strata: observed.strata.map(({ name, on, off }) => ({ name, on: cut(on), off: cut(off) })),
  };
}

export { seeded };
