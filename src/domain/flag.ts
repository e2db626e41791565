import { calledIn } from './deploy.ts';
import type { FlagReport } from './event.ts';
import type { PanelQuery } from './panel.ts';
import type { Problem } from './problem.ts';
import type { Hints } from './service.ts';
import { DAY, type Duration, type Instant, lengthOf, type Range } from './time.ts';
import type { CohortVerdict, Word } from './verdict/cohort-verdict.ts';

/**
 * The watch over one step of a rollout. It is looked at from `window.from` (the change and the warm-up after it) on; until `window.to` nothing is said but *stop*. `ended`: a later step took its place, or
 * there is nothing more to find out.
 */
export type StepWatch = {
  readonly state: 'watching' | 'ended';
  readonly window: Range;
  /** The length of the steps in which it counts, and how long a step is over before all of it can be read. */
  readonly every: Duration;
  readonly lag: Duration;
  /** Where everybody has the flag, or nobody: what that is compared with. */
  readonly baseline?: Range;
  readonly looks: number;
  readonly lookedAt?: Instant;
  /** The word that was last said by a message of its own. */
  readonly told?: Word;
  readonly verdict?: CohortVerdict;
  /** What was asked for it, of the latest two steps. */
  readonly queries?: readonly PanelQuery[];
  /** What went wrong in asking, at the latest look. */
  readonly problems?: readonly Problem[];
};

/** One step of a rollout: from `at` on `share` (0…1) of everybody has the flag; absent where the sender does not tell how many. */
export type RolloutStep = {
  readonly number: number;
  readonly share?: number;
  readonly at: Instant;
  readonly source: string;
  readonly actor?: string;
  readonly url?: string;
  /** Absent for steps that are recorded only. */
  readonly watch?: StepWatch;
};

/** A feature flag on its way through one service, with its steps in order. */
export type Rollout = {
  readonly id: string;
  readonly flag: string;
  /** The configured service, absent when none fits. */
  readonly service?: string;
  readonly hints: Hints;
  readonly environment: string;
  /** The sender's own project, where it tells. */
  readonly project?: string;
  readonly steps: readonly RolloutStep[];
  /** Slack channel of the thread; absent when it has none. */
  readonly channel?: string;
  /** The incident that was declared from it. */
  readonly incident?: string;
};

/** A rollout keeps so many steps at most, the latest ones: a script that turns a flag all day is no rollout. */
export const MOST_STEPS = 100;

/** A step later than this after the one before begins a rollout, and a thread, of its own. */
export const SAME_ROLLOUT_WITHIN: Duration = 14 * DAY;

/** The step that holds now. */
export function latestStep({ steps }: Pick<Rollout, 'steps'>): RolloutStep | undefined {
  return steps.at(-1);
}

/**
 * The step that was found to do harm and is not taken back: by a later one with a smaller share, or one that was shown to be harmless. To give the flag to more people, or to nobody knows how many, takes nothing back.
 */
export function standingStop({ steps }: Pick<Rollout, 'steps'>): RolloutStep | undefined {
  return steps.reduce<RolloutStep | undefined>((standing, step) => {
    const word = step.watch?.verdict?.word;
    if (word === 'stop') return step;
    if (standing === undefined || step.share === 0 || word === 'go') return undefined;
    const isLess = step.share !== undefined && standing.share !== undefined && step.share < standing.share;
    return isLess ? undefined : standing;
  }, undefined);
}

/** Shares that differ by how they are written only (0.333 and 33.3 %) are the same; ones that nobody told are not. */
export function isSameShare(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(a - b) < 1e-9;
}

/** The first rollout of each flag in each service and environment. */
export function latestOfEach(rollouts: readonly Rollout[]): readonly Rollout[] {
  const seen = new Map<string, Rollout>();
  for (const rollout of rollouts) {
    const key = JSON.stringify([rollout.flag, rollout.service, rollout.environment]);
    if (!seen.has(key)) seen.set(key, rollout);
  }
  return [...seen.values()];
}

/** Whether those with and without the flag can be compared: somebody has it, and somebody has not. */
export function hasCohorts({ share }: Pick<RolloutStep, 'share'>): boolean {
  return share === undefined || (share > 0 && share < 1);
}

/** How many looks are planned until something is said of a step; later ones go on while it is not certain. */
export function looksPlanned({ window, every }: StepWatch): number {
  return Math.round(lengthOf(window) / every);
}

/** Whether a report continues a rollout: the same flag of the same service in the same environment, not too long after its latest step. */
export function continues(rollout: Rollout, report: FlagReport, service: string | undefined): boolean {
  const last = latestStep(rollout);
  return (
    rollout.flag === report.flag &&
    rollout.service === service &&
    // Services that nobody knows are told apart by what their senders call them, and flags of several projects by those.
    (service !== undefined || calledIn(rollout.hints) === calledIn(report.hints)) &&
    (rollout.project === undefined || report.project === undefined || rollout.project === report.project) &&
    rollout.environment === report.environment &&
    last !== undefined &&
    report.at - last.at <= SAME_ROLLOUT_WITHIN
  );
}
