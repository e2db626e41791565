import type { AlertInstance, AlertNotification } from './alert-notification.ts';
import type { Actor } from './event.ts';
import type { Labels } from './series.ts';
import type { Service } from './service.ts';
import { HOUR, type Instant, MINUTE } from './time.ts';

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
  /** When it was first heard of; `startedAt` is what its sender says. */
  readonly begunAt: Instant;
  /** When its sender last said anything of it. */
  readonly heardAt: Instant;
  /** When its panels were last drawn unasked. */
  readonly picturedAt?: Instant;
  /** The storm in whose thread it is told, when it has no thread of its own. */
  readonly umbrella?: string;
  /** Set when its resolution never came, and Alertmanager was found to have it no more. */
  readonly reconciled?: boolean;
  readonly acknowledged?: { readonly by: Actor; readonly at: Instant };
  readonly silence?: { readonly id: string; readonly by: Actor; readonly until: Instant };
  /** What Alertmanager said to the last silence that failed. */
  readonly silenceProblem?: string;
  /** The alert's own expression, from its generator URL. */
  readonly expression?: string;
  readonly externalUrl?: string;
  /** Slack channel of the thread. */
  readonly channel: string;
  /** The incident that was declared from it. */
  readonly incident?: string;
};

/** A group that fires again within this time of its resolution continues its thread; later it begins a new one. */
export const REOPEN_WITHIN = 4 * HOUR;

/** A group that flaps is not drawn anew each time: its panels of so long ago still tell. */
export const PICTURE_EVERY = 10 * MINUTE;

/**
 * What an episode becomes by a notification of its group, or the new episode that the notification begins.
 * `newId` names a new episode. Returns `undefined` for a resolution of a group that nobody knows as firing: there is nothing to say.
 */
export function applyNotification(
  known: AlertEpisode | undefined,
  notification: AlertNotification,
  context: { newId: string; now: Instant; service?: Service; channel: string },
): AlertEpisode | undefined {
  const continued = known !== undefined && continues(known, notification, context.now) ? known : undefined;
  if (continued === undefined && notification.status === 'resolved') return undefined;
  const alerts = mergeAlerts(continued?.alerts ?? [], notification.alerts);
  const firing = notification.status === 'firing';
  const reopened = continued?.status === 'resolved' && firing;
  const resolvedAt = firing ? undefined : (continued?.resolvedAt ?? endOf(notification.alerts, context.now));
  const expression = notification.alerts.map(expressionOf).find((found) => found !== undefined);
  const { resolvedAt: _, reconciled: __, ...before } = continued ?? begin(notification, context);
  return {
    ...before,
    heardAt: context.now,
    status: notification.status,
    labels: notification.commonLabels,
    annotations: notification.commonAnnotations,
    alerts,
    truncated: notification.truncated,
    flaps: before.flaps + (reopened ? 1 : 0),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
    ...(expression === undefined ? {} : { expression }),
    ...(notification.externalUrl === undefined ? {} : { externalUrl: notification.externalUrl }),
  };
}

/** What a firing episode becomes when Alertmanager was found to have none of its alerts any more: its resolution was lost. */
export function reconcile(episode: AlertEpisode, now: Instant): AlertEpisode {
  if (episode.status === 'resolved') return episode;
  const alerts = episode.alerts.map((alert) =>
    alert.status === 'firing' ? { ...alert, status: 'resolved' as const, endsAt: now } : alert,
  );
  return { ...episode, status: 'resolved', alerts, resolvedAt: now, reconciled: true };
}

/** The alerts of an episode that fire now. */
export function firingAlerts(episode: AlertEpisode): readonly AlertInstance[] {
  return episode.alerts.filter(({ status }) => status === 'firing');
}

/** The query that Prometheus put into an alert's generator URL as `g0.expr`. */
export function expressionOf(alert: AlertInstance): string | undefined {
  const query = alert.generatorUrl?.split('?')[1]?.split('#')[0];
  const pair = query?.split('&').find((part) => part.startsWith('g0.expr='));
  if (pair === undefined) return undefined;
  const text = pair.slice('g0.expr='.length).replaceAll('+', ' ');
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A sender that escapes wrongly has told no expression.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function continues(known: AlertEpisode, notification: AlertNotification, now: Instant): boolean {
  if (known.status === 'firing') return true;
  if (notification.status === 'resolved') return true;
  return now - (known.resolvedAt ?? known.startedAt) < REOPEN_WITHIN;
}

function begin(
  notification: AlertNotification,
  context: { newId: string; now: Instant; service?: Service; channel: string },
): AlertEpisode {
  const labels = { ...notification.groupLabels, ...notification.commonLabels };
  const starts = notification.alerts
    .filter(({ status }) => status === 'firing')
    .map(({ startsAt }) => startsAt);
  return {
    id: context.newId,
    source: notification.source,
    groupKey: notification.groupKey,
    name: labels.alertname ?? notification.alerts[0]?.labels.alertname ?? 'unnamed alert',
    ...(context.service === undefined ? {} : { service: context.service.name }),
    severity: severityOf(labels.severity ?? notification.alerts[0]?.labels.severity),
    status: 'firing',
    groupLabels: notification.groupLabels,
    labels,
    annotations: notification.commonAnnotations,
    alerts: [],
    truncated: 0,
    // Folded, not spread: a group may have more alerts than a call may have arguments.
    startedAt: starts.reduce((a, b) => Math.min(a, b), starts[0] ?? context.now),
    flaps: 0,
    begunAt: context.now,
    heardAt: context.now,
    channel: context.channel,
  };
}

/** `page`, `critical` and their like wake somebody; `info` and `none` are for reading; everything else is a ticket. */
function severityOf(label: string | undefined): Severity {
  const word = label?.toLowerCase() ?? '';
  if (['page', 'critical', 'crit', 'emergency', 'p1', 'sev1', 'high', 'error'].includes(word)) return 'page';
  if (['info', 'none', 'informational', 'low', 'debug'].includes(word)) return 'info';
  return 'ticket';
}

function mergeAlerts(
  known: readonly AlertInstance[],
  news: readonly AlertInstance[],
): readonly AlertInstance[] {
  const merged = new Map(known.map((alert) => [alert.fingerprint, alert]));
  for (const alert of news) merged.set(alert.fingerprint, alert);
  return [...merged.values()];
}

function endOf(alerts: readonly AlertInstance[], now: Instant): Instant {
  const ends = alerts.flatMap(({ endsAt }) => (endsAt === undefined ? [] : [endsAt]));
  return Math.min(
    now,
    ends.reduce((a, b) => Math.max(a, b), ends[0] ?? now),
  );
}
