import type { Actor } from '../event.ts';
import type { Duration, Instant } from '../time.ts';
import { HOUR, MINUTE } from '../time.ts';
import type { HandOff } from './hand-off.ts';
import type { TaskReport } from './report.ts';

/** What a task is about: an alert's episode, a degraded deploy, a step of a rollout that was stopped, or an objective whose budget burns fast. */
export type TaskSubject =
  | { readonly kind: 'alert'; readonly id: string }
  | { readonly kind: 'deploy'; readonly id: string }
  | { readonly kind: 'rollout'; readonly id: string; readonly step: number }
  | { readonly kind: 'budget'; readonly id: string; readonly service: string; readonly slo: string };

/** Who works on a task, and until when nobody else may. `number` counts the claims, so that a lease that ran out is told from the one after it. */
export type Lease = {
  readonly by: Actor;
  readonly number: number;
  readonly at: Instant;
  readonly until: Instant;
};

/**
 * Something to be investigated by whoever can: handed off with what is known, claimed under a lease, reported on. `handOff` is absent until what is known has been
 * read. A task ends by its report, or unreported at `expiresAt`; that its subject is over by itself (`overAt`) ends nothing: why it was is still to be found.
 */
export type AgentTask = {
  /** Such as `TASK-12`. */
  readonly id: string;
  readonly number: number;
  readonly subject: TaskSubject;
  readonly service?: string;
  /** One line for people, plain text from outside. */
  readonly title: string;
  /** When what it is about began, as far as was known when it was made. */
  readonly since: Instant;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly overAt?: Instant;
  readonly handOff?: HandOff;
  readonly lease?: Lease;
  /** The newest last; one that is reported again is corrected, and the last counts. */
  readonly reports: readonly TaskReport[];
};

export type AgentTaskState = 'preparing' | 'open' | 'claimed' | 'reported' | 'expired';

/** How long a task can be claimed at all. */
export const EXPIRES_AFTER: Duration = 24 * HOUR;

/** How long a lease is held if nothing is said, and at most. */
export const LEASE = { usual: 10 * MINUTE, most: HOUR } as const;

/** A task is reported on so often at most. */
export const MOST_REPORTS = 20;

/** Where a task stands at `now`: leases and the task itself run out by the clock alone. */
export function stateOf({ handOff, lease, reports, expiresAt }: AgentTask, now: Instant): AgentTaskState {
  if (reports.length > 0) return 'reported';
  if (now >= expiresAt) return 'expired';
  if (handOff === undefined) return 'preparing';
  return lease !== undefined && lease.until > now ? 'claimed' : 'open';
}

/** Names a subject, the same each time. */
export function subjectKey(subject: TaskSubject): string {
  const step = subject.kind === 'rollout' ? `:${subject.step}` : '';
  return `${subject.kind}:${subject.id}${step}`;
}

/** Who holds a task at `now`, if anybody does. */
export function holderOf({ lease }: Pick<AgentTask, 'lease'>, now: Instant): Lease | undefined {
  return lease !== undefined && lease.until > now ? lease : undefined;
}
