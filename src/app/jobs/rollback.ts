import { PRIORITY, type Task } from '#domain/job.ts';
import type { RollbackOutcome } from '#domain/rollback-way.ts';
import { findService } from '#domain/service.ts';
import { submit } from '../accept.ts';
import type { Ports } from '../ports.ts';
import { deployRoot } from './deploy.ts';

/** What is known of a request that was about to be sent when its job broke off. */
const INTERRUPTED: RollbackOutcome = {
  kind: 'unknown',
  what: 'Bellbuoy was interrupted while it asked',
};

/** What is said where the configuration names no way back any more. */
const NO_WAY: RollbackOutcome = {
  kind: 'refused',
  what: 'the configuration names nobody to ask any more',
  unsent: true,
};

/**
 * Asks another system to roll back; what came of it is an event. It is asked at most once: that it is about to be is committed before, so a job
 * that is run again, after a crash or because its outcome could not be stored, says that it does not know; one that had not come so far asks.
 */
export async function requestRollback(
  { deploy: id, key }: Extract<Task, { kind: 'requestRollback' }>,
  ports: Pick<Ports, 'store' | 'catalog' | 'clock' | 'rollbacks'>,
): Promise<void> {
  const { store, catalog, rollbacks } = ports;
  const deploy = await store.deploys.get(id);
  const asked = deploy?.rollbackAsked;
  if (deploy?.service === undefined || asked?.key !== key || asked.outcome !== undefined) return;
  const { service, version, environment } = deploy;
  const way = findService(catalog.current(), service)?.rollback;
  const ask = async (): Promise<RollbackOutcome> => {
    if (asked.sendingAt !== undefined) return INTERRUPTED;
    if (way?.kind !== 'webhook') return NO_WAY;
    const by = asked.by.kind === 'person' ? asked.by.user : asked.by.name;
    const previous = asked.to === undefined ? {} : { previousVersion: asked.to };
    await markSending(deploy.id, key, ports);
    return rollbacks.request(
      way,
      { service, version, ...previous, environment, deploy: id, by },
      `${id}-${asked.first ?? key}`,
    );
  };
  const outcome = await ask();
  await submit(
    { type: 'rollbackAnswered', deploy: id, key, by: asked.by, outcome },
    `rollback-answered:${id}:${key}`,
    ports,
  );
}

async function markSending(
  id: string,
  key: string,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  await store.transact(async ({ deploys }) => {
    const deploy = await deploys.get(id);
    if (deploy?.rollbackAsked?.key !== key) throw new Error('the rollback was asked for anew meanwhile');
    await deploys.save({ ...deploy, rollbackAsked: { ...deploy.rollbackAsked, sendingAt: clock.now() } });
  });
}

/** Says in the deploy's thread that a rollback was asked for, and in the same message what came of it. */
export async function tellRollback(
  { deploy: id, asked }: Extract<Task, { kind: 'tellRollback' }>,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  const deploy = await store.deploys.get(id);
  if (deploy?.channel === undefined) return;
  const { channel, service = '', version, environment } = deploy;
  const root = await store.outbox.find(deployRoot(id));
  await store.outbox.put(
    {
      key: `${deployRoot(id)}:rollback:${asked.key}`,
      to: { channel },
      // A thread that was deleted for its age is not begun anew.
      ...(root === undefined ? {} : { parent: deployRoot(id) }),
      priority: PRIORITY.alert,
      message: { about: 'rollback', at: asked.at, service, version, environment, asked },
    },
    clock.now(),
  );
}
