import { judgeCohorts } from '#domain/verdict/cohort-judge.ts';
import type { Word } from '#domain/verdict/cohort-verdict.ts';
import { RATIO_FLOOR } from '#domain/verdict/ratio-moment.ts';
import { cohortsOf, FROM, seeded } from '../test/domain/verdict/cohort-made.ts';
import {
  HARMFUL,
  HARMLESS,
  heldOn,
  type Late,
  late,
  type Rolled,
  rollOut,
  type Scenario,
  SHARES,
  stoppedByUsers,
  stoppedInADay,
} from '../test/domain/verdict/cohort-rollouts.ts';
import { STEP } from '../test/domain/verdict/made.ts';
import { percentile, type Report } from './report.ts';
import type { Requirement } from './verdict.ts';

type Done = Scenario & { readonly rolled: Rolled };

const SEED = 20_261_125;

/**
 * Simulated rollouts, 1 → 10 → 50 %, an hour a step with a look each minute, beside a z-test at 5 % looked at as often: how many harmless ones are stopped, how many harmful ones and how soon, and what is said at each
 * hour's end. `ROLLOUTS` (2,000) makes it smaller.
 */
export async function rollout(): Promise<readonly Report[]> {
  const rollouts = Number(process.env.ROLLOUTS ?? 2000);
  if (!(rollouts >= 1)) throw new Error(`ROLLOUTS=${process.env.ROLLOUTS}: expected a number of at least 1`);
  const began = performance.now();
  const roll = (scenario: Scenario, i: number): Done => ({
    ...scenario,
    rolled: rollOut(scenario, rollouts, SEED + i),
  });
  const harmless = HARMLESS.map(roll);
  const harmful = HARMFUL.map(roll);
  const tenth = Math.ceil(rollouts / 10);
  const begun = late(tenth, SEED);
  const requirements = [
    ...begun.map((one) => soonEnough(one, tenth)),
    ...requirementsOf(harmless, harmful),
    dayLong(harmless, rollouts),
    named(rollouts),
    milliseconds(),
  ];
  const failed = requirements.filter(({ isKept }) => !isKept).length;
  return [
    { title: `harmless rollouts, ${rollouts} each: stopped`, rows: harmless.map(harmlessRow) },
    { title: `harmful from 10 % on unless said otherwise, ${rollouts} each`, rows: harmful.map(harmfulRow) },
    {
      title: `harm that begins an hour after the step, ${tenth} each`,
      rows: begun.map((one) => lateRow(one, tenth)),
    },
    {
      title: `not promised: harmless steps of an hour in which all failures are of users who fail for five minutes, ${tenth} each: stopped`,
      rows: usersRows(tenth),
    },
    {
      title: 'what is said at the end of each hour: go / hold / stop, of those that got so far',
      rows: [...harmless, ...harmful].map(wordsRow),
    },
    {
      title: `required, after ${((performance.now() - began) / 1000).toFixed(0)} s: ${failed === 0 ? 'all kept' : `${failed} NOT KEPT`}`,
      rows: requirements.map(({ what, measured, isKept }) => ({
        ...{ required: what, measured, '': isKept ? 'kept' : 'NOT KEPT' },
      })),
      isFailed: failed > 0,
    },
  ];
}

function requirementsOf(harmless: readonly Done[], harmful: readonly Done[]): readonly Requirement[] {
  const worst = harmless.toSorted((a, b) => b.rolled.stopped - a.rolled.stopped)[0];
  const steps = harmless.flatMap(({ name, rolled }) =>
    rolled.steps.map(({ begun, words }, i) => ({
      name: `${name}, step ${i + 1}`,
      share: words.stop / begun,
    })),
  );
  const worstStep = steps.toSorted((a, b) => b.share - a.share)[0];
  const mismatched = harmless
    .map(({ name, rolled }) => ({ name, share: rolled.mismatches / begunOf(rolled) }))
    .toSorted((a, b) => b.share - a.share)[0];
  const [doubled, p99] = ['errors ×2 at 50/s', 'p99 +50 %, median unmoved, at 50/s'].map((name) =>
    harmful.find((one) => one.name === name),
  );
  const stopped = (one: Done | undefined) =>
    one === undefined ? 0 : one.rolled.stopped / one.rolled.rollouts;
  const early = (one: Done | undefined) =>
    one === undefined ? 0 : one.rolled.stoppedEarly / one.rolled.rollouts;
  const goes = harmful
    .filter(({ name }) => name.startsWith('errors'))
    .map(({ name, rolled }) => ({ name, share: rolled.goInHarm / rolled.rollouts }))
    .toSorted((a, b) => b.share - a.share)[0];
  return [
    {
      what: `harmless rollouts stopped at most 1 % in each of ${harmless.length} worlds, three steps and all signals together`,
      measured: `${percent(stopped(worst))} (${worst?.name})`,
      isKept: stopped(worst) <= 0.01,
    },
    {
      what: 'harmless steps stopped at most 1 % each',
      measured: `${percent(worstStep?.share ?? 1)} (${worstStep?.name})`,
      isKept: (worstStep?.share ?? 1) <= 0.01,
    },
    atLeast('doubled errors at 10 %, 50/s, 0.5 %: stopped before 50 % in at least 90 %', early(doubled), 0.9),
    atLeast('p99 +50 % from 10 % on, 50/s: stopped in at least 70 %', stopped(p99), 0.7),
    {
      what: 'errors ×2, and ×1.5, which is the margin, called go in at most 5 % of rollouts',
      measured: `${percent(goes?.share ?? 1)} (${goes?.name})`,
      isKept: (goes?.share ?? 1) <= 0.05,
    },
    {
      what: 'a share as it was meant called a mismatch in at most 0.1 % of steps of each world',
      measured: `${percent(mismatched?.share ?? 1)} (${mismatched?.name})`,
      isKept: (mismatched?.share ?? 1) <= 0.001,
    },
  ];
}

/** What nobody can miss is found at once, however long all was well before. */
function soonEnough({ name, stopped, minutes }: Late, of: number): Requirement {
  const within =
    name.startsWith('everything') || name.startsWith('all') ? 10 : name.includes('×10') ? 30 : 90;
  const found = minutes.filter((one) => one <= within).length;
  return {
    what: `${name} from an hour after the step: stopped within ${within} min in at least 95 %`,
    measured: `${percent(found / of)}, ${percent(stopped / of)} within two hours`,
    isKept: found >= 0.95 * of,
  };
}

function lateRow({ name, stopped, minutes }: Late, of: number): Report['rows'][number] {
  return {
    world: name,
    stopped: percent(stopped / of),
    minutes: minutes.length === 0 ? '' : `${percentile(minutes, 0.5)} (90 %: ${percentile(minutes, 0.9)})`,
  };
}

function usersRows(rollouts: number): Report['rows'] {
  return [5, 10, 20, 40].map((failures) => ({
    'failures of a user': `${failures}`,
    ...Object.fromEntries(
      [
        { perSecond: 5, share: 0.1 },
        { perSecond: 5, share: 0.5 },
        { perSecond: 50, share: 0.1 },
        { perSecond: 50, share: 0.5 },
      ].map((where, i) => [
        `${where.perSecond}/s at ${where.share * 100} %`,
        percent(stoppedByUsers({ failures, minutes: 5 }, where, rollouts, SEED + i) / rollouts),
      ]),
    ),
  }));
}

function atLeast(what: string, found: number, least: number): Requirement {
  return { what, measured: percent(found), isKept: found >= least };
}

function harmlessRow({ name, rolled }: Done): Report['rows'][number] {
  const { rollouts, stopped, steps, mismatches, naive } = rolled;
  return {
    world: name,
    stopped: percent(stopped / rollouts),
    ...Object.fromEntries(
      steps.map(({ begun, words }, i) => [`at ${(SHARES[i] ?? 0) * 100} %`, percent(words.stop / begun)]),
    ),
    'z-test at 5 %': percent(naive.stopped / rollouts),
    'share mismatched': percent(mismatches / begunOf(rolled)),
  };
}

function harmfulRow({ name, rolled }: Done): Report['rows'][number] {
  const { rollouts, stopped, stoppedEarly, goInHarm, minutes, naive } = rolled;
  return {
    world: name,
    'before 50 %': percent(stoppedEarly / rollouts),
    'by the end': percent(stopped / rollouts),
    'minutes of harm':
      minutes.length === 0 ? '' : `${percentile(minutes, 0.5)} (90 %: ${percentile(minutes, 0.9)})`,
    'called go in harm': percent(goInHarm / rollouts),
    'z-test at 5 %, before 50 %': percent(naive.stoppedEarly / rollouts),
  };
}

function wordsRow({ name, rolled }: Done): Report['rows'][number] {
  const words: readonly Word[] = ['go', 'hold', 'stop'];
  return {
    world: name,
    ...Object.fromEntries(
      rolled.steps.map(({ begun, words: said }, i) => [
        `${(SHARES[i] ?? 0) * 100} %`,
        begun === 0 ? '' : words.map((word) => Math.round((100 * said[word]) / begun)).join(' / '),
      ]),
    ),
  };
}

function begunOf({ steps }: Rolled): number {
  return steps.reduce((all, { begun }) => all + begun, 0);
}

/** The longest watch: a tenth as many, in two of the worlds that are worst in an hour. */
function dayLong(harmless: readonly Done[], rollouts: number): Requirement {
  const times = Math.ceil(rollouts / 10);
  const found = harmless
    .filter(({ name }) => name.startsWith('errors scatter') || name.includes('wander'))
    .map(({ name, world }, i) => ({ name, stopped: stoppedInADay(world, times, SEED + i) }));
  const most = Math.max(...found.map(({ stopped }) => stopped));
  return {
    what: 'harmless steps watched for a day, counted anew in longer steps each four hours: stopped at most 1 % each',
    measured: found.map(({ name, stopped }) => `${percent(stopped / times)} (${name})`).join(', '),
    isKept: most / times <= 0.01,
  };
}

/** Whether the number of requests that is named suffices. */
function named(rollouts: number): Requirement {
  const world = { kinds: [{ perSecond: 50, bad: 0.005, median: 0.12, spread: 0.6 }] };
  const { held, once, twice } = heldOn(world, Math.ceil(rollouts / 5), SEED);
  return {
    what: 'held at 10 %, harmless, 50/s: as many more requests as were named decide in at least 70 %, twice as many in 95 %',
    measured: `${percent(once / held)}, ${percent(twice / held)} of ${held}`,
    isKept: once / held >= 0.7 && twice / held >= 0.95,
  };
}

/** The least of several times that a large step takes to judge: others may want the machine too. */
function milliseconds(): Requirement {
  const kinds = Array.from({ length: 20 }, (_, i) => ({
    ...{ name: `/${i}`, perSecond: 10 + i, bad: 0.005, median: 0.05 * (1 + (i % 5)), spread: 0.6 },
  }));
  const observed = cohortsOf({ kinds }, 0.1, 240, seeded(SEED));
  const times = Array.from({ length: 20 }, () => {
    const from = performance.now();
    judgeCohorts(observed, {
      floor: RATIO_FLOOR,
      expected: 0.1,
      window: { from: FROM, to: FROM + 240 * STEP },
    });
    return performance.now() - from;
  });
  const least = Math.min(...times);
  return {
    what: '240 steps of 20 strata are judged in less than 50 ms',
    measured: `${least.toFixed(0)} ms`,
    isKept: least < 50,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 2 : 1)} %`;
}
