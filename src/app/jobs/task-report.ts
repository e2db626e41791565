import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import type { TaskReport } from '#domain/agent-task/report.ts';
import { PRIORITY } from '#domain/job.ts';
import { present } from '#domain/optional.ts';
import type { TaskReportMessage } from '../message.ts';
import { namedCause } from '../named-cause.ts';
import type { Ports } from '../ports.ts';
import { placesOf } from '../task-places.ts';

/**
 * Puts what was last reported on a task into the thread of its subject and of the incidents about that: one message a place, which a corrected report takes over. What people say of it is shown
 * where it stands; a message that was deleted for its age is not put anew for that.
 */
export async function tellReport(
  id: string,
  ports: Pick<Ports, 'store' | 'catalog' | 'conversations' | 'clock'>,
): Promise<void> {
  const { store, clock } = ports;
  const task = await store.agentTasks.get(id);
  const report = task?.reports.at(-1);
  if (task === undefined || report === undefined) return;
  const message = await messageOf(task, report, ports);
  const priority = report.answers.length > 0 ? PRIORITY.answer : PRIORITY.verdict;
  for (const place of await placesOf(task, ports))
    await store.outbox.put({ ...place, priority, message }, clock.now());
}

async function messageOf(
  task: AgentTask,
  report: TaskReport,
  ports: Pick<Ports, 'store' | 'catalog' | 'conversations'>,
): Promise<TaskReportMessage> {
  const { id, title, reports, handOff } = task;
  const evidence = report.hypotheses.flatMap((one) => one.evidence);
  const asked = new Set(evidence.flatMap(({ query }) => query ?? []));
  const units = (handOff?.evidence ?? [])
    .filter(({ query }) => asked.has(query))
    .map(({ query, unit }) => [query, unit] as const);
  const pictures = [...new Set(evidence.flatMap(({ snapshot }) => snapshot ?? []))];
  const [causes, kept] = await Promise.all([
    Promise.all(report.hypotheses.map((one) => namedCause(one, task, ports))),
    Promise.all(pictures.map(async (one) => ((await ports.store.snapshots.get(one)) ? [one] : []))),
  ]);
  const before = reports.at(-2);
  const corrects = before === undefined ? undefined : { by: before.by, at: before.at };
  return {
    ...{ about: 'taskReport', at: report.at, task: id, title, report, causes },
    ...{ units: Object.fromEntries(units), pictures: kept.flat() },
    ...present({ corrects }),
  };
}
