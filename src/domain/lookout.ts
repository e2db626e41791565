import { type Decision, NOTHING } from './decision.ts';
import type { Question } from './event.ts';
import { type Job, job, PRIORITY, type Task } from './job.ts';
import { type Duration, HOUR, type Instant, MINUTE } from './time.ts';

/** How long somebody has a service watched where they do not say, and the longest that they may. */
export const USUAL_LOOKOUT: Duration = 30 * MINUTE;
export const LONGEST_LOOKOUT: Duration = 4 * HOUR;

/** A service is looked at so often, and once more at the end. */
export const LOOK_EVERY: Duration = MINUTE;

type LookOut = Extract<Task, { kind: 'lookOut' }>;

/** The prefix of the jobs that watch a service for people in one conversation; who asks in private has a conversation of their own. */
export function lookoutPrefix(service: string, { place, by, direct }: Question): string {
  return `lookout:${direct ? by : place}:${service}:`;
}

/** The look that is taken at `due`. Each look plans the next, so that one that runs late leaves none behind. */
export function lookJob(task: LookOut, due: Instant): Job {
  const { key, question, service } = task;
  return job(`${lookoutPrefix(service, question)}${key}`, `lookout:${key}`, due, PRIORITY.progress, task);
}

/** Begins to watch a service, in a message of the key `q` and the event’s number. */
export function onWatchAsked(
  id: number,
  {
    question,
    service,
    length,
  }: { readonly question: Question; readonly service: string; readonly length: Duration },
  now: Instant,
): Decision {
  const task = { kind: 'lookOut', key: `q${id}`, question, service, from: now, until: now + length } as const;
  return { ...NOTHING, jobs: [{ ...lookJob(task, now), priority: PRIORITY.answer }] };
}

/** Ends a watch before its time: the message is put once more. */
export function onWatchStopped(
  { watch, by }: { readonly watch: string; readonly by: Extract<Task, { kind: 'stopLookout' }>['by'] },
  at: Instant,
  now: Instant,
): Decision {
  const task = { kind: 'stopLookout', key: watch, by, at } as const;
  return { ...NOTHING, jobs: [job(`stop:${watch}`, `lookout:${watch}`, now, PRIORITY.answer, task)] };
}
