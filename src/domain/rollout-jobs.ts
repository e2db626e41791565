import { looksPlanned, type RolloutStep, type StepWatch } from './flag.ts';
import { type Job, job, PRIORITY, type Priority } from './job.ts';
import type { Instant } from './time.ts';

/** After the end of its watch a step is looked at again after this share of the time that it was watched. */
const SLOWER = 0.1;

/** The look with which the watch over a step begins, or goes on after a pause: looks whose time is past are left out, one now tells as much. */
export function nextLook(rollout: string, step: number, watch: StepWatch, now: Instant): Job {
  const planned = looksPlanned(watch);
  let look = watch.looks + 1;
  while (look < planned && dueOf(watch, look + 1) <= now) look += 1;
  const pause = Math.max(watch.every, SLOWER * (now - watch.window.from));
  const due = look <= planned ? dueOf(watch, look) : now + pause;
  return job(`${lookKey(rollout, step)}${look}`, `rollout:${rollout}:watch`, due, PRIORITY.progress, {
    ...{ kind: 'lookRollout', rollout, step, look },
  });
}

/** A step in whose place another came is looked at once more, up to that: what was certain by then was not known at the look before. */
export function lastLook(
  rollout: string,
  { number, watch }: RolloutStep,
  until: Instant,
  now: Instant,
): readonly Job[] {
  if (watch === undefined || watch.state === 'ended' || until - watch.window.from < watch.every) return [];
  const look = watch.looks + 1;
  const due = Math.max(now, until + watch.lag);
  return [
    job(`${lookKey(rollout, number)}${look}`, `rollout:${rollout}:watch`, due, PRIORITY.progress, {
      ...{ kind: 'lookRollout', rollout, step: number, look },
    }),
  ];
}

/** When look `n` is due: when n whole steps, which begin at multiples of their length, are over and can be read. */
function dueOf({ window, every, lag }: StepWatch, look: number): Instant {
  return Math.ceil(window.from / every) * every + every * look + lag;
}

export function lookKey(rollout: string, step: number): string {
  return `lookRollout:${rollout}:${step}:`;
}

/** Ends so that the key of one step begins no other's. */
export function reportKey(rollout: string, step: number): string {
  return `report:${rollout}:${step}:`;
}

export function announce(rollout: string, due: Instant, priority: Priority): Job {
  return job(`announce:${rollout}`, `rollout:${rollout}:root`, due, priority, {
    kind: 'announceRollout',
    rollout,
  });
}

export function report(rollout: string, step: number, due: Instant, priority: Priority): Job {
  return job(reportKey(rollout, step), `rollout:${rollout}:watch`, due, priority, {
    ...{ kind: 'reportRollout', rollout, step },
  });
}
