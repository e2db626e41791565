import type { Actor } from '../event.ts';
import type { Postmortem, ReviewState } from './postmortem.ts';

/** Why a post-mortem cannot be brought into a state. */
export type ReviewRefusal = 'same' | 'not-in-review' | 'own-work' | 'machine';

/** Whether somebody may bring it there: anybody asks for a review or takes it back, but nobody approves what they alone have written, and machines approve nothing and take no approval back. */
export function whyNotReviewed(
  { state, authors }: Pick<Postmortem, 'state' | 'authors'>,
  wanted: ReviewState,
  by: Actor,
): ReviewRefusal | undefined {
  if (state === wanted) return 'same';
  if (by.kind === 'machine' && (wanted === 'approved' || state === 'approved')) return 'machine';
  if (wanted !== 'approved') return undefined;
  if (state !== 'inReview') return 'not-in-review';
  const others = authors.filter((author) => !isSameActor(author, by));
  return others.length === 0 && authors.length > 0 ? 'own-work' : undefined;
}

export function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === 'person'
    ? other.kind === 'person' && one.user === other.user
    : other.kind === 'machine' && one.name === other.name;
}
