import type { AgentTask, TaskSubject } from '#domain/agent-task/agent-task.ts';
import { type Incident, isOpen } from '#domain/incident/incident.ts';
import { isAbout } from '#domain/incident/task-facts.ts';
import { present } from '#domain/optional.ts';
import { budgetRoot } from './budget-episodes.ts';
import { threadOf } from './incident-line.ts';
import { subjectThread } from './incident-subject.ts';
import type { OutboxEntry, Ports } from './ports.ts';

/** Where a message of ours stands: its key, its channel, the thread. */
export type TaskPlace = Pick<OutboxEntry, 'key' | 'to' | 'parent'>;

/**
 * Where what is found of a task is told: in the thread of its subject, and in that of each incident that is worked on about it. What was told in an incident stays told there, whatever becomes
 * of the incident; a place is kept once something stands in it.
 */
export async function placesOf(
  task: AgentTask,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<readonly TaskPlace[]> {
  const own = await subjectPlace(task, store);
  const during = await store.incidents.during({ from: task.since, to: clock.now() + 1 });
  const told = await Promise.all(
    during
      .filter((incident) => isAbout(incident, task))
      .map((incident) => incidentPlace(task, incident, store)),
  );
  return [...(own === undefined ? [] : [own]), ...told.filter((place) => place !== undefined)];
}

async function subjectPlace(
  { id, subject, reports }: AgentTask,
  store: Ports['store'],
): Promise<TaskPlace | undefined> {
  const key = reportKey(id);
  const known = await store.outbox.find(key);
  if (known !== undefined) return placed(known);
  // What people can answer was posted: where it is not known any more, it was deleted for its age.
  const isGone = (reports.at(-1)?.answers.length ?? 0) > 0;
  const thread = isGone ? undefined : await threadAbout(subject, store);
  if (thread === undefined) return undefined;
  const root = await store.outbox.find(thread.key);
  // A thread that was deleted for its age is not begun anew.
  const parent = root === undefined ? {} : { parent: thread.key };
  return { key, to: { channel: thread.channel }, ...parent };
}

async function incidentPlace(
  { id }: AgentTask,
  incident: Incident,
  { outbox }: Ports['store'],
): Promise<TaskPlace | undefined> {
  const key = `${reportKey(id)}:${incident.id}`;
  const known = await outbox.find(key);
  if (known !== undefined) return placed(known);
  return isOpen(incident) ? { key, ...threadOf(incident) } : undefined;
}

async function threadAbout(
  subject: TaskSubject,
  store: Ports['store'],
): Promise<{ readonly key: string; readonly channel: string } | undefined> {
  if (subject.kind !== 'budget') return subjectThread({ kind: subject.kind, id: subject.id }, store);
  const key = budgetRoot(subject.id);
  const root = await store.outbox.find(key);
  return root === undefined ? undefined : { key, channel: root.to.channel };
}

function reportKey(task: string): string {
  return `task:${task}:report`;
}

function placed({ key, to, parent }: OutboxEntry): TaskPlace {
  return { key, to, ...present({ parent }) };
}
