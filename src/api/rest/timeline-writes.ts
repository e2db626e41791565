import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import { whyNotRevised } from '#domain/incident/machine.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import { MINUTE } from '#domain/time.ts';
import { Moment, RequestId, Words } from '../contract/sent.ts';
import { entryOf } from '../contract/timeline.ts';
import { timeOf } from '../contract/values.ts';
import { EntryWritten } from '../contract/written.ts';
import { type Operation, operation } from '../operation.ts';
import { shown } from './names.ts';
import { IncidentId, Text } from './query.ts';
import { actorOf, conflict, write } from './write.ts';

type Needed = Pick<Ports, 'store' | 'clock'>;

/** How far the clock of whoever sends may be ahead of ours. */
const AHEAD = MINUTE;

/** What machines write into timelines. */
export function timelineWrites(ports: Needed): readonly Operation[] {
  return [addTimelineNote(ports), reviseTimelineEntry(ports)];
}

function addTimelineNote(ports: Needed): Operation {
  const { store, clock } = ports;
  return operation({
    name: 'add_timeline_note',
    method: 'POST',
    path: '/api/v1/incidents/{incident}/timeline',
    summary: 'Adds words to the timeline of an incident; they are said in its thread too.',
    scope: 'write',
    status: 201,
    input: z.strictObject({
      incident: IncidentId,
      text: Words.describe('What happened or was found, as plain text.'),
      at: Moment.optional().describe('When it happened, ISO 8601; now if nothing is said.'),
      requestId: RequestId,
    }),
    answer: EntryWritten,
    tool: {
      description:
        'Adds a note to an incident’s timeline: what you did or found, with its time. It is also said in the Slack thread, so keep it short. Use update_incident to change the status or severity.',
      bound: 8000,
    },
    async ask({ incident: id, text, at, requestId }, caller) {
      if ((await store.incidents.get(id)) === undefined) return noIncident(id);
      const now = clock.now();
      if (at !== undefined && at > now + AHEAD) return inFuture();
      const event = {
        type: 'timelineNoted',
        incident: id,
        text,
        at: at ?? now,
        by: actorOf(caller),
      } as const;
      const carried = await write({ event, subject: id, requestId }, caller, ports);
      return carried.ok ? entryAs(id, `note:${carried.value.id}`, ports) : carried;
    },
  });
}

function reviseTimelineEntry(ports: Needed): Operation {
  const { store, clock } = ports;
  return operation({
    name: 'revise_timeline_entry',
    method: 'PATCH',
    path: '/api/v1/incidents/{incident}/timeline/{entry}',
    summary: 'Sets an entry of a timeline right, or leaves it out; what it was stays on record.',
    scope: 'write',
    input: z.strictObject({
      incident: IncidentId,
      entry: Text.describe('The `key` of the entry.'),
      text: Words.optional(),
      at: Moment.optional().describe('When it happened, ISO 8601.'),
      dropped: z.boolean({ error: 'Expected true or false.' }).optional().describe('Whether it is left out.'),
      requestId: RequestId,
    }),
    answer: EntryWritten,
    tool: {
      description:
        'Corrects an entry of an incident’s timeline by its `key` (list_timeline has them): other words, another time, or left out. What it said before stays on record. What people wrote is theirs and is refused.',
      bound: 8000,
      isIdempotent: true,
    },
    async ask({ incident: id, entry: key, requestId, ...sent }, caller) {
      if ((await store.incidents.get(id)) === undefined) return noIncident(id);
      const known = await store.timelines.find(id, key);
      if (known === undefined)
        return failure('not-found', `${id} has no entry ${shown(key)}.`, { where: 'the path' });
      const change = present(sent);
      if (Object.keys(change).length === 0)
        return failure('request-invalid', 'Nothing is sent that would be changed.', { where: 'the body' });
      if (sent.at !== undefined && sent.at > clock.now() + AHEAD) return inFuture();
      const by = actorOf(caller);
      const why = whyNotRevised(known, by);
      if (why !== undefined) return conflict(why);
      const event = { type: 'timelineRevised', incident: id, key, change, by } as const;
      const carried = await write({ event, subject: `${id} ${key}`, requestId }, caller, ports);
      return carried.ok ? entryAs(id, key, ports) : carried;
    },
  });
}

async function entryAs(incident: string, key: string, { store, clock }: Needed) {
  const revision = await store.timelines.find(incident, key);
  if (revision === undefined)
    return failure('internal', `The entry ${key} of ${incident} is not to be found.`);
  const { entry, dropped } = revision;
  return success({ at: timeOf(clock.now()), incident, entry: entryOf(entry), isDropped: dropped });
}

function noIncident(id: string) {
  return failure('not-found', `There is no incident ${shown(id)}.`, { where: 'the path' });
}

function inFuture() {
  return failure('request-invalid', 'It lies in the future.', { where: 'body at' });
}
