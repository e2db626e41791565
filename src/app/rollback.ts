import type { Deploy } from '#domain/deploy.ts';
import { type RollbackOffer, rollbackOffer } from '#domain/rollback-way.ts';
import { findService } from '#domain/service.ts';
import type { Ports } from './ports.ts';

/** How many deploys of a service are looked at to find the one before, or one that came since. */
const RECENT = 20;

/** What can be offered now to go back from a deploy, as a property of its report. */
export async function offerOf(
  deploy: Deploy,
  { store, catalog }: Pick<Ports, 'store' | 'catalog'>,
): Promise<{ rollback?: RollbackOffer }> {
  const { service } = deploy;
  const way = service === undefined ? undefined : findService(catalog.current(), service)?.rollback;
  if (service === undefined || way === undefined) return {};
  const rollback = rollbackOffer(way, deploy, await store.deploys.recent({ service, limit: RECENT }));
  return rollback === undefined ? {} : { rollback };
}
