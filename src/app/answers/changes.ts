import type { Deploy } from '#domain/deploy.ts';
import type { Service } from '#domain/service.ts';
import { HOUR, type Instant, type Range } from '#domain/time.ts';
import type { RecentChange } from '../answer.ts';
import type { Ports } from '../ports.ts';

/** How far back a change is still worth naming. */
const LOOK_BACK = 24 * HOUR;

/** How many changes are named. */
export const NAMED = 5;

/** Deploys of a service and of what it depends on before `at`, closest first. */
export async function changesBefore(
  service: Service,
  at: Instant,
  store: Ports['store'],
): Promise<readonly RecentChange[]> {
  const changes = await changesIn(service, { from: at - LOOK_BACK, to: at + 1 }, store);
  return changes.slice(0, NAMED);
}

/** All deploys of a service and of what it depends on that began in a range, latest first. What went where nothing is watched changed nothing here. */
export async function changesIn(
  service: Service,
  range: Range,
  store: Ports['store'],
): Promise<readonly RecentChange[]> {
  const names = [service.name, ...service.dependsOn];
  const deploys = await store.deploys.during(range, names);
  return deploys
    .filter(({ watch }) => watch !== undefined)
    .toReversed()
    .map((deploy) => changeOf(deploy, service.name));
}

function changeOf(deploy: Deploy, own: string): RecentChange {
  const service = deploy.service ?? 'unknown';
  return {
    kind: 'deploy',
    id: deploy.id,
    service,
    relation: service === own ? 'own' : 'dependency',
    version: deploy.version,
    at: deploy.finishedAt ?? deploy.startedAt,
    ...(deploy.finishedAt === undefined ? {} : { startedAt: deploy.startedAt }),
    ...(deploy.actor === undefined ? {} : { actor: deploy.actor }),
    ...(deploy.url === undefined ? {} : { url: deploy.url }),
  };
}
