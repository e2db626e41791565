import { z } from 'zod';
import { Incident } from './incidents.ts';
import { ActionItem } from './postmortem.ts';
import { PostmortemSummary } from './postmortem-list.ts';
import { Entry } from './timeline.ts';
import { Time } from './values.ts';

/** An incident as it became. */
export const IncidentWritten = z.object({
  at: Time,
  incident: Incident,
  isNew: z
    .boolean()
    .optional()
    .describe(
      'Of a declaration: false where what it is about has an open incident already, which is this one.',
    ),
});
export type IncidentWritten = z.infer<typeof IncidentWritten>;

/** An entry of a timeline as it became. */
export const EntryWritten = z.object({
  at: Time,
  incident: z.string().describe('The id of the incident.'),
  entry: Entry,
  isDropped: z.boolean().describe('Left out of the timeline.'),
});
export type EntryWritten = z.infer<typeof EntryWritten>;

/** A post-mortem as it became, in short. */
export const PostmortemWritten = z.object({
  at: Time,
  postmortem: PostmortemSummary,
  taken: z.array(z.string()).describe('Fields that are now as they were sent.'),
  merged: z
    .array(z.string())
    .describe(
      'Fields that hold more than was sent: somebody else had changed them, and both texts are kept. Read them.',
    ),
});
export type PostmortemWritten = z.infer<typeof PostmortemWritten>;

/** An action item as it became. */
export const ActionItemWritten = z.object({
  at: Time,
  incident: z.string().describe('The id of the incident that it came from.'),
  actionItem: ActionItem,
});
export type ActionItemWritten = z.infer<typeof ActionItemWritten>;
