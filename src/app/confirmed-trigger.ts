import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import type { Hypothesis, TaskReport } from '#domain/agent-task/report.ts';
import type { Instant } from '#domain/time.ts';
import { type Trigger, type TriggerStore, triggerByDeploy, triggerByRollout } from './found-harmful.ts';
import { deployCalled, rolloutCalled } from './named-cause.ts';

/** The deploy or rollout that an agent named in its last report on one of these alerts, and that more people called right than wrong. */
export async function confirmedTrigger(
  alerts: readonly string[],
  started: Instant | undefined,
  store: TriggerStore,
): Promise<Trigger | undefined> {
  for (const id of new Set(alerts)) {
    const task = await store.agentTasks.ofSubject({ kind: 'alert', id });
    const report = task?.reports.at(-1);
    if (task === undefined || report === undefined) continue;
    for (const hypothesis of report.hypotheses.filter((_, place) => isConfirmed(report, place))) {
      const trigger = await triggerBy(hypothesis, task, started, store);
      if (trigger !== undefined) return trigger;
    }
  }
  return undefined;
}

function isConfirmed({ answers }: TaskReport, place: number): boolean {
  const own = answers.filter(({ hypothesis }) => hypothesis === place);
  const right = own.filter((one) => one.right).length;
  return right > own.length - right;
}

async function triggerBy(
  { cause: { kind, reference = '' } }: Hypothesis,
  task: AgentTask,
  started: Instant | undefined,
  store: TriggerStore,
): Promise<Trigger | undefined> {
  if (kind === 'deploy') {
    const deploy = await deployCalled(reference, task, store);
    return deploy === undefined ? undefined : triggerByDeploy(deploy.id, started, store);
  }
  if (kind !== 'flag') return undefined;
  const rollout = await rolloutCalled(reference, store);
  return rollout === undefined ? undefined : triggerByRollout(rollout.id, started, store);
}
