import type { AgentTask } from './agent-task/agent-task.ts';
import type { AlertEpisode } from './alert.ts';
import type { AlertNotification } from './alert-notification.ts';
import type { Deploy } from './deploy.ts';
import type { RecoveryPlan } from './digest/plan.ts';
import type { Actor, DeployReport } from './event.ts';
import type { Rollout } from './flag.ts';
import type { Incident } from './incident/incident.ts';
import type { Postmortem } from './incident/postmortem.ts';
import type { EntryRevision, TimelineEntry } from './incident/timeline.ts';
import type { Job } from './job.ts';
import { type Catalog, type Hints, resolveService, type Service } from './service.ts';
import type { Instant } from './time.ts';
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
  /** Incidents that collect what happens now; for what is done in one incident, that one alone. */
  readonly incidents?: readonly Incident[];
  /** The incident in whose thread or channel something was done. */
  readonly here?: string;
  /** The number that the next incident gets. */
  readonly nextIncident?: number;
  /** Alerts that fire now, of the services of an incident that is declared. */
  readonly firing?: readonly AlertEpisode[];
  /** When what an alert is about was found to have begun. */
  readonly began?: Instant;
  /** The post-mortem of the incident; the revision from which an edit began, and those that came after it, oldest first. */
  readonly postmortem?: Postmortem;
  readonly base?: Postmortem;
  readonly since?: readonly Postmortem[];
  /** The entry of a timeline that somebody changes, as it now stands. */
  readonly entry?: EntryRevision;
  /** Whether the service that somebody wants watched is watched there already. */
  readonly isWatched?: boolean;
  /** The agent task that somebody speaks of. */
  readonly task?: AgentTask;
  /** Agent tasks about what the event touches. */
  readonly tasks?: readonly AgentTask[];
  /** The number that the next agent task gets; without it none is made. */
  readonly nextTask?: number;
};

/** What follows from an event: values to be kept and jobs to be done, committed together. */
export type Decision = {
  readonly episodes: readonly AlertEpisode[];
  readonly umbrella?: Umbrella;
  readonly deploys: readonly Deploy[];
  readonly rollouts?: readonly Rollout[];
  readonly incidents?: readonly Incident[];
  /** What happened in which incident; entries whose key it has are left as they are. */
  readonly entries?: readonly { readonly incident: string; readonly entry: TimelineEntry }[];
  /** Entries that somebody changed. */
  readonly revised?: readonly {
    readonly incident: string;
    readonly revision: EntryRevision;
    readonly by: Actor;
  }[];
  readonly postmortem?: Postmortem;
  readonly tasks?: readonly AgentTask[];
  readonly plan?: RecoveryPlan;
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
