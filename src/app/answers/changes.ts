import type { Deploy } from '#domain/deploy.ts';
import type { Service } from '#domain/service.ts';
import { HOUR, type Instant } from '#domain/time.ts';
import type { RecentChange } from '../answer.ts';
import type { Ports } from '../ports.ts';

/** How far back a change is still worth naming. */
const LOOK_BACK = 24 * HOUR;

/** Deploys of a service and of what it depends on before `at`, closest first. */
export async function changesBefore(
  service: Service,
  at: Instant,
  store: Ports['store'],
): Promise<readonly RecentChange[]> {
  const names = [service.name, ...service.dependsOn];
  const deploys = await store.deploys.during({ from: at - LOOK_BACK, to: at + 1 }, names);
  return deploys
    .toReversed()
    .slice(0, 5)
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
    ...(deploy.actor === undefined ? {} : { actor: deploy.actor }),
    ...(deploy.url === undefined ? {} : { url: deploy.url }),
  };
}
