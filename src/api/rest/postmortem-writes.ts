import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import { changedFields } from '#domain/incident/changed-fields.ts';
import { isOpen } from '#domain/incident/incident.ts';
import type { Postmortem } from '#domain/incident/postmortem.ts';
import { type ReviewRefusal, whyNotReviewed } from '#domain/incident/review.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { postmortemSummaryOf } from '../contract/postmortem-list.ts';
import { fieldsOf, RequestId, ReviewState, SentFields } from '../contract/sent.ts';
import { timeOf } from '../contract/values.ts';
import { PostmortemWritten } from '../contract/written.ts';
import { type Operation, operation } from '../operation.ts';
import { shown } from './names.ts';
import { IncidentId } from './query.ts';
import { actorOf, conflict, write } from './write.ts';

type Needed = Pick<Ports, 'store' | 'clock'>;

const REVISION = { error: 'Expected a revision: a whole number from 1.' };

/** What machines write of post-mortems. */
export function postmortemWrites(ports: Needed): readonly Operation[] {
  return [upsertPostmortem(ports), reviewPostmortem(ports)];
}

function upsertPostmortem(ports: Needed): Operation {
  const { store } = ports;
  return operation({
    name: 'upsert_postmortem',
    method: 'PUT',
    path: '/api/v1/postmortems/{incident}',
    summary:
      'Writes sections of a post-mortem; what is not sent stays, and what others wrote meanwhile is kept.',
    scope: 'write',
    input: z.strictObject({
      incident: IncidentId,
      base: z
        .int(REVISION)
        .min(1, REVISION)
        .describe('The revision that you read: what changed since then is kept beside what you send.'),
      ...SentFields,
      requestId: RequestId,
    }),
    answer: PostmortemWritten,
    tool: {
      description:
        'Writes sections of a post-mortem (summary, impact, trigger, rootCause, contributingFactors, …) by their names. Read it first (get_postmortem) and send its `revision` as `base`; sections that you do not send stay. Where somebody changed a section since, both texts are kept and it is named in `merged`. What you write is a draft for people: review_postmortem asks them to look.',
      bound: 8000,
      isIdempotent: true,
    },
    async ask({ incident: id, base, requestId, ...sent }, caller) {
      const known = await knownPostmortem(id, ports);
      if (!known.ok) return known;
      if (base > known.value.revision)
        return conflict(`${id} has ${known.value.revision} revisions; ${base} is none of them.`, 'body base');
      const fields = fieldsOf(sent);
      if (Object.keys(fields).length === 0)
        return failure('request-invalid', 'Nothing is sent that would be written.', { where: 'the body' });
      const event = { type: 'postmortemEdited', incident: id, base, fields, by: actorOf(caller) } as const;
      const carried = await write({ event, subject: id, requestId }, caller, ports);
      if (!carried.ok) return carried;
      const after = (await store.postmortems.get(id)) ?? known.value;
      const merged = changedFields(after.fields, { ...after.fields, ...fields });
      return summed(after, ports, {
        taken: Object.keys(fields).filter((name) => !merged.includes(name)),
        merged: [...merged],
      });
    },
  });
}

const NOT_REVIEWED: Readonly<Record<ReviewRefusal, string>> = {
  same: 'It is in that state already.',
  'not-in-review': 'Only what is in review is approved.',
  'own-work': 'Nobody approves what they alone have written.',
  machine: 'People approve post-mortems, and take approvals back.',
};

function reviewPostmortem(ports: Needed): Operation {
  const { store } = ports;
  return operation({
    name: 'review_postmortem',
    method: 'POST',
    path: '/api/v1/postmortems/{incident}/review',
    summary: 'Asks people to review a post-mortem, or takes that back; approving is for people.',
    scope: 'write',
    input: z.strictObject({ incident: IncidentId, state: ReviewState, requestId: RequestId }),
    answer: PostmortemWritten,
    tool: {
      description:
        'Brings a post-mortem into review once it is whole (state inReview), or back to draft. Approving it is for people and is refused.',
      bound: 8000,
      isIdempotent: true,
    },
    async ask({ incident: id, state, requestId }, caller) {
      const known = await knownPostmortem(id, ports);
      if (!known.ok) return known;
      const by = actorOf(caller);
      const why = whyNotReviewed(known.value, state, by);
      if (why === 'same') return summed(known.value, ports, { taken: [], merged: [] });
      if (why !== undefined) return conflict(NOT_REVIEWED[why], 'body state');
      const event = { type: 'postmortemReviewed', incident: id, state, by } as const;
      const carried = await write({ event, subject: id, requestId }, caller, ports);
      if (!carried.ok) return carried;
      const after = (await store.postmortems.get(id)) ?? known.value;
      return after.state === state
        ? summed(after, ports, { taken: [], merged: [] })
        : conflict(`Meanwhile it is ${after.state}; read it again.`);
    },
  });
}

/** The post-mortem of an incident; what there is to do where there is none yet. */
export async function knownPostmortem(
  id: string,
  { store }: Pick<Ports, 'store'>,
): Promise<Outcome<Postmortem>> {
  const [postmortem, incident] = await Promise.all([store.postmortems.get(id), store.incidents.get(id)]);
  if (postmortem !== undefined) return success(postmortem);
  if (incident === undefined)
    return failure('not-found', `There is no incident ${shown(id)}.`, { where: 'the path' });
  return conflict(
    isOpen(incident)
      ? `${id} is ${incident.status}: its post-mortem is drafted from the record when it is resolved. Until then write into its timeline.`
      : `The post-mortem of ${id} is being drafted from the record; try again in a moment.`,
  );
}

async function summed(
  postmortem: Postmortem,
  { store, clock }: Needed,
  what: { readonly taken: string[]; readonly merged: string[] },
): Promise<Outcome<PostmortemWritten>> {
  const incident = await store.incidents.get(postmortem.incident);
  return success({
    ...{ at: timeOf(clock.now()), postmortem: postmortemSummaryOf(postmortem, incident) },
    ...what,
  });
}
