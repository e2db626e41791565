import type { Actor } from '../event.ts';
import type { Duration, Instant } from '../time.ts';

/** How bad it is, worst first. Sev 1: everybody is hit; sev 4: nobody outside notices. */
export const SEVERITIES = ['sev1', 'sev2', 'sev3', 'sev4'] as const;
export type IncidentSeverity = (typeof SEVERITIES)[number];

/** Where the work on it stands, in the order in which it usually goes. */
export const STATUSES = ['investigating', 'identified', 'mitigating', 'monitoring', 'resolved'] as const;
export type IncidentStatus = (typeof STATUSES)[number];

export const ROLES = ['commander', 'communications', 'scribe'] as const;
export type Role = (typeof ROLES)[number];

/** What it was declared from; absent where somebody declared it in words. */
export type Subject = { readonly kind: 'alert' | 'deploy' | 'rollout'; readonly id: string };

/**
 * When what happened, UTC. `started` is when the harm began, `detected` when somebody or something noticed, `acknowledged` when a person took it, `mitigated` when
 * the harm had ceased or a fix was in place, `resolved` when the work ended. What is not known is absent; nothing here is guessed.
 */
export type IncidentTimes = Readonly<
  Partial<Record<'started' | 'detected' | 'acknowledged' | 'mitigated' | 'resolved', Instant>>
>;

/** What it has cost one SLO between its start and its end: `used` of `allowed` ms in the SLO's window, by `bad` of `total` events. */
export type BudgetCost = {
  readonly service: string;
  readonly slo: string;
  readonly used: Duration;
  readonly allowed: Duration;
  /** Failed and all requests; where `isTime`, lost and observed seconds. */
  readonly bad: number;
  readonly total: number;
  readonly isTime: boolean;
};

/** One incident, from its declaration to its resolution and beyond. Its timeline is kept beside it. */
export type Incident = {
  /** `INC-12`. */
  readonly id: string;
  readonly number: number;
  readonly title: string;
  /** What is known, as people last put it. */
  readonly summary?: string;
  readonly severity: IncidentSeverity;
  readonly status: IncidentStatus;
  /** Configured services that are hit, the first one named first. */
  readonly services: readonly string[];
  readonly roles: Readonly<Partial<Record<Role, Actor>>>;
  readonly declaredBy: Actor;
  readonly declaredAt: Instant;
  /** The conversation in which it was declared, by its id; absent where that was not in Slack. */
  readonly declaredIn?: string;
  readonly times: IncidentTimes;
  readonly subject?: Subject;
  /** Ids of the alert episodes, deploys and rollouts that belong to it, oldest first. */
  readonly alerts: readonly string[];
  readonly deploys: readonly string[];
  readonly rollouts: readonly string[];
  /** What its budgets lost so far, most first, counted up to `costedTo`. */
  readonly costs: readonly BudgetCost[];
  readonly costedTo?: Instant;
  /** When a person last did or wrote something in it. */
  readonly touchedAt: Instant;
  /** How often people were asked for an update since then. */
  readonly nudges: number;
  /** It is the same as another one, in which the work goes on. */
  readonly duplicateOf?: { readonly incident: string; readonly by: Actor; readonly at: Instant };
  /** Where its root message stands: `#name` or id. */
  readonly channel: string;
  /** Its own channel. `wanted` until Slack has made it; `failed` says why it has none, and its thread stands in. */
  readonly own?: {
    readonly state: 'wanted' | 'open' | 'failed';
    readonly id?: string;
    readonly why?: string;
  };
};

/** Whether people still work on it. */
export function isOpen({ status }: Pick<Incident, 'status'>): boolean {
  return status !== 'resolved';
}

/** What is said of an incident is still collected for so long after its resolution: the alert often resolves later. */
export const COLLECTED_AFTER: Duration = 60 * 60_000;

/** Whether what happens at `now` still belongs to it. */
export function isCollecting(incident: Incident, now: Instant): boolean {
  return isOpen(incident) || now - (incident.times.resolved ?? now) < COLLECTED_AFTER;
}
