import type { Change } from './event.ts';
import type { Reading } from './reading.ts';
import type { Hints } from './service.ts';
import type { Instant, Range } from './time.ts';

export type DeployStatus = 'started' | 'succeeded' | 'failed';

/** One place that a deploy went to: a region, a wave, or the whole when a sender does not say. */
export type DeployPart = {
  readonly name: string;
  readonly source: string;
  readonly senderId?: string;
  readonly status: DeployStatus;
  readonly startedAt: Instant;
  readonly finishedAt?: Instant;
};

/**
 * The watch over a deploy. `waiting` until the rollout succeeds, `watching` while looks are due, `done` at its end; `superseded` by a
 * newer deploy of the same service, `cancelled` when the rollout failed.
 */
export type Watch = {
  readonly state: 'waiting' | 'watching' | 'done' | 'superseded' | 'cancelled';
  readonly baseline: Range;
  /** What is judged: from the end of the warm-up to the end of the watch. */
  readonly window: Range;
  readonly looks: number;
  readonly looksPlanned: number;
  readonly supersededBy?: string;
  readonly latest?: { readonly at: Instant; readonly before: Reading; readonly after: Reading };
};

/** One deploy of one version of one service, with its parts. */
export type Deploy = {
  readonly id: string;
  /** The configured service, absent when none fits. */
  readonly service?: string;
  readonly hints: Hints;
  readonly version: string;
  readonly previousVersion?: string;
  readonly environment: string;
  readonly status: DeployStatus;
  /** When the rollout began, which may be before the sender's first word. */
  readonly startedAt: Instant;
  readonly finishedAt?: Instant;
  readonly actor?: string;
  readonly url?: string;
  readonly changes: readonly Change[];
  readonly parts: readonly DeployPart[];
  /** Absent for deploys that are recorded only. */
  readonly watch?: Watch;
  /** Slack channel of the thread; absent when it has none. */
  readonly channel?: string;
};
