import type { Actor } from '../event.ts';
import type { Instant } from '../time.ts';

/** What an entry tells of. `note` is what people added, `report` what was found of an agent task; all others were collected. */
export type EntryKind =
  | 'declared'
  | 'status'
  | 'severity'
  | 'role'
  | 'details'
  | 'note'
  | 'alert'
  | 'deploy'
  | 'flag'
  | 'report'
  | 'snapshot'
  | 'answer'
  | 'postmortem';

/**
 * One thing that happened. `key` is what it is: an incident has no two entries of one key, so that what is told twice is one. `text` is words without markup; what
 * comes from outside stays text. `at` is when it happened (UTC), not when it was written down.
 */
export type TimelineEntry = {
  readonly key: string;
  readonly kind: EntryKind;
  readonly at: Instant;
  readonly text: string;
  /** Who did it; of a note, who wrote the words. */
  readonly by?: Actor;
  /** Who put a note that somebody else wrote into the timeline. */
  readonly addedBy?: Actor;
  /** The Slack message that it was taken from. */
  readonly source?: { readonly channel: string; readonly ts: string };
  readonly reference?: {
    readonly kind: 'alert' | 'deploy' | 'rollout' | 'snapshot' | 'task';
    readonly id: string;
  };
};

/** What somebody changes in an entry: other words, another time, or that it is left out (or back in). What it was before stays on record. */
export type EntryChange = {
  readonly text?: string;
  readonly at?: Instant;
  readonly dropped?: boolean;
};

/** An entry as it stood from `recordedAt` on. Revision 1 is what was collected or added first. */
export type EntryRevision = {
  readonly entry: TimelineEntry;
  readonly revision: number;
  readonly dropped: boolean;
  readonly recordedAt: Instant;
  /** Who changed it; absent for what was collected. */
  readonly by?: Actor;
};

/** The key of a note that was taken from a Slack message: marked twice it is one. */
export function noteKey({ channel, ts }: NonNullable<TimelineEntry['source']>): string {
  return `note:${channel}:${ts}`;
}
