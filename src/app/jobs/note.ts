import type { Incident } from '#domain/incident/incident.ts';
import { noteKey, type TimelineEntry } from '#domain/incident/timeline.ts';
import { PRIORITY, type Task } from '#domain/job.ts';
import { present } from '#domain/optional.ts';
import { explain, isRetryable, type Outcome } from '#domain/problem.ts';
import { findService } from '#domain/service.ts';
import { SECOND } from '#domain/time.ts';
import { submit } from '../accept.ts';
import { incidentRoot, lineOf } from '../incident-line.ts';
import { subjectThread } from '../incident-subject.ts';
import type { NotedMessage } from '../message.ts';
import type { Ports } from '../ports.ts';
import { hashOf } from '../show.ts';
import { personOf } from './incident.ts';

type NotePorts = Pick<Ports, 'store' | 'catalog' | 'conversations' | 'clock'>;
type Mark = Extract<Task, { kind: 'fetchNote' }>;

/** A message as Slack has it. */
type Fetched = Awaited<ReturnType<Ports['conversations']['message']>> extends Outcome<infer T> ? T : never;

/** Slack is asked so often for the words. */
const TRIES = 3;

/** Fetches the message that somebody marked, has it added to the timeline that it belongs to, and tells that person what came of it. */
export async function fetchNote(task: Mark, ports: NotePorts): Promise<void> {
  const { source, by } = task;
  const fetched = await fetchPatiently(source, ports);
  if (!fetched.ok) return tell(task, undefined, { problem: explain(fetched.problem) }, ports);
  const found = fetched.value;
  if (found === undefined) return tell(task, found, { problem: 'The message is not there any more.' }, ports);
  const { text, at, author } = found;
  if (text.trim() === '') return tell(task, found, { problem: 'The message has no words to keep.' }, ports);
  const meant = await incidentOf(task, found.thread ?? source.ts, ports);
  if (!meant.ok) return tell(task, found, { problem: meant.why }, ports);
  const { incident } = meant;
  await submit(
    { type: 'timelineNoted', incident: incident.id, text, at, source, by, ...present({ author }) },
    `noted:${task.key}:${incident.id}`,
    ports,
  );
  const entry: TimelineEntry = {
    ...{ key: noteKey(source), kind: 'note', at, text, source },
    ...present({ by: author, addedBy: by }),
  };
  await tell(task, found, { line: await lineOf(incident, ports), entry }, ports);
}

async function fetchPatiently(source: Mark['source'], { conversations, clock }: NotePorts) {
  let fetched = await conversations.message(source);
  for (let tried = 1; !fetched.ok && isRetryable(fetched.problem) && tried < TRIES; tried += 1) {
    await clock.sleep(SECOND * 2 ** tried);
    fetched = await conversations.message(source);
  }
  return fetched;
}

type Meant =
  | { readonly ok: true; readonly incident: Incident }
  | { readonly ok: false; readonly why: string };

/** The incident that was named, or that of the thread or channel, else the only open one that has to do with the channel. */
async function incidentOf(
  { incident, source: { channel } }: Mark,
  thread: string,
  ports: NotePorts,
): Promise<Meant> {
  const { store } = ports;
  const said = incident === undefined ? undefined : await store.incidents.get(incident);
  if (said !== undefined) return { ok: true, incident: said };
  const here = await store.incidents.at({ channel, thread });
  if (here !== undefined) return { ok: true, incident: here };
  const open = await store.incidents.open();
  if (open.length === 0) return { ok: false, why: 'No incident is open.' };
  const near = await Promise.all(open.map((one) => isTold(one, channel, ports)));
  const candidates = open.filter((_, i) => near[i]);
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return { ok: true, incident: only };
  const named = (candidates.length === 0 ? open : candidates).map(({ id }) => id).join(', ');
  const ask = 'Mark a message in the thread of the incident that you mean.';
  const why =
    only === undefined
      ? `No open incident (${named}) has to do with this channel. ${ask}`
      : `Several incidents may be meant: ${named}. ${ask}`;
  return { ok: false, why };
}

/** Whether an incident is told of in a channel: its own words, what it was declared from, or one of its services. Channels that are configured by name are known by what was posted there. */
async function isTold(incident: Incident, channel: string, { store, catalog }: NotePorts): Promise<boolean> {
  const { id, alerts, deploys, rollouts, services, declaredIn, own } = incident;
  const configured = services.map((name) => findService(catalog.current(), name)?.channel);
  if ([declaredIn, own?.id, incident.channel, ...configured].includes(channel)) return true;
  const subjects = [
    ...alerts.map((one) => ({ kind: 'alert' as const, id: one })),
    ...deploys.map((one) => ({ kind: 'deploy' as const, id: one })),
    ...rollouts.map((one) => ({ kind: 'rollout' as const, id: one })),
  ];
  const threads = await Promise.all(subjects.map((subject) => subjectThread(subject, store)));
  const keys = [incidentRoot(id), ...threads.flatMap((thread) => thread?.key ?? [])];
  const posted = await Promise.all(
    keys.map(async (key) => (await store.outbox.find(key))?.posted?.channel === channel),
  );
  return posted.includes(true);
}

/** To the person alone, beside the message. */
async function tell(
  { source, by, key }: Mark,
  found: Fetched | undefined,
  what: Pick<NotedMessage, 'line' | 'entry' | 'problem'>,
  { store, clock }: NotePorts,
): Promise<void> {
  const user = personOf(by);
  if (user === undefined) return;
  // Each person is told of each outcome: what only one sees cannot be edited, and a message may be marked again once an incident is open.
  const messageKey = `noted:${key}:${user}:${what.line?.incident.id ?? hashOf(what.problem ?? '')}`;
  if ((await store.outbox.find(messageKey)) !== undefined) return;
  await store.outbox.put(
    {
      key: messageKey,
      to: { channel: source.channel, onlyTo: user },
      priority: PRIORITY.answer,
      message: { about: 'noted', at: clock.now(), ...what },
      ...(found?.thread === undefined ? {} : { parentTs: found.thread }),
    },
    clock.now(),
  );
}
