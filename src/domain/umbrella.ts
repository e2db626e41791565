import type { AlertEpisode } from './alert.ts';
import { type Instant, MINUTE } from './time.ts';

/**
 * A storm of alerts in one channel, told in one thread instead of many. `before` are the groups that began in the minute before it and
 * have threads of their own; those under it name it in `AlertEpisode.umbrella`.
 */
export type Umbrella = {
  readonly id: string;
  readonly channel: string;
  readonly startedAt: Instant;
  /** When the last group joined it. */
  readonly lastAt: Instant;
  readonly before: readonly string[];
};

/** More new groups than this in a channel within `STORM_WITHIN` are a storm. */
export const STORM_GROUPS = 10;

/** A storm is over when no new group came for so long. */
export const STORM_WITHIN = MINUTE;

/** What is known of a channel when a group begins there: its newest umbrella, and the groups with own threads that just began. */
export type Weather = { readonly umbrella?: Umbrella; readonly begun: readonly string[] };

/** The umbrella that a group beginning at `now` stands under; `undefined` when it has a thread of its own. `newId` names a new one. */
export function umbrellaFor(
  { umbrella, begun }: Weather,
  { newId, channel, now }: { newId: string; channel: string; now: Instant },
): Umbrella | undefined {
  // A clock that was set back makes `lastAt` lie ahead; the storm goes on then.
  if (umbrella !== undefined && now - umbrella.lastAt < STORM_WITHIN) return { ...umbrella, lastAt: now };
  if (begun.length < STORM_GROUPS) return undefined;
  return { id: newId, channel, startedAt: now, lastAt: now, before: begun };
}

/** How the groups of a storm stand, worst first: firing pages, firing, acknowledged, resolved; then by age. */
export function sortedByUrgency(episodes: readonly AlertEpisode[]): readonly AlertEpisode[] {
  return episodes.toSorted(
    (a, b) => urgency(a) - urgency(b) || a.startedAt - b.startedAt || a.id.localeCompare(b.id),
  );
}

const SEVERITIES = ['page', 'ticket', 'info'] as const;

function urgency({ status, acknowledged, severity }: AlertEpisode): number {
  if (status === 'resolved') return 20;
  return (acknowledged === undefined ? 0 : 10) + SEVERITIES.indexOf(severity);
}
