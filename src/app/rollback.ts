import type { Deploy } from '#domain/deploy.ts';
import {
  type RollbackOffer,
  type RollbackRefusal,
  rollbackOffer,
  whyNoRollback,
} from '#domain/rollback-way.ts';
import { findService } from '#domain/service.ts';
import { besideOf } from './beside.ts';
import type { Ports } from './ports.ts';

/** What can be offered now to go back from a deploy, as a property of its report. */
export async function offerOf(
  deploy: Deploy,
  ports: Pick<Ports, 'store' | 'catalog'>,
): Promise<{ rollback?: RollbackOffer }> {
  const way = wayOf(deploy, ports);
  const rollback =
    way === undefined ? undefined : rollbackOffer(way, deploy, await besideOf(deploy, ports.store.deploys));
  return rollback === undefined ? {} : { rollback };
}

/** Why nobody can be asked now to roll a deploy back; `undefined` where somebody can. */
export async function rollbackRefusal(
  deploy: Deploy,
  ports: Pick<Ports, 'store' | 'catalog'>,
): Promise<RollbackRefusal | undefined> {
  return whyNoRollback(wayOf(deploy, ports), deploy, await besideOf(deploy, ports.store.deploys));
}

function wayOf({ service }: Deploy, { catalog }: Pick<Ports, 'catalog'>) {
  return service === undefined ? undefined : findService(catalog.current(), service)?.rollback;
}
