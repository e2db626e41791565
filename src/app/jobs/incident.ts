import type { Actor } from '#domain/event.ts';
import { type Incident, isOpen } from '#domain/incident/incident.ts';
import { nudgeJob, quietFor } from '#domain/incident/running-jobs.ts';
import { PRIORITY, type Task } from '#domain/job.ts';
import { present } from '#domain/optional.ts';
import { findService } from '#domain/service.ts';
import { SECOND } from '#domain/time.ts';
import { submit } from '../accept.ts';
import type { IncidentLine } from '../incident-answers.ts';
import { costsOf } from '../incident-costs.ts';
import { incidentRoot, lineOf, permalinkOf, threadOf } from '../incident-line.ts';
import { subjectThread } from '../incident-subject.ts';
import type { IncidentMessage } from '../message.ts';
import type { OutboxEntry, Ports } from '../ports.ts';

type TellPorts = Pick<Ports, 'store' | 'catalog' | 'conversations' | 'clock'>;

/** So often, and so far apart, the root message is looked for before a link to it is given without its address. */
const TRIES = 6;
const TRY_EVERY = SECOND / 2;

/** Puts the root message of an incident's thread as it now stands, its copy in the incident's own channel, and the words where it was declared. */
export async function announceIncident(id: string, ports: TellPorts): Promise<void> {
  const { store, clock } = ports;
  const incident = await store.incidents.get(id);
  if (incident === undefined) return;
  const message = await rootOf(incident, ports);
  const priority = isOpen(incident) ? PRIORITY.alert : PRIORITY.resolved;
  await store.outbox.put(
    { key: incidentRoot(id), to: { channel: incident.channel }, priority, message },
    clock.now(),
  );
  const { own } = incident;
  if (own?.state === 'open' && own.id !== undefined)
    await store.outbox.put(
      {
        key: `${incidentRoot(id)}:own`,
        to: { channel: own.id },
        priority,
        message: { ...message, isOwn: true },
      },
      clock.now(),
    );
  await refreshLink(incident, ports);
}

/** Says in the incident's thread what an entry of its timeline tells; one that was told already is told again where it stands. */
export async function tellEntry(
  id: string,
  key: string,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  const incident = await store.incidents.get(id);
  const found = await store.timelines.find(id, key);
  if (incident === undefined || found === undefined || found.dropped) return;
  const { entry } = found;
  const message = { about: 'incidentEntry' as const, at: entry.at, incident: id, entry };
  const priority = entry.kind === 'status' || entry.kind === 'severity' ? PRIORITY.verdict : PRIORITY.answer;
  const messageKey = `${incidentRoot(id)}:entry:${key}`;
  const told = await store.outbox.find(messageKey);
  const place = told === undefined ? threadOf(incident) : placeOf(told);
  await store.outbox.put({ key: messageKey, ...place, priority, message }, clock.now());
}

/** Says where it was declared which incident that is: in the thread of what it was declared from, else to whoever declared it alone. */
export async function linkIncident(id: string, ports: TellPorts): Promise<void> {
  const { store, clock } = ports;
  const incident = await store.incidents.get(id);
  if (incident === undefined) return;
  const place = await linkPlace(incident, ports);
  if (place === undefined) return;
  await ports.store.outbox.put(
    {
      ...place,
      priority: PRIORITY.verdict,
      message: { about: 'incidentLink', at: incident.declaredAt, line: await postedLine(incident, ports) },
    },
    clock.now(),
  );
}

/** Asks for an update where it is still open and nobody has given one since the job was planned. */
export async function nudgeIncident(
  { incident: id, nudge }: Extract<Task, { kind: 'nudgeIncident' }>,
  { store, catalog, clock }: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<void> {
  const incident = await store.incidents.get(id);
  const now = clock.now();
  if (incident === undefined || !isOpen(incident)) return;
  const quiet = now - incident.touchedAt;
  // A word that came since has begun the count anew.
  if (nudge !== incident.nudges + 1) return;
  const settings = catalog.current().incidents;
  // The configuration has become more patient meanwhile.
  if (quiet < quietFor(nudge, settings.nudgeAfter)) return store.jobs.put([nudgeJob(incident, settings)]);
  const key = `${incidentRoot(id)}:nudge:${incident.touchedAt}:${nudge}`;
  const mention = personOf(incident.roles.commander) ?? personOf(incident.declaredBy);
  if ((await store.outbox.find(key)) === undefined)
    await store.outbox.put(
      {
        ...{ key, ...threadOf(incident), priority: PRIORITY.alert },
        message: { about: 'nudge', at: now, incident, quiet, ...present({ mention }) },
      },
      now,
    );
  await submit(
    { type: 'incidentNudged', incident: id, nudge, since: incident.touchedAt },
    `nudged:${id}:${incident.touchedAt}:${nudge}`,
    { store, clock },
  );
}

/** Counts what an incident has cost its budgets so far, or until it was resolved. */
export async function costIncident(
  id: string,
  ports: Pick<Ports, 'store' | 'catalog' | 'clock' | 'sliCounter'>,
): Promise<void> {
  const incident = await ports.store.incidents.get(id);
  if (incident === undefined) return;
  const now = ports.clock.now();
  const to = isOpen(incident) ? now : (incident.times.resolved ?? now);
  const costs = await costsOf(incident, to, ports);
  // What was resolved is counted once more later: the same stretch, known better.
  await submit({ type: 'incidentCosted', incident: id, costs, to }, `costed:${id}:${now}`, ports);
}

/** The person that an actor is, by Slack id. */
export function personOf(actor: Actor | undefined): string | undefined {
  return actor?.kind === 'person' ? actor.user : undefined;
}

async function rootOf(incident: Incident, ports: TellPorts): Promise<IncidentMessage> {
  const { store, catalog } = ports;
  const owners = incident.services.flatMap((name) => findService(catalog.current(), name)?.owner ?? []);
  const [from, postmortem, latest] = await Promise.all([
    fromOf(incident, ports),
    store.postmortems.get(incident.id),
    store.timelines.latest(incident.id, 'note'),
  ]);
  return {
    about: 'incident',
    at: incident.times.resolved ?? incident.declaredAt,
    incident,
    owners: [...new Set(owners)],
    ...present({
      from,
      postmortem: postmortem?.state,
      latest,
    }),
  };
}

/** The thread that it was declared from. An address that is known is not asked for again. */
async function fromOf({ id, subject }: Incident, ports: TellPorts): Promise<IncidentMessage['from']> {
  if (subject === undefined) return undefined;
  const thread = await subjectThread(subject, ports.store);
  if (thread === undefined) return undefined;
  const told = (await ports.store.outbox.find(incidentRoot(id)))?.message;
  const known = told?.about === 'incident' ? told.from?.permalink : undefined;
  const permalink = known ?? (await permalinkOf(thread.key, ports));
  return { title: thread.title, ...present({ permalink }) };
}

type LinkPlace = Pick<OutboxEntry, 'key' | 'to' | 'parent'>;

async function linkPlace(incident: Incident, { store }: TellPorts): Promise<LinkPlace | undefined> {
  const { id, subject, declaredIn, declaredBy } = incident;
  const thread = subject === undefined ? undefined : await subjectThread(subject, store);
  if (thread !== undefined) {
    const root = await store.outbox.find(thread.key);
    // A thread that was deleted for its age is not begun anew.
    return {
      key: `${incidentRoot(id)}:link`,
      to: { channel: thread.channel },
      ...(root === undefined ? {} : { parent: thread.key }),
    };
  }
  const user = personOf(declaredBy);
  if (declaredIn === undefined || user === undefined) return undefined;
  return { key: `${incidentRoot(id)}:declared`, to: { channel: declaredIn, onlyTo: user } };
}

/** The incident with the address of its root message, which is worth a short wait: what only one person sees cannot be edited later. */
async function postedLine(incident: Incident, ports: TellPorts): Promise<IncidentLine> {
  for (let tried = 1; ; tried += 1) {
    const line = await lineOf(incident, ports);
    if (line.permalink !== undefined || tried >= TRIES) return line;
    await ports.clock.sleep(TRY_EVERY);
  }
}

/** Keeps the words in the thread true, where what they say has changed. */
async function refreshLink(incident: Incident, ports: TellPorts): Promise<void> {
  const told = await ports.store.outbox.find(`${incidentRoot(incident.id)}:link`);
  if (told?.message.about !== 'incidentLink') return;
  const { message } = told;
  const said = ({ status, severity, title, own }: Incident) =>
    JSON.stringify([status, severity, title, own?.state === 'open' ? own.id : undefined]);
  if (message.line.permalink !== undefined && said(message.line.incident) === said(incident)) return;
  const line = await lineOf(incident, ports);
  if (line.permalink === message.line.permalink && said(message.line.incident) === said(incident)) return;
  const { key, priority } = told;
  const entry = { key, ...placeOf(told), priority, message: { ...message, line } };
  await ports.store.outbox.put(entry, ports.clock.now());
}

/** Where a message stands, so that it is put again there. */
function placeOf({ to, parent }: Pick<OutboxEntry, 'to' | 'parent'>): Pick<OutboxEntry, 'to' | 'parent'> {
  return { to, ...present({ parent }) };
}
