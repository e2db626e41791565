import type { Event } from '#domain/event.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import type { Ports } from './ports.ts';

/** How long a caller waits for its event to be decided; it is committed whatever becomes of the waiting. */
const WITHIN = MINUTE / 4;

/** How often it is looked at meanwhile. */
const EVERY = SECOND / 50;

/**
 * Commits an event and waits until it was decided, for a caller that has to be answered with what came of it. `key` makes a repeat the same event, of which the
 * first is waited for. Fails with `not-decided-yet` where other events take too long, and with `internal` where it could not be decided.
 */
export async function carryOut(
  event: Event,
  key: string,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<Outcome<{ readonly id: number }>> {
  const { id } = await store.inbox.append({ event, source: event.type, dedupeKey: key, at: clock.now() });
  for (const until = clock.now() + WITHIN; clock.now() < until; await clock.sleep(EVERY)) {
    const state = await store.inbox.stateOf(id);
    if (state === 'decided') return success({ id });
    if (state === 'failed') return failure('internal', 'What was sent could not be decided.');
  }
  return failure('not-decided-yet', 'What was sent is kept, and is carried out as soon as it can be.');
}
