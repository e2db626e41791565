import { z } from 'zod';
import { AlertBody, GroupBody, notificationOf } from './alert-body.ts';
import { bearerToken } from './authenticate.ts';
import type { Sender } from './sender.ts';
import { problemsOf } from './wire.ts';

const NOT_OURS = {
  error:
    'only version "4" of Alertmanager’s webhook is understood; the contact points of Grafana, whose version is "1", belong to /webhooks/grafana',
};

/** Alertmanager's webhook body, version 4; `groupKey` is the thread. */
const Notification = GroupBody.extend({
  version: z.literal('4', NOT_OURS).optional(),
  alerts: z.array(AlertBody).min(1),
});

/** Alertmanager. */
export const alertmanager: Sender = {
  name: 'alertmanager',
  authenticate: bearerToken,
  parse({ json, at }) {
    const parsed = Notification.safeParse(json);
    return parsed.success
      ? notificationOf('alertmanager', parsed.data, at)
      : { ok: false, problems: problemsOf(parsed.error) };
  },
};
