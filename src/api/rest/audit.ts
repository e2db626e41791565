import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { success } from '#domain/problem.ts';
import { AuditList, auditEntryOf } from '../contract/audit.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { pageOf, strangeCursor } from './paging.ts';
import { Cursor, Limit, Since, Text } from './query.ts';

/** What is asked of the record of who did what. */
export function auditOperations({ store, clock }: Pick<Ports, 'store' | 'clock'>): readonly Operation[] {
  return [
    operation({
      name: 'list_audit',
      method: 'GET',
      path: '/api/v1/audit',
      summary: 'Who did what to what, and who was refused, the newest first.',
      scope: 'audit',
      input: z.strictObject({
        subject: Text.optional().describe('Only what was done to this, as it stands in an entry.'),
        by: Text.optional().describe('Only what this one did: a Slack user id, or the name of a token.'),
        since: Since.optional().describe('Only what was done at this moment or later.'),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: AuditList,
      async ask({ limit, cursor, ...asked }) {
        if (cursor !== undefined && !/^\d{1,15}$/.test(cursor.id)) return strangeCursor();
        const before = cursor === undefined ? undefined : Number(cursor.id);
        const found = await store.audit.page({ limit: limit + 1, ...present({ ...asked, before }) });
        const { items, nextCursor } = pageOf(found, limit, ({ at, number }) => ({ at, id: String(number) }));
        return success({
          ...{ at: timeOf(clock.now()), entries: items.map(auditEntryOf) },
          ...present({ nextCursor }),
        });
      },
    }),
  ];
}
