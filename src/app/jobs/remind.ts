import type { AlertEpisode } from '#domain/alert.ts';
import { PRIORITY } from '#domain/job.ts';
import { findService } from '#domain/service.ts';
import type { Ports } from '../ports.ts';
import { alertRoot } from './alert.ts';
import { umbrellaRoot } from './umbrella.ts';

type RemindPorts = Pick<Ports, 'store' | 'catalog' | 'clock'>;

/** Key of the one reminder of an alert's thread. */
export function alertReminder(episode: string): string {
  return `${alertRoot(episode)}:reminder`;
}

/** Says in the thread and in the channel that a page is still not acknowledged; nothing when it is no longer so. */
export async function remindAlert(id: string, { store, catalog, clock }: RemindPorts): Promise<void> {
  const episode = await store.alerts.get(id);
  if (episode === undefined || !isWaiting(episode)) return;
  const service = episode.service === undefined ? undefined : findService(catalog.current(), episode.service);
  await store.outbox.put(
    {
      key: alertReminder(id),
      parent: alertRoot(id),
      to: { channel: episode.channel },
      priority: PRIORITY.alert,
      message: {
        about: 'reminder',
        at: clock.now(),
        name: episode.name,
        since: episode.startedAt,
        waiting: 1,
        ...(service?.owner === undefined ? {} : { owner: service.owner }),
      },
    },
    clock.now(),
  );
}

/** The same for all pages of a storm together. */
export async function remindUmbrella(id: string, { store, clock }: RemindPorts): Promise<void> {
  const umbrella = await store.umbrellas.get(id);
  const waiting = (await store.alerts.under(id)).filter(isWaiting);
  const [first] = waiting;
  if (umbrella === undefined || first === undefined) return;
  await store.outbox.put(
    {
      key: `${umbrellaRoot(id)}:reminder`,
      parent: umbrellaRoot(id),
      to: { channel: umbrella.channel },
      priority: PRIORITY.alert,
      message: {
        about: 'reminder',
        at: clock.now(),
        name: first.name,
        since: first.startedAt,
        waiting: waiting.length,
      },
    },
    clock.now(),
  );
}

function isWaiting({ status, severity, acknowledged, silence }: AlertEpisode): boolean {
  return status === 'firing' && severity === 'page' && acknowledged === undefined && silence === undefined;
}
