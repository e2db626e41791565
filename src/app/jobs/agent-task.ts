import { stateOf } from '#domain/agent-task/agent-task.ts';
import { pushJob } from '#domain/decide-agent-task.ts';
import type { Task } from '#domain/job.ts';
import { isRetryable } from '#domain/problem.ts';
import { type Duration, HOUR, MINUTE, SECOND } from '#domain/time.ts';
import { submit } from '../accept.ts';
import { handOffOf } from '../hand-off.ts';
import type { Ports } from '../ports.ts';

/** How long after each try that failed a push is tried again; in all it is a day, as long as a task lasts. */
export const PUSHED_AGAIN: readonly Duration[] = [
  ...[5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 9 * HOUR],
];

/** Reads what is known of a task's subject, and hands the task off with it. */
export async function handOff(id: string, ports: Ports): Promise<void> {
  const task = await ports.store.agentTasks.get(id);
  if (task === undefined || task.handOff !== undefined) return;
  const read = await handOffOf(task, ports);
  await submit({ type: 'taskHandedOff', task: id, handOff: read }, `handed-off:${id}`, ports);
}

/** Tells another program that a task can be claimed, as long as it can. What it does not take now it is told again later; what it refuses it is not. */
export async function pushTask(
  { task: id, attempt }: Extract<Task, { kind: 'pushTask' }>,
  { store, clock, log, taskPushes }: Pick<Ports, 'store' | 'clock' | 'log' | 'taskPushes'>,
): Promise<void> {
  const task = await store.agentTasks.get(id);
  if (task === undefined || taskPushes === undefined || stateOf(task, clock.now()) !== 'open') return;
  const pushed = await taskPushes.push(task);
  if (pushed.ok) return;
  const wait = isRetryable(pushed.problem) ? PUSHED_AGAIN[attempt - 1] : undefined;
  if (wait !== undefined) await store.jobs.put([pushJob(id, attempt + 1, clock.now() + wait)]);
  log.warn(
    { task: id, attempt, problem: pushed.problem, again: wait !== undefined },
    'a task could not be pushed',
  );
}
