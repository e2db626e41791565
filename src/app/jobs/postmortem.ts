import { isOpen } from '#domain/incident/incident.ts';
import { PRIORITY, type Task } from '#domain/job.ts';
import { failure, isRetryable, type Problem } from '#domain/problem.ts';
import { SECOND } from '#domain/time.ts';
import { submit } from '../accept.ts';
import { incidentRoot, threadOf } from '../incident-line.ts';
import type { Ports } from '../ports.ts';
import { postmortemExport } from '../postmortem-export.ts';
import { draftedFields } from '../postmortem-fields.ts';
import { postmortemLine } from '../postmortem-line.ts';
import { recordOf } from '../postmortem-record.ts';
import { settleReminders } from './action-due.ts';
import { personOf } from './incident.ts';

type Export = Extract<Task, { kind: 'exportPostmortem' }>;

/** Slack is asked so often to take a file. */
const TRIES = 3;

/** Reads what the record knows of a resolved incident; that its post-mortem is drafted or renewed by it is decided like any other event. */
export async function recordPostmortem(id: string, ports: Ports): Promise<void> {
  const { store, clock } = ports;
  const incident = await store.incidents.get(id);
  // Reopened meanwhile, or told in another incident: then there is nothing to write of.
  if (incident === undefined || isOpen(incident) || incident.duplicateOf !== undefined) return;
  const entries = await store.timelines.list(id);
  const record = await recordOf(incident, entries, ports);
  const fields = await draftedFields(incident, record, entries, ports);
  await submit(
    { type: 'postmortemRecorded', incident: id, fields, record },
    `recorded:${id}:${clock.now()}`,
    ports,
  );
}

/** Says in the incident's thread how far its post-mortem is. */
export async function announcePostmortem(
  id: string,
  ports: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<void> {
  const { store, clock } = ports;
  const [incident, postmortem] = await Promise.all([store.incidents.get(id), store.postmortems.get(id)]);
  if (incident === undefined || postmortem === undefined) return;
  const key = `${incidentRoot(id)}:postmortem`;
  const told = await store.outbox.find(key);
  const place =
    told === undefined
      ? threadOf(incident)
      : { to: told.to, ...(told.parent === undefined ? {} : { parent: told.parent }) };
  await store.outbox.put(
    {
      ...{ key, ...place, priority: PRIORITY.answer },
      message: { about: 'postmortem', at: postmortem.updatedAt, line: postmortemLine(incident, postmortem) },
    },
    clock.now(),
  );
  await settleReminders(postmortem, ports);
}

/** Shares a post-mortem as a file where it was asked for; whoever asked is told alone what stood in the way. */
export async function exportPostmortem(
  task: Export,
  ports: Pick<Ports, 'store' | 'catalog' | 'clock' | 'conversations' | 'documents' | 'log'>,
): Promise<void> {
  const { documents, log } = ports;
  const { incident: id, format } = task;
  const value = await postmortemExport(id, ports);
  if (value === undefined)
    return refuse(task, failure('words-unclear', `${id} has no post-mortem yet.`).problem, ports);
  const { incident, postmortem } = value;
  const file = {
    name: `${id}.${format === 'json' ? 'json' : 'md'}`,
    title: `${id}: ${postmortem.fields.title ?? incident.title}`,
    text: documents.write(value, format),
  };
  const shared = await sharePatiently(file, task, ports);
  if (shared.ok) return;
  log.warn({ problem: shared.problem, incident: id }, 'a post-mortem could not be shared');
  await refuse(task, shared.problem, ports);
}

async function sharePatiently(
  file: { name: string; title: string; text: string },
  { incident, place, thread }: Export,
  { conversations, clock }: Pick<Ports, 'conversations' | 'clock'>,
) {
  const comment = `The post-mortem of ${incident}`;
  const to = { channel: place, comment, ...(thread === undefined ? {} : { thread }) };
  let shared = await conversations.share(file, to);
  for (let tried = 1; !shared.ok && isRetryable(shared.problem) && tried < TRIES; tried += 1) {
    await clock.sleep(SECOND * 2 ** tried);
    shared = await conversations.share(file, to);
  }
  return shared;
}

async function refuse(
  { incident, format, place, thread, by }: Export,
  problem: Problem,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  const user = personOf(by);
  if (user === undefined) return;
  const now = clock.now();
  const words = `postmortem export ${incident} ${format}`;
  await store.outbox.put(
    {
      key: `${incidentRoot(incident)}:export:${user}:${now}`,
      to: { channel: place, onlyTo: user },
      priority: PRIORITY.answer,
      message: {
        about: 'answer',
        at: now,
        question: { request: { ask: 'postmortem', incident }, words, by: user, place, direct: false },
        answer: { kind: 'problem', problem, suggestions: [] },
        problems: [],
      },
      ...(thread === undefined ? {} : { parentTs: thread }),
    },
    now,
  );
}
