import { stepsOf } from './deploy.ts';
import type { FlagReport } from './event.ts';
import { hasCohorts, latestStep, type Rollout, type RolloutStep, type StepWatch } from './flag.ts';
import { present } from './optional.ts';
import type { Service } from './service.ts';

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
  const { flag, hints, environment } = report;
  const begun: Rollout = known ?? {
    ...{ id: newId, flag, hints, environment, steps: [] },
    ...present({ service: service?.name, channel: isWatched ? channel : undefined }),
  };
  const last = latestStep(begun);
  const isLate = last !== undefined && report.at < last.at;
  const earlier = begun.steps.filter(({ at }) => at <= report.at);
  const before = earlier.at(-1);
  if (before?.share !== undefined && before.share === report.share) return begun;
  const step = stepOfReport(report, begun.steps.length + 1);
  const watch = isWatched && !isLate ? watchOf(step, before, flag, service) : undefined;
  const added = { ...step, ...present({ watch }) };
  const ended = earlier.map((one) => (isLate ? one : withoutWatch(one)));
  return { ...begun, steps: [...ended, added, ...begun.steps.filter(({ at }) => at > report.at)] };
}

/** The step that a report makes, without a watch. */
function stepOfReport({ share, at, source, actor, url }: FlagReport, number: number): RolloutStep {
  return { number, at, source, ...present({ share, actor, url }) };
}

/** A step whose time is over: what was found stands. */
function withoutWatch(step: RolloutStep): RolloutStep {
  return step.watch?.state === 'watching' ? { ...step, watch: { ...step.watch, state: 'ended' } } : step;
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
