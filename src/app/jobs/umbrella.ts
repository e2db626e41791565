import { type AlertEpisode, firingAlerts } from '#domain/alert.ts';
import { PRIORITY } from '#domain/job.ts';
import type { Instant } from '#domain/time.ts';
import { STORM_WITHIN, sortedByUrgency, type Umbrella } from '#domain/umbrella.ts';
import type { GroupLine } from '../message.ts';
import type { Ports } from '../ports.ts';

/** Groups that the root of a storm's thread lists; every group is in the thread below. */
const IN_ROOT = 12;
/** Groups that one message of the list holds. */
const ON_PAGE = 30;

/** Key of the root message of a storm's thread. */
export function umbrellaRoot(umbrella: string): string {
  return `umbrella:${umbrella}`;
}

/** Puts the root of a storm's thread as things now stand, and below it the list of all its groups in the order in which they came. */
export async function announceUmbrella(
  id: string,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  const umbrella = await store.umbrellas.get(id);
  if (umbrella === undefined) return;
  const episodes = await store.alerts.under(id);
  const now = clock.now();
  const firing = episodes.filter(({ status }) => status === 'firing');
  const pages: (readonly AlertEpisode[])[] = [];
  for (let from = 0; from < episodes.length; from += ON_PAGE)
    pages.push(episodes.slice(from, from + ON_PAGE));
  await store.transact(async ({ outbox }) => {
    await outbox.put(
      {
        key: umbrellaRoot(id),
        to: { channel: umbrella.channel },
        priority: firing.length === 0 ? PRIORITY.resolved : PRIORITY.alert,
        message: {
          about: 'umbrella',
          at: umbrella.lastAt,
          umbrella,
          groups: episodes.length,
          firing: firing.length,
          pages: firing.filter(({ severity }) => severity === 'page').length,
          unacknowledged: firing.filter(({ acknowledged }) => acknowledged === undefined).length,
          worst: sortedByUrgency(episodes).slice(0, IN_ROOT).map(lineOf),
        },
      },
      // Ahead of the threads of the minute before it: it tells more than each of them.
      umbrella.startedAt - STORM_WITHIN,
    );
    for (const [page, groups] of pages.entries())
      await outbox.put(listed(umbrella, page, groups.map(lineOf), page * ON_PAGE), now);
  });
}

function listed(umbrella: Umbrella, page: number, groups: readonly GroupLine[], from: number) {
  return {
    key: `${umbrellaRoot(umbrella.id)}:list:${page}`,
    parent: umbrellaRoot(umbrella.id),
    to: { channel: umbrella.channel },
    priority: PRIORITY.progress,
    message: { about: 'umbrellaList' as const, at: umbrella.startedAt, from, groups },
  };
}

function lineOf(episode: AlertEpisode): GroupLine {
  const { id, name, service, severity, status, startedAt, resolvedAt, acknowledged } = episode;
  const since: Instant = startedAt;
  return {
    episode: id,
    name,
    severity,
    status,
    since,
    alerts: firingAlerts(episode).length,
    acknowledged: acknowledged !== undefined,
    ...(service === undefined ? {} : { service }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
  };
}
