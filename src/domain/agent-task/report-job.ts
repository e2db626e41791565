import { type Job, job, PRIORITY } from '../job.ts';
import type { Instant } from '../time.ts';

/** Tells what was last reported on a task, wherever it belongs. */
export function reportJob(task: string, due: Instant): Job {
  return job(`report:${task}`, `task:${task}`, due, PRIORITY.verdict, { kind: 'tellReport', task });
}
