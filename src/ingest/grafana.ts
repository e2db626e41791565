import { z } from 'zod';
import type { AlertInstance } from '#domain/alert-notification.ts';
import { present } from '#domain/optional.ts';
import type { Labels } from '#domain/series.ts';
import type { Instant } from '#domain/time.ts';
import { AlertBody, GroupBody, isGiven, notificationOf } from './alert-body.ts';
import { bearerToken } from './authenticate.ts';
import { isLegacy, legacyNotification } from './grafana-legacy.ts';
import { Values, valuesIn } from './grafana-values.ts';
import type { ParseResult, Sender } from './sender.ts';
import { problemsOf } from './wire.ts';

const NOT_OURS = {
  error:
    'only version "1", that of Grafana’s contact points, is understood; Alertmanager, whose version is "4", belongs to /webhooks/alertmanager',
};

const GrafanaAlert = AlertBody.extend({
  values: Values,
  valueString: z.string().nullish(),
  dashboardURL: z.string().nullish(),
  panelURL: z.string().nullish(),
  silenceURL: z.string().nullish(),
});

/** The body of a webhook contact point of Grafana's alerting: Alertmanager's, with more on each alert. */
const Notification = GroupBody.extend({
  version: z.literal('1', NOT_OURS).optional(),
  orgId: z.number().nullish(),
  alerts: z.array(GrafanaAlert).min(1),
});
type Notification = z.infer<typeof Notification>;

/** Grafana's own alerting, and what it sent before that. */
export const grafana: Sender = {
  name: 'grafana',
  authenticate: bearerToken,
  parse({ json, at }) {
    if (isLegacy(json)) return legacyNotification(json, at);
    const parsed = Notification.safeParse(json);
    if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
    const told = notificationOf('grafana', byRule(parsed.data), at, moreOf);
    return isTest(parsed.data) ? andItsEnd(told, at) : told;
  },
};

/** The key of a group is its thread; the same key in another organisation, or in another Grafana, is another group. */
function byRule(body: Notification): Notification {
  const { orgId, externalURL } = body;
  const alerts = body.alerts.map((alert) => ({ ...alert, labels: named(alert.labels) }));
  return {
    ...{ ...body, alerts },
    groupKey: JSON.stringify([externalURL ?? '', orgId ?? 1, body.groupKey]),
    groupLabels: named(body.groupLabels, body.commonLabels),
    commonLabels: named(body.commonLabels),
  };
}

/** What became of a rule, in the place of its name: without data or in error Grafana fires an alert of another name, which says nothing of what is watched. */
const INSTEAD: Readonly<Record<string, string>> = { DatasourceNoData: 'no data', DatasourceError: 'error' };

function named(labels: Labels, { rulename }: Labels = labels): Labels {
  const became = INSTEAD[labels.alertname ?? ''];
  return became === undefined || rulename === undefined
    ? labels
    : { ...labels, alertname: `${rulename} (${became})` };
}

function moreOf({ values, valueString, dashboardURL, panelURL, silenceURL }: z.infer<typeof GrafanaAlert>) {
  const read = Object.keys(values).length > 0 ? values : valuesIn(valueString ?? '');
  const given = (text: string | null | undefined) => (isGiven(text) ? text : undefined);
  const pages = present({
    ...{ dashboard: given(dashboardURL), panel: given(panelURL), silence: given(silenceURL) },
  });
  return {
    ...(Object.keys(read).length === 0 ? {} : { values: read }),
    ...(Object.keys(pages).length === 0 ? {} : { pages }),
  } satisfies Pick<AlertInstance, 'values' | 'pages'>;
}

/** Whether it is what the button *Test* of a contact point sends. */
function isTest({ alerts }: Notification): boolean {
  return alerts.every(({ labels }) => labels.alertname === 'TestAlert' && labels.instance === 'Grafana');
}

/** A test shows that alerts arrive, in a thread that ends at once: its resolution never comes. */
function andItsEnd(told: ParseResult, at: Instant): ParseResult {
  if (!told.ok) return told;
  const ends = told.events.map(({ event, dedupeKey }) => ({
    dedupeKey: `${dedupeKey}:end`,
    event:
      event.type === 'alertNotification'
        ? {
            ...{ ...event, status: 'resolved' as const },
            alerts: event.alerts.map((alert) => ({ ...alert, status: 'resolved' as const, endsAt: at })),
          }
        : event,
  }));
  return { ...told, events: [...told.events, ...ends] };
}
