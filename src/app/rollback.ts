import type { Deploy } from '#domain/deploy.ts';
import {
  type RollbackOffer,
  type RollbackRefusal,
  rollbackOffer,
  whyNoRollback,
} from '#domain/rollback-way.ts';
import { findService } from '#domain/service.ts';
import type { Ports } from './ports.ts';

/** How many deploys of a service are looked at to find the one before, or one that came since. */
const RECENT = 20;

/** What can be offered now to go back from a deploy, as a property of its report. */
export async function offerOf(
  deploy: Deploy,
  ports: Pick<Ports, 'store' | 'catalog'>,
): Promise<{ rollback?: RollbackOffer }> {
  const way = wayOf(deploy, ports);
  const rollback = way === undefined ? undefined : rollbackOffer(way, deploy, await besides(deploy, ports));
  return rollback === undefined ? {} : { rollback };
}

/** Why nobody can be asked now to roll a deploy back; `undefined` where somebody can. */
export async function rollbackRefusal(
  deploy: Deploy,
  ports: Pick<Ports, 'store' | 'catalog'>,
): Promise<RollbackRefusal | undefined> {
  return whyNoRollback(wayOf(deploy, ports), deploy, await besides(deploy, ports));
}

function wayOf({ service }: Deploy, { catalog }: Pick<Ports, 'catalog'>) {
  return service === undefined ? undefined : findService(catalog.current(), service)?.rollback;
}

async function besides({ service }: Deploy, { store }: Pick<Ports, 'store'>): Promise<readonly Deploy[]> {
  return service === undefined ? [] : store.deploys.recent({ service, limit: RECENT });
}
