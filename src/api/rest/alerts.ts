import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import type { AlertEpisode } from '#domain/alert.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import { AlertDetail, AlertList, alertOf, alertSummaryOf } from '../contract/alerts.ts';
import { RequestId } from '../contract/sent.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { knownService, shown } from './names.ts';
import { fill, pageOf } from './paging.ts';
import { Cursor, Limit, type Place, Text } from './query.ts';
import { actorOf, conflict, write } from './write.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock'>;

const AlertId = Text.describe('The id of an alert’s episode.');

const STATUS = { error: 'Expected firing, resolved or all.' };

/** What is asked of alerts, and that somebody takes one. */
export function alertOperations(ports: Needed): readonly Operation[] {
  const { store, clock } = ports;
  return [
    operation({
      name: 'list_alerts',
      method: 'GET',
      path: '/api/v1/alerts',
      summary: 'Alerts, the newest first; those that fire if nothing is said.',
      scope: 'read',
      input: z.strictObject({
        service: Text.optional().describe('Only of this service.'),
        status: z
          .enum(['firing', 'resolved', 'all'], STATUS)
          .default('firing')
          .describe('Only those that are so.'),
        limit: Limit,
        cursor: Cursor.optional(),
      }),
      answer: AlertList,
      tool: {
        description:
          'Alerts, newest first, those that fire if nothing is said: name, service, severity, since when, who took it, its incident. Use it to see what fires now or fired before; get_alert has the labels and the expression of one.',
        bound: 16_000,
        more: 'Ask for the next page with `cursor`, or for one service with `service`.',
      },
      async ask({ service, status, limit, cursor }) {
        const known = knownService(service, ports);
        if (!known.ok) return known;
        const asked = present({ service, status: status === 'all' ? undefined : status });
        const found = await fill(
          limit + 1,
          (most) =>
            store.alerts.recent({
              ...{ ...asked, limit: most },
              ...(cursor === undefined ? {} : { before: cursor.at + 1 }),
            }),
          (episodes) => episodes.filter((one) => isBehind(one, cursor)).toSorted(byStart),
        );
        const { items, nextCursor } = pageOf(found, limit, ({ startedAt, id }) => ({ at: startedAt, id }));
        return success({
          ...{ at: timeOf(clock.now()), alerts: items.map(alertSummaryOf) },
          ...present({ nextCursor }),
        });
      },
    }),
    operation({
      name: 'get_alert',
      method: 'GET',
      path: '/api/v1/alerts/{alert}',
      summary: 'One alert with all that its sender told.',
      scope: 'read',
      input: z.strictObject({ alert: AlertId }),
      answer: AlertDetail,
      tool: {
        description:
          'One alert: the expression that fires, labels and annotations, each alert of its group, who took it, its incident. Use it after list_alerts; query the expression to see its values over time.',
        bound: 16_000,
      },
      async ask({ alert: id }) {
        const episode = await store.alerts.get(id);
        return episode === undefined ? noAlert(id) : told(episode, ports);
      },
    }),
    operation({
      name: 'acknowledge_alert',
      method: 'POST',
      path: '/api/v1/alerts/{alert}/acknowledge',
      summary: 'Takes an alert that fires: nobody is reminded of it any more.',
      scope: 'write',
      input: z.strictObject({ alert: AlertId, requestId: RequestId }),
      answer: AlertDetail,
      tool: {
        description:
          'Takes an alert that fires, in your name: its message in Slack says so, and nobody is reminded any more. Do so only if somebody answers for it. What is taken already stays as it is.',
        bound: 16_000,
        isIdempotent: true,
      },
      async ask({ alert: id, requestId }, caller) {
        const known = await store.alerts.get(id);
        if (known === undefined) return noAlert(id);
        if (known.acknowledged !== undefined) return told(known, ports);
        if (known.status === 'resolved')
          return conflict(`${known.name.slice(0, 100)} has resolved by itself.`);
        const event = { type: 'alertAcknowledged', episode: id, by: actorOf(caller) } as const;
        const carried = await write({ event, subject: id, requestId }, caller, ports);
        return carried.ok ? told((await store.alerts.get(id)) ?? known, ports) : carried;
      },
    }),
  ];
}

function told(episode: AlertEpisode, { clock }: Needed) {
  return success({ at: timeOf(clock.now()), alert: alertOf(episode) });
}

function noAlert(id: string) {
  return failure('not-found', `There is no alert ${shown(id)}.`, { where: 'the path' });
}

function byStart(a: AlertEpisode, b: AlertEpisode): number {
  return b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1);
}

function isBehind({ startedAt, id }: AlertEpisode, cursor: Place | undefined): boolean {
  return cursor === undefined || startedAt < cursor.at || (startedAt === cursor.at && id < cursor.id);
}
