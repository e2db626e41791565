import type { Incident } from '#domain/incident/incident.ts';
import { explain, failure, isRetryable, type Outcome, success } from '#domain/problem.ts';
import { type Instant, SECOND } from '#domain/time.ts';
import { submit } from '../accept.ts';
import type { Ports } from '../ports.ts';
import { personOf } from './incident.ts';

type ChannelPorts = Pick<Ports, 'store' | 'catalog' | 'conversations' | 'clock' | 'log'>;

/** Slack's limit for the name of a channel, and for its topic (docs of `conversations.create`, `conversations.setTopic`). */
const LONGEST_NAME = 80;
const LONGEST_TOPIC = 250;

/** So many names are tried. */
const NAMES = 5;

/** Slack is asked so often before an incident is left to its thread. */
const TRIES = 3;

/**
 * Has Slack make an incident's own channel and asks its people in; what came of it is an event. Whatever fails, the incident goes on in its thread. Run again for a channel that is
 * there, it asks in who has got a role since, and brings the topic up to date.
 */
export async function openIncidentChannel(id: string, ports: ChannelPorts): Promise<void> {
  const { store, catalog, log } = ports;
  const incident = await store.incidents.get(id);
  if (incident?.own === undefined) return;
  if (incident.own.state === 'open' && incident.own.id !== undefined)
    return gather(incident, incident.own.id, ports);
  const prefix = catalog.current().incidents.channelPrefix;
  if (prefix === undefined)
    return tell(id, { why: 'the configuration wants no channels of their own any more' }, ports);
  const opened = await openFree(incident, prefix, ports);
  if (!opened.ok) {
    log.warn({ problem: opened.problem, incident: id }, 'an incident has no channel of its own');
    return tell(id, { why: explain(opened.problem) }, ports);
  }
  await gather(incident, opened.value.channel, ports);
  await tell(id, { channel: opened.value.channel }, ports);
}

/** `inc-12-checkout-fails`: what Slack takes for a name, cut at a word where that leaves enough. */
export function channelName(prefix: string, { number, title }: Pick<Incident, 'number' | 'title'>): string {
  const begin = `${prefix}${number}`.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-');
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/[^a-z0-9]+/g, '-');
  return `${begin}-${slug}`
    .replaceAll(/-{2,}/g, '-')
    .slice(0, LONGEST_NAME)
    .replaceAll(/^-+|-+$/g, '');
}

/** A name may be taken, by hand or by an incident of a database that is lost: then a number makes it another one. */
async function openFree(
  incident: Incident,
  prefix: string,
  ports: ChannelPorts,
): Promise<Outcome<{ readonly channel: string }>> {
  const name = channelName(prefix, incident);
  for (let turn = 1; turn <= NAMES; turn += 1) {
    const tried = turn === 1 ? name : `${name.slice(0, LONGEST_NAME - 3)}-${turn}`;
    const opened = await openPatiently(tried, incident.declaredAt, ports);
    if (!opened.ok) return opened;
    const { channel } = opened.value;
    if (channel === undefined) continue;
    const other = await ports.store.incidents.at({ channel });
    if (other?.own?.id !== channel) return success({ channel });
  }
  return failure('slack-refused', `#${name} and the names next to it are taken.`);
}

async function openPatiently(name: string, since: Instant, { conversations, clock }: ChannelPorts) {
  let opened = await conversations.open(name, since);
  for (let tried = 1; !opened.ok && isRetryable(opened.problem) && tried < TRIES; tried += 1) {
    await clock.sleep(SECOND * 2 ** tried);
    opened = await conversations.open(name, since);
  }
  return opened;
}

/** Who declared it and who has a role. A channel without its topic or somebody is better than none: the log says what failed. */
async function gather(
  incident: Incident,
  channel: string,
  { conversations, log }: ChannelPorts,
): Promise<void> {
  const { id, severity, title, declaredBy, roles } = incident;
  const people = [declaredBy, ...Object.values(roles)].flatMap((actor) => personOf(actor) ?? []);
  const topic = `${id}, ${severity.replace('sev', 'sev ')}: ${title}`;
  try {
    if (people.length > 0) await conversations.invite(channel, [...new Set(people)]);
    await conversations.setTopic(channel, [...topic].slice(0, LONGEST_TOPIC).join(''));
  } catch (error) {
    log.warn({ error, incident: id, channel }, 'the channel of an incident is not quite made ready');
  }
}

async function tell(
  incident: string,
  outcome: { readonly channel: string } | { readonly why: string },
  ports: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  // Each try is told: the one before may have failed.
  const key = `own-channel:${incident}:${'channel' in outcome ? outcome.channel : ports.clock.now()}`;
  await submit({ type: 'incidentOwnChannel', incident, ...outcome }, key, ports);
}
