import { z } from 'zod';
import type { AlertInstance } from '#domain/event.ts';
import { labelKey } from '#domain/series.ts';
import type { Instant } from '#domain/time.ts';
import { bearerToken } from './authenticate.ts';
import type { Sender } from './sender.ts';
import { digestOf, isPlausible, LabelSet, problemsOf, Time } from './wire.ts';

const Status = z.enum(['firing', 'resolved']);

const Alert = z.object({
  // Some relays leave it out or empty; the group's status stands in.
  status: z.enum(['firing', 'resolved', '']).nullish(),
  labels: LabelSet,
  annotations: LabelSet,
  startsAt: Time,
  endsAt: Time.nullish(),
  generatorURL: z.string().nullish(),
  fingerprint: z.string().nullish(),
});

/** Alertmanager's webhook body, version 4; `groupKey` is the thread. */
const Notification = z.object({
  version: z.literal('4', { error: 'only version "4" of Alertmanager’s webhook is understood' }).optional(),
  groupKey: z.string().min(1),
  status: Status,
  receiver: z.string().default(''),
  groupLabels: LabelSet,
  commonLabels: LabelSet,
  commonAnnotations: LabelSet,
  externalURL: z.string().nullish(),
  truncatedAlerts: z.number().int().nonnegative().nullish(),
  alerts: z.array(Alert).min(1),
});

/**
 * Alertmanager. A repeat of the same state (repeat_interval, a retry after a lost answer) has the same key: the group with each
 * alert's fingerprint, status and start.
 */
export const alertmanager: Sender = {
  name: 'alertmanager',
  authenticate: bearerToken,
  parse({ json, at }) {
    const parsed = Notification.safeParse(json);
    if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
    const body = parsed.data;
    const alerts = body.alerts.map((alert) => toInstance(alert, body.status, at));
    const states = alerts.map((alert, i) => [
      alert.fingerprint,
      alert.status,
      body.alerts[i]?.startsAt,
      alert.endsAt ?? null,
    ]);
    return {
      ok: true,
      events: [
        {
          dedupeKey: `alertmanager:${digestOf([body.groupKey, body.receiver, body.status, states])}`,
          event: {
            type: 'alertNotification',
            source: 'alertmanager',
            groupKey: body.groupKey,
            status: body.status,
            receiver: body.receiver,
            groupLabels: body.groupLabels,
            commonLabels: body.commonLabels,
            commonAnnotations: body.commonAnnotations,
            alerts,
            truncated: body.truncatedAlerts ?? 0,
            ...(isGiven(body.externalURL) ? { externalUrl: body.externalURL } : {}),
          },
        },
      ],
    };
  },
};

function toInstance(alert: z.infer<typeof Alert>, group: z.infer<typeof Status>, at: Instant): AlertInstance {
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

function isGiven<T extends string>(text: T | '' | null | undefined): text is T {
  return text !== undefined && text !== null && text !== '';
}
