import { z } from 'zod';
import type { AlertInstance, AlertNotification } from '#domain/alert-notification.ts';
import { labelKey } from '#domain/series.ts';
import type { Instant } from '#domain/time.ts';
import type { ParseResult } from './sender.ts';
import { digestOf, isPlausible, LabelSet, Time } from './wire.ts';

const Status = z.enum(['firing', 'resolved']);

/** One alert as Alertmanager’s webhook has it, and whoever builds on it. */
export const AlertBody = z.object({
  // Some relays leave it out or empty; the group's status stands in.
  status: z.enum(['firing', 'resolved', '']).nullish(),
  labels: LabelSet,
  annotations: LabelSet,
  startsAt: Time,
  endsAt: Time.nullish(),
  generatorURL: z.string().nullish(),
  fingerprint: z.string().nullish(),
});
export type AlertBody = z.infer<typeof AlertBody>;

/** What a body says of the group of its alerts, whatever its version. */
export const GroupBody = z.object({
  groupKey: z.string().min(1),
  status: Status,
  receiver: z.string().default(''),
  groupLabels: LabelSet,
  commonLabels: LabelSet,
  commonAnnotations: LabelSet,
  externalURL: z.string().nullish(),
  truncatedAlerts: z.number().int().nonnegative().nullish(),
});
type GroupBody = z.infer<typeof GroupBody> & { readonly alerts: readonly AlertBody[] };

/** What only one of the senders tells of an alert. */
type More = Pick<AlertInstance, 'values' | 'pages'>;

/**
 * A body as one notification. A repeat of the same state (repeat_interval, a retry after a lost answer) has the same key: the group
 * with each alert's fingerprint, status, start and end.
 */
export function notificationOf<T extends GroupBody>(
  source: AlertNotification['source'],
  body: T,
  at: Instant,
  moreOf: (alert: T['alerts'][number]) => More = () => ({}),
): ParseResult {
  const alerts = body.alerts.map((alert) => ({
    ...toInstance(alert, body.status, at),
    ...moreOf(alert),
  }));
  const states = alerts.map((alert, i) => [
    alert.fingerprint,
    alert.status,
    body.alerts[i]?.startsAt,
    alert.endsAt ?? null,
  ]);
  const { groupKey, status, receiver, groupLabels, commonLabels, commonAnnotations, externalURL } = body;
  return {
    ok: true,
    events: [
      {
        dedupeKey: `${source}:${digestOf([groupKey, receiver, status, states])}`,
        event: {
          ...{ type: 'alertNotification', source, groupKey, status, receiver },
          ...{ groupLabels, commonLabels, commonAnnotations, alerts },
          truncated: body.truncatedAlerts ?? 0,
          ...(isGiven(externalURL) ? { externalUrl: externalURL } : {}),
        },
      },
    ],
  };
}

/** Whether a sender tells it: many write an empty text for what they do not know. */
export function isGiven<T extends string>(text: T | '' | null | undefined): text is T {
  return text !== undefined && text !== null && text !== '';
}

function toInstance(alert: AlertBody, group: z.infer<typeof Status>, at: Instant): AlertInstance {
  const status = isGiven(alert.status) ? alert.status : group;
  return {
    fingerprint: isGiven(alert.fingerprint)
      ? alert.fingerprint
      : digestOf(labelKey(alert.labels)).slice(0, 16),
    status,
    labels: alert.labels,
    annotations: alert.annotations,
    // An alert is never refused for its time: one that cannot be meant is "now".
    startsAt: isPlausible(alert.startsAt, at) ? alert.startsAt : at,
    ...(hasEnded(status, alert.endsAt) ? { endsAt: alert.endsAt } : {}),
    ...(isGiven(alert.generatorURL) ? { generatorUrl: alert.generatorURL } : {}),
  };
}

/** Firing alerts carry year 1, or the time at which Alertmanager will give them up; neither is an end. */
function hasEnded(status: 'firing' | 'resolved', endsAt: Instant | null | undefined): endsAt is Instant {
  return status === 'resolved' && endsAt !== undefined && endsAt !== null && endsAt > 0;
}
