import type { Actor } from '#domain/event.ts';
import type { Instant } from '#domain/time.ts';

export type AuditEntry = { at: Instant; by: Actor; what: string; subject: string; detail?: string };

/** `before` is the number of an entry; `by` a person’s Slack user id or a machine’s name; `subject` a whole one. */
export type AuditQuestion = {
  readonly limit: number;
  readonly before?: number;
  readonly since?: Instant;
  readonly subject?: string;
  readonly by?: string;
};

export interface Audit {
  /** Who did what to what. */
  record(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<readonly AuditEntry[]>;
  /** As they were recorded, newest first, with their numbers, which grow. */
  page(asked: AuditQuestion): Promise<readonly (AuditEntry & { readonly number: number })[]>;
}
