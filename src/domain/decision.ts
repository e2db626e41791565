import type { AlertEpisode } from './alert.ts';
import type { Deploy } from './deploy.ts';
import type { AlertNotification, DeployReport } from './event.ts';
import type { Rollout } from './flag.ts';
import type { Job } from './job.ts';
import { type Catalog, type Hints, resolveService, type Service } from './service.ts';
import type { Umbrella, Weather } from './umbrella.ts';

/** What has to be known to decide an event: the catalogue, and what the event touches. */
export type State = {
  readonly catalog: Catalog;
  /** The newest episode of the notification's group, or the episode that a person or job speaks of. */
  readonly episode?: AlertEpisode;
  /** What goes on in the channel that the notification belongs to. */
  readonly weather?: Weather;
  /** The groups under the umbrella that a person speaks of. */
  readonly members?: readonly AlertEpisode[];
  /** Recent deploys of the report's service, newest first, or the one deploy that a job speaks of. */
  readonly deploys: readonly Deploy[];
  /** Rollouts of the report's flag, newest first, or the one that a job speaks of. */
  readonly rollouts?: readonly Rollout[];
};

/** What follows from an event: values to be kept and jobs to be done, committed together. */
export type Decision = {
  readonly episodes: readonly AlertEpisode[];
  readonly umbrella?: Umbrella;
  readonly deploys: readonly Deploy[];
  readonly rollouts?: readonly Rollout[];
  /** Set when the event named no known service. */
  readonly unmatched?: { readonly what: string; readonly hints: Hints };
  /** Prefixes of job keys that are no longer wanted. */
  readonly cancel: readonly string[];
  readonly jobs: readonly Job[];
};

/** Nothing follows. */
export const NOTHING: Decision = { episodes: [], deploys: [], cancel: [], jobs: [] };

/** The service that an event speaks of, and what it carried to name it. */
export function subjectOf(
  catalog: Catalog,
  event: AlertNotification | DeployReport,
): { service?: Service; hints: Hints } {
  const hints =
    event.type === 'deployReport'
      ? event.hints
      : { labels: { ...event.alerts[0]?.labels, ...event.groupLabels, ...event.commonLabels } };
  const service = resolveService(catalog, hints);
  return service === undefined ? { hints } : { service, hints };
}
