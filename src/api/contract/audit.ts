import { z } from 'zod';
import type { AuditEntry as Recorded } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { Who, whoOf } from './people.ts';
import { Time, timeOf, Untrusted } from './values.ts';

/** Who did what to what, as it was put on record; nothing changes it later. */
export const AuditEntry = z.object({
  at: Time,
  by: Who,
  what: z.string().describe('What was done, such as `incidentDeclared`, or `refused`.'),
  subject: Untrusted.describe('What it was done to: an id, an address, the words of a question.'),
  detail: Untrusted.optional().describe('More of it, such as why it was refused.'),
});

export const AuditList = z.object({
  at: Time,
  entries: z.array(AuditEntry),
  nextCursor: z.string().optional(),
});

export function auditEntryOf({ at, by, what, subject, detail }: Recorded): z.output<typeof AuditEntry> {
  return { at: timeOf(at), by: whoOf(by), what, subject, ...present({ detail }) };
}
