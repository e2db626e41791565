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

/** What is written: the event, what it does in a few words for the audit log, to what, and the name under which the sender repeats it. */
export type Write = {
  readonly event: Event;
  readonly what: string;
  readonly subject: string;
  readonly requestId: string | undefined;
};

/** Commits an event of a caller, puts it on record, and waits until it was decided. Without a name each request is one of its own. */
export async function write(
  { event, what, subject, requestId }: Write,
  caller: Caller,
  { store, clock }: WritePorts,
): Promise<Outcome<{ readonly id: number }>> {
  const key = `api:${caller.name}:${event.type}:${subject}:${requestId ?? randomUUID()}`;
  const carried = await carryOut(event, key, { store, clock });
  if (carried.ok) await store.audit.record({ at: clock.now(), by: actorOf(caller), what, subject });
  return carried;
}

/** That something does not fit how things stand. */
export function conflict(what: string, where?: string) {
  return failure('conflict', what, where === undefined ? {} : { where });
}
