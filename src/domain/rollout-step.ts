import { stepsOf } from './deploy.ts';
import type { FlagReport } from './event.ts';
import {
  hasCohorts,
  isSameShare,
  MOST_STEPS,
  type Rollout,
  type RolloutStep,
  type StepWatch,
} from './flag.ts';
import { present } from './optional.ts';
import type { Service } from './service.ts';
import { MINUTE } from './time.ts';

/** Turning off what had fewer than this share changes little for everybody together. */
const MANY = 0.5;

/** The context of a report: the service that it is of, and whether what it says is watched and told there. */
export type Context = {
  readonly newId: string;
  readonly service?: Service;
  readonly channel?: string;
  readonly isWatched: boolean;
};

/**
 * What a rollout becomes by a change of its flag, or the new rollout that the change begins (`known` absent). The same value when nothing changed: the share is as it was. What is heard of only after a
 * later step is kept in its place and not watched.
 */
export function applyChange(known: Rollout | undefined, report: FlagReport, context: Context): Rollout {
  const { newId, service, channel, isWatched } = context;
  const { flag, hints, environment, project } = report;
  const begun: Rollout = known ?? {
    ...{ id: newId, flag, hints, environment, steps: [] },
    ...present({ project, service: service?.name }),
  };
  const earlier = begun.steps.filter(({ at }) => at <= report.at);
  const later = begun.steps.slice(earlier.length);
  const before = earlier.at(-1);
  if (isSameShare(before?.share, report.share) || isToldBefore(later[0], report)) return begun;
  const step = stepOfReport(report, 1 + Math.max(0, ...begun.steps.map(({ number }) => number)));
  const watch = isWatched && later.length === 0 ? watchOf(step, before, flag, service) : undefined;
  const added = { ...step, ...present({ watch }) };
  const ended = later.length > 0 ? earlier : earlier.map(withoutWatch);
  return {
    ...begun,
    // A rollout that was only recorded so far has a thread from its first watched step on.
    ...present({ channel: begun.channel ?? (isWatched ? channel : undefined) }),
    steps: [...ended, added, ...later].slice(-MOST_STEPS),
  };
}

/** Senders tell the same with clocks of their own. */
function isToldBefore(next: RolloutStep | undefined, { share, at }: FlagReport): boolean {
  return next !== undefined && isSameShare(next.share, share) && next.at - at < MINUTE;
}

/** The step that a report makes, without a watch. */
function stepOfReport({ share, at, source, actor, url }: FlagReport, number: number): RolloutStep {
  return { number, at, source, ...present({ share, actor, url }) };
}

/** A step whose time is over: what was found stands. What was asked is long, and is kept of the last one only. */
function withoutWatch(step: RolloutStep, i: number, all: readonly RolloutStep[]): RolloutStep {
  if (step.watch === undefined) return step;
  const { queries, ...watch } = { ...step.watch, state: 'ended' as const };
  return { ...step, watch: i === all.length - 1 ? { ...watch, ...present({ queries }) } : watch };
}

function watchOf(
  step: RolloutStep,
  before: RolloutStep | undefined,
  flag: string,
  service: Service | undefined,
): StepWatch | undefined {
  if (service === undefined) return undefined;
  const isCompared = hasCohorts(step)
    ? service.flags.some(({ name }) => name === flag)
    : isForMany(step, before);
  if (!isCompared) return undefined;
  const { after, warmUp, before: length, lag } = service.watch;
  const { step: every, planned } = stepsOf(after, lag);
  const from = step.at + warmUp;
  return {
    ...{ state: 'watching', window: { from, to: from + every * planned }, every, lag, looks: 0 },
    ...present({ baseline: hasCohorts(step) ? undefined : { from: step.at - length, to: step.at } }),
  };
}

/** Whether turning a flag on for all, or off, can be seen in the service as a whole. */
function isForMany({ share }: RolloutStep, before: RolloutStep | undefined): boolean {
  return share === 1 || before?.share === undefined || before.share >= MANY;
}
