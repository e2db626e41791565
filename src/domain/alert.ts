import type { Actor, AlertInstance } from './event.ts';
import type { Labels } from './series.ts';
import type { Instant } from './time.ts';

export type Severity = 'page' | 'ticket' | 'info';

/**
 * One episode of an alert group: from its first firing to its resolution. The same group firing again within four hours reopens it.
 * One episode is one thread.
 */
export type AlertEpisode = {
  readonly id: string;
  readonly source: 'alertmanager' | 'grafana';
  readonly groupKey: string;
  readonly name: string;
  /** The configured service, absent when none fits. */
  readonly service?: string;
  readonly severity: Severity;
  readonly status: 'firing' | 'resolved';
  readonly groupLabels: Labels;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Latest state of every alert seen in this episode, by fingerprint. */
  readonly alerts: readonly AlertInstance[];
  readonly truncated: number;
  readonly startedAt: Instant;
  readonly resolvedAt?: Instant;
  /** How often it fired again after having resolved. */
  readonly flaps: number;
  readonly acknowledged?: { readonly by: Actor; readonly at: Instant };
  readonly silence?: { readonly id: string; readonly by: Actor; readonly until: Instant };
  /** What Alertmanager said to the last silence that failed. */
  readonly silenceProblem?: string;
  /** The alert's own expression, from its generator URL. */
  readonly expression?: string;
  readonly externalUrl?: string;
  /** Slack channel of the thread. */
  readonly channel: string;
};
