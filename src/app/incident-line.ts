import type { Incident } from '#domain/incident/incident.ts';
import { present } from '#domain/optional.ts';
import type { IncidentLine } from './incident-answers.ts';
import type { Address, Ports } from './ports.ts';

type LinePorts = Pick<Ports, 'store' | 'conversations'>;

/** Key of the root message of an incident's thread. */
export function incidentRoot(incident: string): string {
  return `incident:${incident}`;
}

/** Where what is said of an incident stands: in its own channel where it has one, else in the thread of its root message. */
export function threadOf({ id, channel, own }: Incident): { readonly to: Address; readonly parent?: string } {
  if (own?.state === 'open' && own.id !== undefined) return { to: { channel: own.id } };
  return { to: { channel }, parent: incidentRoot(id) };
}

/** An incident as a list shows it. */
export async function lineOf(
  incident: Incident,
  ports: LinePorts,
  { excerpt }: { readonly excerpt?: string } = {},
): Promise<IncidentLine> {
  const [permalink, postmortem] = await Promise.all([
    permalinkOf(incidentRoot(incident.id), ports),
    ports.store.postmortems.get(incident.id),
  ]);
  return { incident, ...present({ permalink, postmortem: postmortem?.state, excerpt }) };
}

/** An address that opens one of our messages; `undefined` while it is not posted. */
export async function permalinkOf(
  key: string,
  { store, conversations }: LinePorts,
): Promise<string | undefined> {
  const posted = (await store.outbox.find(key))?.posted;
  return posted === undefined ? undefined : conversations.permalink(posted);
}

/** `INC-12` from what people write for it: `inc-12`, `12`. */
export function incidentId(words: string): string {
  const plain = words.trim().toUpperCase();
  return /^\d+$/.test(plain) ? `INC-${plain}` : plain;
}
