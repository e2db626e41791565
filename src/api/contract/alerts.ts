import { z } from 'zod';
import type * as domain from '#domain/alert.ts';
import { present } from '#domain/optional.ts';
import { Who, whoOf } from './people.ts';
import { Time, timeOf, Untrusted } from './values.ts';

/** Alerts of a group that are told one by one. */
const TOLD = 50;

const Labels = z
  .array(z.object({ name: Untrusted, value: Untrusted }))
  .describe('Names and values, both from outside.');

/** One episode of an alert, in short: from its first firing to its resolution. */
export const AlertSummary = z.object({
  id: z.string(),
  name: Untrusted,
  service: z.string().optional().describe('Absent where none that is configured fits.'),
  severity: z.enum(['page', 'ticket', 'info']),
  status: z.enum(['firing', 'resolved']),
  summary: Untrusted.optional().describe('What its rule says of it.'),
  since: Time.describe('When it began, as its sender says.'),
  resolvedAt: Time.optional(),
  acknowledged: z.object({ by: Who, at: Time }).optional().describe('Who took it, and when.'),
  silencedUntil: Time.optional(),
  flaps: z.int().min(0).describe('How often it fired again after it had resolved.'),
  firing: z.int().min(0).describe('Alerts of the group that fire.'),
  incident: z.string().optional().describe('The incident that was declared from it.'),
});
export type AlertSummary = z.infer<typeof AlertSummary>;

/** One episode with all that its sender told. */
export const Alert = AlertSummary.extend({
  source: z.enum(['alertmanager', 'grafana']),
  expression: Untrusted.optional().describe('The PromQL that fires, where its sender tells.'),
  labels: Labels,
  annotations: Labels,
  alerts: z
    .array(
      z.object({
        status: z.enum(['firing', 'resolved']),
        labels: Labels,
        since: Time,
        resolvedAt: Time.optional(),
        values: z
          .array(z.object({ name: Untrusted, value: z.number() }))
          .optional()
          .describe('What its rule read, by the name of the query, where the sender tells.'),
        pages: z
          .object({ dashboard: Untrusted, panel: Untrusted, silence: Untrusted })
          .partial()
          .optional()
          .describe('Addresses in Grafana: of what shows it, and of where it is silenced.'),
      }),
    )
    .describe('Alerts of the group, firing ones first.'),
  leftOut: z
    .int()
    .min(0)
    .describe('So many alerts of the group are not among them, or were cut by the sender.'),
  channel: z.string().describe('The Slack channel of its thread.'),
});
export type Alert = z.infer<typeof Alert>;

/** Alerts, the newest first. */
export const AlertList = z.object({
  at: Time,
  alerts: z.array(AlertSummary),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type AlertList = z.infer<typeof AlertList>;

export const AlertDetail = z.object({ at: Time, alert: Alert });
export type AlertDetail = z.infer<typeof AlertDetail>;

export function alertSummaryOf(episode: domain.AlertEpisode): AlertSummary {
  const { id, name, service, severity, status, annotations, startedAt, flaps, incident } = episode;
  const { resolvedAt, acknowledged, silence, alerts } = episode;
  return {
    ...{ id, name, severity, status, flaps, since: timeOf(startedAt) },
    firing: alerts.filter((one) => one.status === 'firing').length,
    ...present({
      ...{ service, incident, summary: annotations.summary },
      resolvedAt: resolvedAt === undefined ? undefined : timeOf(resolvedAt),
      acknowledged: acknowledged && { by: whoOf(acknowledged.by), at: timeOf(acknowledged.at) },
      silencedUntil: silence && timeOf(silence.until),
    }),
  };
}

export function alertOf(episode: domain.AlertEpisode): Alert {
  const { source, expression, labels, annotations, alerts, truncated, channel } = episode;
  const sorted = alerts.toSorted((a, b) => Number(b.status === 'firing') - Number(a.status === 'firing'));
  return {
    ...alertSummaryOf(episode),
    ...{ source, channel, labels: labelsOf(labels), annotations: labelsOf(annotations) },
    alerts: sorted.slice(0, TOLD).map(({ status, labels: own, startsAt, endsAt, values, pages }) => ({
      ...{ status, labels: labelsOf(own), since: timeOf(startsAt) },
      ...present({
        resolvedAt: endsAt === undefined ? undefined : timeOf(endsAt),
        values: values && Object.entries(values).map(([name, value]) => ({ name, value })),
        pages,
      }),
    })),
    leftOut: Math.max(0, alerts.length - TOLD) + truncated,
    ...present({ expression }),
  };
}

function labelsOf(labels: domain.AlertEpisode['labels']): { name: string; value: string }[] {
  return Object.entries(labels).map(([name, value]) => ({ name, value }));
}
