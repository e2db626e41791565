import { z } from 'zod';
import type * as incidents from '#domain/incident/incident.ts';
import { SEVERITIES } from '#domain/incident/incident.ts';
import { CAUSES, type Postmortem, REVIEW_STATES, TRIGGERS } from '#domain/incident/postmortem.ts';
import { present } from '#domain/optional.ts';
import { Time, timeOf, Untrusted } from './values.ts';

/** A post-mortem in short. */
export const PostmortemSummary = z.object({
  incident: z.string().describe('The id of its incident, by which it is asked for.'),
  title: Untrusted.describe('What it is called.'),
  severity: z.enum(SEVERITIES).optional().describe('How bad the incident was.'),
  services: z.array(z.string()).describe('The services that were hit.'),
  state: z.enum(REVIEW_STATES).describe('draft, inReview, approved.'),
  revision: z.int().min(1).describe('Grows with each saved edit.'),
  triggerKind: z.enum(TRIGGERS).optional().describe('What kind of thing set it off.'),
  causeCategory: z.enum(CAUSES).optional().describe('What made it possible, by kind.'),
  createdAt: Time.describe('When the draft was made.'),
  updatedAt: Time.describe('When it was last changed.'),
  actions: z
    .object({
      open: z.int().min(0).describe('Still to be done.'),
      done: z.int().min(0).describe('Done.'),
      dropped: z.int().min(0).describe('Dropped.'),
    })
    .describe('How many action items it has.'),
});
export type PostmortemSummary = z.infer<typeof PostmortemSummary>;

/** A page of post-mortems, that of the newest incident first. */
export const PostmortemList = z.object({
  at: Time,
  postmortems: z.array(PostmortemSummary),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type PostmortemList = z.infer<typeof PostmortemList>;

export function postmortemSummaryOf(
  { incident: id, state, revision, createdAt, updatedAt, fields, actions }: Postmortem,
  incident: incidents.Incident | undefined,
): PostmortemSummary {
  const count = (wanted: string) => actions.filter((action) => action.state === wanted).length;
  return {
    ...{ incident: id, title: fields.title?.trim() || (incident?.title ?? id), state, revision },
    services: [...(incident?.services ?? [])],
    ...{ createdAt: timeOf(createdAt), updatedAt: timeOf(updatedAt) },
    actions: { open: count('open'), done: count('done'), dropped: count('dropped') },
    ...present({
      severity: incident?.severity,
      ...{ triggerKind: fields.triggerKind, causeCategory: fields.causeCategory },
    }),
  };
}
