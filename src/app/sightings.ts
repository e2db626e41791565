import type { Service } from '#domain/service.ts';
import { firstSight, look, ripe, type Sighting, type Sightings } from '#domain/sighting.ts';
import { MINUTE } from '#domain/time.ts';
import { environmentSeen, isAnnounced, METRICS } from '#domain/unannounced.ts';
import { submit } from './accept.ts';
import { dated } from './first-seen.ts';
import type { Ports } from './ports.ts';
import { startRounds } from './rounds.ts';

/** How often the metrics are asked for versions. */
const EVERY = MINUTE;

/** A label that has more values at once than this is no version. */
const MOST_AT_ONCE = 20;

/** How many deploys of a service are looked at to find who announced a version. */
const RECENT_DEPLOYS = 20;

type SightPorts = Pick<Ports, 'store' | 'catalog' | 'metrics' | 'clock' | 'log' | 'meter'>;

/**
 * Looks every minute which versions the metrics show, all services at once. One that is new and that nobody announces within a few minutes
 * becomes an unannounced deploy, which began when the version was first seen.
 */
export function startSighting(ports: SightPorts): { stop(): Promise<void> } {
  const failed = 'running versions could not be looked at; it is tried again';
  return startRounds({ every: EVERY, failed }, () => sightOnce(ports), ports);
}

/** One round. Where no version is shown (Prometheus is away, the label is missing), nothing is learnt and nothing follows. */
export async function sightOnce(ports: SightPorts): Promise<void> {
  const { store, catalog, metrics, clock } = ports;
  const { services } = catalog.current();
  const now = clock.now();
  const [running, known] = [await metrics.versions(services, now), await store.versions.all()];
  const learnt: Sightings[] = [];
  for (const service of services) {
    const names = running.get(service.name) ?? [];
    if (names.length === 0 || names.length > MOST_AT_ONCE) continue;
    const seen = known.get(service.name);
    const readBy = readByOf(service);
    const isKnown = seen !== undefined && seen.readBy === readBy;
    const { due, rest } = ripe(
      isKnown
        ? await dated(look(seen, names, now), seen.at, service, ports)
        : firstSight(service.name, readBy, names, now),
    );
    for (const sighting of due) await tell(sighting, service, rest, ports);
    learnt.push(rest);
  }
  // After telling: whoever is killed between tells again, under the same key.
  await store.versions.save(learnt);
}

async function tell(
  sighting: Sighting,
  service: Service,
  { versions }: Sightings,
  { store, catalog, clock, log, meter }: SightPorts,
): Promise<void> {
  const { version, firstAt, previous, ranBefore } = sighting;
  const deploys = await store.deploys.recent({ service: service.name, limit: RECENT_DEPLOYS });
  const { watchedEnvironments: watched } = catalog.current();
  const environment = environmentSeen(deploys, watched);
  const names = versions.map((one) => one.version);
  if (isAnnounced(sighting, deploys, { environment, names })) return;
  log.info({ service: service.name, version }, 'a version runs that nobody announced');
  meter.count('bellbuoy_unannounced_deploys_total');
  await submit(
    {
      type: 'deployReport',
      source: METRICS,
      unannounced: true,
      hints: { service: service.name },
      version,
      ...(previous === undefined ? {} : { previousVersion: previous }),
      ...(ranBefore === undefined ? {} : { rollback: ranBefore }),
      environment,
      // What the metrics show is what is watched, whatever name its senders gave it.
      ...(watched[0] === undefined ? {} : { environmentTier: watched[0] }),
      status: 'succeeded',
      at: firstAt,
      startedAt: firstAt,
      changes: [],
    },
    `${METRICS}:${service.name}:${version}:${firstAt}`,
    { store, clock },
  );
}

/** What a service's versions depend on: another source, selection or label shows other names for the same. */
function readByOf({ source, labels, preset }: Service): string {
  return JSON.stringify([source, Object.entries(labels).toSorted(), preset?.version]);
}
