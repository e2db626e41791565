import { z } from 'zod';
import { ActionItem } from './postmortem.ts';
import { Time } from './values.ts';

/** A page of action items: of open ones those that are due first, of others those of the newest incident first. */
export const ActionItemList = z.object({
  at: Time,
  actionItems: z.array(
    ActionItem.extend({ incident: z.string().describe('The id of the incident that it came from.') }),
  ),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type ActionItemList = z.infer<typeof ActionItemList>;
