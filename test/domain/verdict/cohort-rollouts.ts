import { judgeCohorts } from '#domain/verdict/cohort-judge.ts';
import type { Word } from '#domain/verdict/cohort-verdict.ts';
import type { ObservedCohorts } from '#domain/verdict/observed-cohorts.ts';
import { RATIO_FLOOR } from '#domain/verdict/ratio-moment.ts';
import { cohortsOf, FROM, first, type Kind, longer, seeded, type World } from './cohort-made.ts';
import { STEP } from './made.ts';

/** Shares of a rollout, each watched for an hour with a look each minute. */
export const SHARES = [0.01, 0.1, 0.5] as const;

const MINUTES = 60;

/** A rollout in a world that is harmless until `from` (a step of it, 0 the first). */
export type Scenario = { readonly name: string; readonly world: World; readonly from: number };

/** What rollouts came to. By step: how many got so far, and which word they had at the hour's end. */
export type Rolled = {
  readonly rollouts: number;
  readonly steps: readonly { readonly begun: number; readonly words: Readonly<Record<Word, number>> }[];
  readonly stopped: number;
  /** How many were stopped before the last step, or called *go* once they did harm. */
  readonly stoppedEarly: number;
  readonly goInHarm: number;
  /** Minutes of harm until *stop*, of those that were stopped after it began. */
  readonly minutes: readonly number[];
  /** Steps whose share was called a mismatch. */
  readonly mismatches: number;
  /** How many a z-test of two shares at 5 %, looked at each minute, would have stopped, and before the last step. */
  readonly naive: { readonly stopped: number; readonly stoppedEarly: number };
};

const kind = (perSecond: number, bad = 0.005, more: Partial<Kind> = {}): Kind => ({
  ...{ perSecond, bad, median: 0.12, spread: 0.6 },
  ...more,
});

/** Routes that differ, one of them twice as much used with the flag as was meant. */
const MIX: readonly Kind[] = [
  kind(10, 0.03, { name: '/search', median: 0.5, on: 2 }),
  kind(40, 0.001, { name: '/item', median: 0.06, on: 0.75 }),
];

const harmless = (name: string, world: World): Scenario => ({ name, world, from: Number.POSITIVE_INFINITY });

/** Worlds in which the flag does nothing. */
export const HARMLESS: readonly Scenario[] = [
  harmless('50/s, 0.5 % errors', { kinds: [kind(50)] }),
  harmless('5/s', { kinds: [kind(5)] }),
  harmless('500/s', { kinds: [kind(500)] }),
  harmless('50/s, 0.05 % errors', { kinds: [kind(50, 0.0005)] }),
  harmless('shocks to both: ×20 errors, ×2 durations', {
    kinds: [kind(50)],
    shocks: { every: 20, times: 20 },
  }),
  harmless('bursts of one cohort: 100 errors', { kinds: [kind(50)], bursts: { every: 30, bad: 100 } }),
  harmless('errors scatter ×3', { kinds: [kind(50)], dispersion: 3 }),
  harmless('500/s, errors scatter ×3', { kinds: [kind(500)], dispersion: 3 }),
  harmless('heavy-tailed durations', { kinds: [kind(50, 0.005, { tail: 1.3 })] }),
  harmless('routes mixed differently, by strata', { kinds: MIX }),
  harmless('500/s, errors of each cohort wander by a tenth', { kinds: [kind(500)], wander: 0.1 }),
  harmless('requests in sessions: scatter ×5', { kinds: [kind(50)], crowds: 5 }),
];

const harm = (name: string, world: World, from = 1): Scenario => ({ name, world, from });

/** Worlds in which it does harm from the second step on, at 10 %, but for the last. */
export const HARMFUL: readonly Scenario[] = [
  harm('errors ×2 at 50/s', { kinds: [kind(50)], errors: 2 }),
  harm('errors ×2 at 5/s', { kinds: [kind(5)], errors: 2 }),
  harm('errors ×2 at 500/s', { kinds: [kind(500)], errors: 2 }),
  harm('errors ×2 at 50/s, scattering ×3', { kinds: [kind(50)], dispersion: 3, errors: 2 }),
  harm('p99 +50 %, median unmoved, at 50/s', { kinds: [kind(50)], slowerTail: 1.5 }),
  harm('p99 +50 %, median unmoved, at 5/s', { kinds: [kind(5)], slowerTail: 1.5 }),
  harm('p99 +50 %, median unmoved, at 500/s', { kinds: [kind(500)], slowerTail: 1.5 }),
  harm('all durations +50 % at 5/s', { kinds: [kind(5)], slower: 1.5 }),
  harm('errors ×1.5, just the margin, at 500/s', { kinds: [kind(500)], errors: 1.5 }),
  harm('errors ×2 from 1 % on, at 50/s', { kinds: [kind(50)], errors: 2 }, 0),
];

/** Rolls out `rollouts` times. Each step is judged once, at its end: whoever looks each minute stops at the same moment. */
export function rollOut({ world, from }: Scenario, rollouts: number, seed: number): Rolled {
  const random = seeded(seed);
  const steps = SHARES.map(() => ({ begun: 0, words: { go: 0, hold: 0, stop: 0 } }));
  const minutes: number[] = [];
  const naive = { stopped: 0, stoppedEarly: 0 };
  let [stopped, stoppedEarly, goInHarm, mismatches] = [0, 0, 0, 0];
  for (let i = 0; i < rollouts; i += 1) {
    let [isStopped, isNaive, isGo] = [false, false, false];
    let before = 0;
    for (const [number, share] of SHARES.entries()) {
      const step = steps[number];
      if (step === undefined || (isStopped && isNaive)) break;
      const isHarm = number >= from;
      const observed = cohortsOf(isHarm ? world : withoutHarm(world), share, MINUTES, random);
      if (!isNaive && zStops(observed)) {
        isNaive = true;
        naive.stopped += 1;
        if (number < SHARES.length - 1) naive.stoppedEarly += 1;
      }
      if (isStopped) continue;
      step.begun += 1;
      const found = judgeCohorts(observed, {
        ...{ floor: RATIO_FLOOR, expected: meantOf(world, share) },
        window: { from: FROM, to: FROM + MINUTES * STEP },
      });
      step.words[found.word] += 1;
      if (found.sampleRatio?.isMismatch === true) mismatches += 1;
      if (isHarm && found.word === 'go') isGo = true;
      if (found.word === 'stop') {
        isStopped = true;
        stopped += 1;
        if (number < SHARES.length - 1) stoppedEarly += 1;
        if (isHarm) minutes.push(before + ((found.decidedAt ?? 0) - FROM) / STEP);
      }
      if (isHarm) before += MINUTES;
    }
    if (isGo) goInHarm += 1;
  }
  return { rollouts, steps, stopped, stoppedEarly, goInHarm, minutes, mismatches, naive };
}

/** Of steps at 10 % that were held after an hour with a number of requests: how many there were, and how many were decided once there were as many more, or twice as many. */
export function heldOn(
  world: World,
  rollouts: number,
  seed: number,
): { readonly held: number; readonly once: number; readonly twice: number } {
  const random = seeded(seed);
  const window = { from: FROM, to: FROM + MINUTES * STEP };
  let [held, once, twice] = [0, 0, 0];
  for (let i = 0; i < rollouts; i += 1) {
    const observed = cohortsOf(world, 0.1, 6 * MINUTES, random);
    const wordAfter = (minutes: number) =>
      judgeCohorts(first(observed, minutes), { floor: RATIO_FLOOR, window });
    const { word, needs } = wordAfter(MINUTES);
    if (word !== 'hold' || needs === undefined) continue;
    held += 1;
    const minutes = needs.takes / STEP;
    if (wordAfter(MINUTES + Math.ceil(minutes)).word !== 'hold') once += 1;
    if (wordAfter(MINUTES + Math.ceil(2 * minutes)).word !== 'hold') twice += 1;
  }
  return { held, once, twice };
}

/** Steps at 10 % that are watched for a day, in steps that grow longer as whoever watches counts them in 240 at most: how many were stopped at any look in any of these steps. */
export function stoppedInADay(world: World, rollouts: number, seed: number): number {
  const random = seeded(seed);
  let stopped = 0;
  for (let i = 0; i < rollouts; i += 1) {
    const observed = cohortsOf(world, 0.1, 24 * MINUTES, random);
    const isStopped = [1, 2, 3, 4, 5, 6].some((times) => {
      const seen = longer(first(observed, 240 * times), times);
      const window = { from: FROM, to: FROM + MINUTES * STEP };
      return judgeCohorts(seen, { floor: RATIO_FLOOR, window }).word === 'stop';
    });
    if (isStopped) stopped += 1;
  }
  return stopped;
}

/** How a step goes in which harm begins after an hour: how many were stopped within two hours more, and after how many minutes. */
export type Late = { readonly name: string; readonly stopped: number; readonly minutes: readonly number[] };

const QUIET = MINUTES;

/** Worlds in which harm begins an hour after the step, with the share that has the flag. */
const LATE: readonly (Omit<Scenario, 'from'> & { readonly share: number })[] = [
  { name: 'everything fails, 50/s at 1 %', world: { kinds: [kind(50)], errors: 200 }, share: 0.01 },
  { name: 'everything fails, 50/s at 10 %', world: { kinds: [kind(50)], errors: 200 }, share: 0.1 },
  { name: 'everything fails, 500/s at 50 %', world: { kinds: [kind(500)], errors: 200 }, share: 0.5 },
  { name: 'all durations ×2, 50/s at 10 %', world: { kinds: [kind(50)], slower: 2 }, share: 0.1 },
  { name: 'errors ×10, 50/s at 10 %', world: { kinds: [kind(50)], errors: 10 }, share: 0.1 },
  { name: 'errors ×2, 500/s at 50 %', world: { kinds: [kind(500)], errors: 2 }, share: 0.5 },
  { name: 'errors ×2, 50/s at 10 %', world: { kinds: [kind(50)], errors: 2 }, share: 0.1 },
];

/** Steps that are well for an hour and then are not. */
export function late(rollouts: number, seed: number): readonly Late[] {
  return LATE.map(({ name, world, share }, n) => {
    const random = seeded(seed + n);
    const minutes: number[] = [];
    for (let i = 0; i < rollouts; i += 1) {
      const observed = cohortsOf({ ...world, since: QUIET }, share, QUIET + 2 * MINUTES, random);
      const window = { from: FROM, to: FROM + MINUTES * STEP };
      const { word, decidedAt = FROM } = judgeCohorts(observed, { floor: RATIO_FLOOR, window });
      if (word === 'stop') minutes.push((decidedAt - FROM) / STEP - QUIET);
    }
    return { name, stopped: minutes.length, minutes };
  });
}

/** Harmless steps of an hour in which failures hang together: what is counted cannot tell a user from a flag. How many of so many were stopped. */
export function stoppedByUsers(
  users: { readonly failures: number; readonly minutes: number },
  { perSecond, share }: { readonly perSecond: number; readonly share: number },
  rollouts: number,
  seed: number,
): number {
  const random = seeded(seed);
  const window = { from: FROM, to: FROM + MINUTES * STEP };
  let stopped = 0;
  for (let i = 0; i < rollouts; i += 1) {
    const observed = cohortsOf({ kinds: [kind(perSecond)], users }, share, MINUTES, random);
    if (judgeCohorts(observed, { floor: RATIO_FLOOR, window }).word === 'stop') stopped += 1;
  }
  return stopped;
}

function withoutHarm(world: World): World {
  const { errors: _, slower: __, slowerTail: ___, ...rest } = world;
  return rest;
}

/** The share that has the flag, by how much each kind has it. */
function meantOf({ kinds }: World, share: number): number {
  const all = kinds.reduce((sum, { perSecond }) => sum + perSecond, 0);
  return kinds.reduce((sum, { perSecond, on = 1 }) => sum + (perSecond / all) * share * on, 0);
}

/** What people do: a z-test of two shares at 5 % each minute, all strata together. */
function zStops({ times, strata }: ObservedCohorts): boolean {
  const sums = { on: { bad: 0, total: 0 }, off: { bad: 0, total: 0 } };
  for (let i = 0; i < times.length; i += 1) {
    for (const stratum of strata)
      for (const cohort of ['on', 'off'] as const) {
        sums[cohort].bad += stratum[cohort].requests?.bad[i] ?? 0;
        sums[cohort].total += stratum[cohort].requests?.total[i] ?? 0;
      }
    const { on, off } = sums;
    const rate = (on.bad + off.bad) / (on.total + off.total);
    const error = Math.sqrt(rate * (1 - rate) * (1 / on.total + 1 / off.total));
    if (
      Math.abs(on.bad / on.total - off.bad / off.total) > 1.96 * error &&
      on.bad / on.total > off.bad / off.total
    )
      return true;
  }
  return false;
}
