import type { AlertEpisode } from '#domain/alert.ts';
import type { ErrorDay, ErrorOccurrence, ErrorPattern } from '#domain/error-pattern.ts';
import type { Instant, Range } from '#domain/time.ts';
import type { Umbrella } from '#domain/umbrella.ts';

export interface Alerts {
  get(id: string): Promise<AlertEpisode | undefined>;
  /** The newest episode of a group. */
  latestOfGroup(source: AlertEpisode['source'], groupKey: string): Promise<AlertEpisode | undefined>;
  /** Keeps an episode, and with it that its error occurred: once an episode, however often it is saved. */
  save(episode: AlertEpisode): Promise<void>;
  /** The groups told under an umbrella, in the order in which they joined. */
  under(umbrella: string): Promise<readonly AlertEpisode[]>;
  /** Ids of up to `limit` episodes with threads of their own that were first heard of in a channel since then, oldest first. */
  begunIn(channel: string, since: Instant, limit: number): Promise<readonly string[]>;
  /** Newest first by start; where named, only those of a service, in a state, or that started before a moment. */
  recent(options: {
    service?: string;
    status?: AlertEpisode['status'];
    before?: Instant;
    limit: number;
  }): Promise<readonly AlertEpisode[]>;
  /** Firing episodes, of one service or of all. */
  open(service?: string): Promise<readonly AlertEpisode[]>;
  /** Episodes that overlap a range, oldest first. */
  during(range: Range, service?: string): Promise<readonly AlertEpisode[]>;
}

export interface Umbrellas {
  get(id: string): Promise<Umbrella | undefined>;
  save(umbrella: Umbrella): Promise<void>;
  /** The newest of a channel. */
  latestIn(channel: string): Promise<Umbrella | undefined>;
}

/** Errors that come again. They are written with what they occur in (`Alerts.save`), in the same transaction. */
export interface ErrorPatterns {
  /** One with its counts as they are at `now`. */
  get(id: string, now: Instant): Promise<ErrorPattern | undefined>;
  /**
   * The latest seen first, then by id. Where named, only those that occurred in a service, in a version (of that service), that were seen at a moment or later, that
   * fire or do not, that occurred so often at least, or behind a place in that order.
   */
  list(options: {
    now: Instant;
    service?: string;
    version?: string;
    since?: Instant;
    open?: boolean;
    atLeast?: number;
    before?: { at: Instant; id: string };
    limit: number;
  }): Promise<readonly ErrorPattern[]>;
  /** The latest first. Of old ones only the counts are kept, but for those of incidents. */
  occurrences(id: string, limit: number): Promise<readonly ErrorOccurrence[]>;
  /** Days since a moment on which it began, oldest first. */
  days(id: string, since: Instant): Promise<readonly ErrorDay[]>;
}
