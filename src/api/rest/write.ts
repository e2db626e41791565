import { randomUUID } from 'node:crypto';
import { carryOut } from '#app/carry-out.ts';
import type { Ports } from '#app/ports.ts';
import type { Actor, Event } from '#domain/event.ts';
import { failure, type Outcome } from '#domain/problem.ts';
import type { Caller } from '../operation.ts';

export type WritePorts = Pick<Ports, 'store' | 'clock'>;

/** Who did it, as the record has it. */
export function actorOf({ name }: Caller): Actor {
  return { kind: 'machine', name };
}

/** What is written: the event, what it is done to, and the name under which the sender repeats it. */
export type Write = {
  readonly event: Event;
  readonly subject: string;
  readonly requestId: string | undefined;
};

/**
 * Commits an event of a caller and waits until it was decided, which puts it on record too. Without a name each request is one of its own; a name that was given to another request of the kind is
 * refused, for that one was carried out.
 */
export async function write(
  { event, subject, requestId }: Write,
  caller: Caller,
  ports: WritePorts,
): Promise<Outcome<{ readonly id: number }>> {
  const key = `api:${caller.name}:${event.type}:${subject}:${requestId ?? randomUUID()}`;
  const carried = await carryOut(event, key, ports);
  if (!carried.ok || requestId === undefined) return carried;
  return (await isOther(carried.value.id, event, ports)) ? nameTaken() : carried;
}

/** Whether another event stands under the name of this one: it was the first of that name, and this one was not carried out. */
export async function isOther(id: number, event: Event, { store }: Pick<Ports, 'store'>): Promise<boolean> {
  const first = await store.inbox.get(id);
  return first !== undefined && !isSame(first.event, event);
}

/** Refuses a name that was given to another request. */
export function nameTaken() {
  return conflict('This name was given to another request, which was carried out.', 'body requestId');
}

/** Whether both ask for the same; when it was sent is no part of that. */
function isSame(one: Event, other: Event): boolean {
  const told = (event: Event) => JSON.stringify({ ...event, at: undefined });
  return told(one) === told(other);
}

/** That something does not fit how things stand. */
export function conflict(what: string, where?: string) {
  return failure('conflict', what, where === undefined ? {} : { where });
}
