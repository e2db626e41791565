import type { Deploy } from '#domain/deploy.ts';
import type { Actor } from '#domain/event.ts';
import {
  type RollbackOffer,
  type RollbackRefusal,
  rollbackOffer,
  whyNoRollback,
} from '#domain/rollback-way.ts';
import { findService } from '#domain/service.ts';
import { besideOf } from './beside.ts';
import type { Ports } from './ports.ts';

/** How many events that wait to be decided are looked through; more wait in no storm that was seen. */
const UNDECIDED = 5000;

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

/**
 * Asks for a rollback of a deploy, by an event; or why that cannot be. A request that is committed and not decided yet counts, so that of two
 * people who press at once one is told. `key` is the press.
 */
export async function askRollback(
  deploy: Deploy,
  by: Actor,
  key: string,
  { store, catalog, clock }: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<RollbackRefusal | undefined> {
  return store.transact(async ({ deploys, inbox }) => {
    const refusal = whyNoRollback(wayOf(deploy, { catalog }), deploy, await besideOf(deploy, deploys));
    if (refusal !== undefined) return refusal;
    const undecided = await inbox.pending(UNDECIDED);
    if (undecided.some(({ event }) => event.type === 'rollbackRequested' && event.deploy === deploy.id))
      return 'asked';
    const event = { type: 'rollbackRequested' as const, deploy: deploy.id, by };
    await inbox.append({ event, source: event.type, dedupeKey: key, at: clock.now() });
    return undefined;
  });
}

function wayOf({ service }: Deploy, { catalog }: Pick<Ports, 'catalog'>) {
  return service === undefined ? undefined : findService(catalog.current(), service)?.rollback;
}
