import betainc from '@stdlib/math-base-special-betainc';
import normal from '@stdlib/stats-base-dists-normal-cdf';

/** Steps of one window: what was measured, and how much of its variance is measuring itself (infinite where nothing was). */
export type Steps = { readonly values: Float64Array; readonly noise: Float64Array };

/** How much one step may hang together with the next (AR(1)). Above .95 half an hour of minutes holds less than one independent value. */
const TOGETHER = [0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95];

/** Variance of what hangs together, as multiples of the variance of one step’s counting. */
const BESIDE_COUNTING = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

/** Shares of the variance that hang together, where nobody knows how much measuring adds. */
const SHARES = [1, 0.7, 0.4];

/** How likely it is, before anything is seen, that a step says nothing about the next, that it does, and that there is one jump. */
const INDEPENDENT = 0.7;
const HANGING = 0.25;
const JUMPING = 0.05;

/** Steps that a level needs on each side of a jump, how far levels lie apart (as shares of the mean), and how many of the variances its levels may scatter by. */
const SEGMENT = 3;
const LEVEL = 2;
const JUMPING_SCATTER = 3;

/** Places of a jump that are looked at in a window: neighbouring ones say nearly the same. */
const MOST_PLACES = 60;

/**
 * The two-sided p-value of a difference of the means of two windows of relative counts whose own noise is known, where something that hangs together from step to step may be added to it. How
 * much, and how long, is not known: the p-values of all that may be are averaged, weighed by how likely each makes the steps around the windows’ own means (restricted likelihood, Patterson and
 * Thompson 1971). So few steps that wander cost certainty, and steps that do not cost next to none. What jumps once, and is even before and after, is one of them: it does not wander.
 */
export function countsDiffer(before: Steps, after: Steps, difference: number): number {
  const unit = typicalNoise(before, after);
  const two = (b: Filtered, a: Filtered, prior: number): Weighed => {
    const likely = Math.log(prior) - (b.logs + a.logs + b.rest + a.rest) / 2;
    const z = Math.abs(difference) / Math.sqrt(1 / b.weight + 1 / a.weight);
    return { likely, p: 2 * normal(-z, 0, 1) };
  };
  const evenly = (steps: Steps, variance: number) => filtered(steps, 0, variance);
  const hanging = [0, ...TOGETHER].flatMap((together) =>
    BESIDE_COUNTING.map((k) => {
      const [b, a] = [filtered(before, together, k * unit), filtered(after, together, k * unit)];
      return two(b, a, HANGING / BESIDE_COUNTING.length / (TOGETHER.length + 1));
    }),
  );
  const places = Math.max(1, before.values.length + after.values.length - 4 * SEGMENT);
  const jumping = [0, ...BESIDE_COUNTING.slice(0, JUMPING_SCATTER)].flatMap((k, _, all) => {
    const prior = JUMPING / all.length / places;
    const [b, a] = [evenly(before, k * unit), evenly(after, k * unit)];
    return [
      ...jumpsOf(before, k * unit).map((jump) => two(jump, a, prior)),
      ...jumpsOf(after, k * unit).map((jump) => two(b, jump, prior)),
    ];
  });
  return averaged([two(evenly(before, 0), evenly(after, 0), INDEPENDENT), ...hanging, ...jumping]);
}

/** A window at each place where it may have jumped: two levels, each with the noise of its own count. */
function jumpsOf({ values, noise }: Steps, variance: number): readonly Filtered[] {
  const found: Filtered[] = [];
  const every = Math.ceil(values.length / MOST_PLACES);
  for (let at = SEGMENT; at <= values.length - SEGMENT; at += every) {
    const [first, second] = [
      [0, at],
      [at, values.length],
    ].map(([from, to]) => {
      const [part, own] = [values.subarray(from, to), noise.subarray(from, to)];
      const precision = own.reduce((sum, one) => sum + 1 / one, 0);
      const level = (part.reduce((sum, one, i) => sum + one / (own[i] ?? 1), 0) + 0.5) / precision;
      return filtered({ values: part, noise: own.map((one) => one * level) }, 0, variance * level ** 2);
    });
    if (first === undefined || second === undefined) continue;
    const n = values.length;
    const [share, other] = [at / n, 1 - at / n];
    found.push({
      mean: share * first.mean + other * second.mean,
      weight: 1 / (share ** 2 / first.weight + other ** 2 / second.weight),
      rest: first.rest + second.rest,
      logs: first.logs + second.logs + 2 * Math.log(LEVEL),
    });
  }
  return found;
}

/** The same of values of which nobody knows how much each is worth: by Student’s t, as their spread is only estimated. */
export function valuesDiffer(before: Float64Array, after: Float64Array): number {
  const freedom = before.length + after.length - 2;
  const models = [
    { together: 0, share: 1, prior: INDEPENDENT },
    ...TOGETHER.flatMap((together) => SHARES.map((share) => ({ together, share }))).map((one, _, all) => ({
      ...one,
      prior: (1 - INDEPENDENT) / all.length,
    })),
  ];
  return averaged(
    models.map(({ together, share, prior }) => {
      const of = (values: Float64Array) =>
        filtered({ values, noise: new Float64Array(values.length).fill(1 - share) }, together, share);
      const [b, a] = [of(before), of(after)];
      const rest = b.rest + a.rest;
      const likely = Math.log(prior) - (b.logs + a.logs + freedom * Math.log(Math.max(rest, 1e-300))) / 2;
      const spread = (rest / freedom) * (1 / b.weight + 1 / a.weight);
      const t2 = (a.mean - b.mean) ** 2 / spread;
      return { likely, p: a.mean === b.mean ? 1 : betainc(freedom / (freedom + t2), freedom / 2, 0.5) };
    }),
  );
}

/** A window seen through a model: its mean, what that weighs (1 / variance), the squares that are left, and logarithms of the variances. */
type Filtered = {
  readonly mean: number;
  readonly weight: number;
  readonly rest: number;
  readonly logs: number;
};

/** Kalman’s filter of an AR(1) of such a variance with noise added, over the values and over what a mean of one would be at once (de Jong 1988). */
function filtered({ values, noise }: Steps, together: number, variance: number): Filtered {
  let [state, ones, spread] = [0, 0, variance];
  let [weight, cross, squares, logs] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i += 1) {
    const whole = spread + (noise[i] ?? 0);
    let left = spread;
    if (Number.isFinite(whole)) {
      const [off, one] = [(values[i] ?? 0) - state, 1 - ones];
      weight += one ** 2 / whole;
      cross += (one * off) / whole;
      squares += off ** 2 / whole;
      logs += Math.log(whole);
      const gain = spread / whole;
      state += gain * off;
      ones += gain * one;
      left = spread * (1 - gain);
    }
    state *= together;
    ones *= together;
    spread = together ** 2 * left + (1 - together ** 2) * variance;
  }
  const mean = cross / weight;
  return { mean, weight, rest: Math.max(0, squares - cross * mean), logs: logs + Math.log(weight) };
}

/** The p-value by one model, and the logarithm of how likely that is. */
type Weighed = { readonly likely: number; readonly p: number };

function averaged(models: readonly Weighed[]): number {
  // A part without traffic has no level.
  const told = models.filter(({ likely, p }) => Number.isFinite(likely) && Number.isFinite(p));
  const most = Math.max(...told.map(({ likely }) => likely));
  let [sum, all] = [0, 0];
  for (const { likely, p } of told) {
    const weight = Math.exp(likely - most);
    sum += weight * p;
    all += weight;
  }
  return all > 0 ? Math.min(1, sum / all) : 1;
}

function typicalNoise(before: Steps, after: Steps): number {
  const known = [...before.noise, ...after.noise].filter(Number.isFinite);
  return known.reduce((sum, noise) => sum + noise, 0) / Math.max(1, known.length);
}
