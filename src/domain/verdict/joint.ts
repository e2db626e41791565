import type { Duration } from '../time.ts';
import type { WatchedSignal } from './deploy-signals.ts';
import { independentOf, ordinary, ordinaryMoments, type Surroundings } from './ordinary.ts';
import { FEWEST_INDEPENDENT, FEWEST_MOMENTS } from './placebo.ts';
import type { PlaceboRank } from './verdict.ts';

/**
 * How a watch stands among ordinary moments, whether these suffice to say what is usual (else one that was as unusual is enough to doubt), and on how many of the last days it was as unusual at this time of day.
 */
export type Joint = { readonly placebo: PlaceboRank; readonly suffices: boolean; readonly days: number };

const DAY: Duration = 86_400_000;

/** The same time of day: so long before and after it, looked at so often. */
const NEAR: Duration = 30 * 60_000;
const EVERY: Duration = 2 * 60_000;

const DAYS = 7;

/** A day's largest is as unusual as now if it passed too, by half as much: the same event is never twice the same. */
const AS_UNUSUAL = 0.5;

/**
 * How the clearest signal of the watch ranks among the clearest of each ordinary moment. Each signal is rated by how far it passes what it may spend; one that passes more often than that in
 * its own past is rated by its own past instead, so that it does not speak for the others. What happens at the same time on several days is no deploy's doing, however rare it is in all moments. `undefined` without any.
 */
export function jointRank(
  signals: readonly WatchedSignal[],
  surroundings: Surroundings,
  moment: number,
  step: Duration,
): Joint | undefined {
  const moments = ordinaryMoments(surroundings, moment);
  const n = moments.length;
  const effective = independentOf(moments, surroundings);
  if (n === 0) return undefined;
  const suffices = n >= FEWEST_MOMENTS && effective >= FEWEST_INDEPENDENT;
  const largest = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const rated: ((at: number) => number)[] = [];
  let now = Number.NEGATIVE_INFINITY;
  for (const signal of signals) {
    const score = signal.scorer();
    const scores = Float64Array.from(moments, (at) => score(at));
    const allowed = scores.toSorted().at(-1 - Math.floor(signal.alpha * n)) ?? 0;
    const excess = suffices ? Math.max(0, allowed) : 0;
    scores.forEach((one, i) => {
      largest[i] = Math.max(largest[i] ?? one, one - excess);
    });
    now = Math.max(now, signal.now() - excess);
    rated.push((at) => score(at) - excess);
  }
  const rank = largest.reduce((count, one) => count + (one >= now ? 1 : 0), 0);
  const placebo = { n, effective, rank, p: (1 + rank) / (1 + n) };
  return { placebo, suffices, days: daysAsUnusual(rated, surroundings, moment, step, now) };
}

function daysAsUnusual(
  rated: readonly ((at: number) => number)[],
  surroundings: Surroundings,
  moment: number,
  step: Duration,
  now: number,
): number {
  const isOrdinary = ordinary(surroundings);
  const steps = (length: Duration) => Math.max(1, Math.round(length / step));
  const { before, after, history } = surroundings;
  let days = 0;
  for (let day = 1; day <= DAYS; day += 1) {
    const middle = moment - day * steps(DAY);
    if (middle - steps(NEAR) < Math.max(before, moment - history)) break;
    let most = Number.NEGATIVE_INFINITY;
    for (
      let at = middle - steps(NEAR);
      at <= middle + steps(NEAR) && at + after <= moment;
      at += steps(EVERY)
    )
      if (isOrdinary(at)) for (const score of rated) most = Math.max(most, score(at));
    if (most >= Math.max(0, AS_UNUSUAL * now)) days += 1;
  }
  return days;
}
