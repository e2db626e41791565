import type { Deploy } from '#domain/deploy.ts';
import { PRIORITY, type Task } from '#domain/job.ts';
import { present } from '#domain/optional.ts';
import type { Ports } from '../ports.ts';
import { offerOf } from '../rollback.ts';
import { announceDeploy, deployRoot } from './deploy.ts';

/**
 * Puts a message of a deploy again with what people said of its verdict; what was drawn and measured stays as it was. One that is still to
 * come brings the answer with it, one that was deleted for its age stays as Slack has it.
 */
export async function showAnswer(
  { deploy: id, where }: Extract<Task, { kind: 'showAnswer' }>,
  ports: Pick<Ports, 'store' | 'catalog' | 'clock'>,
): Promise<void> {
  const { store, clock } = ports;
  const shown = await store.outbox.find(where === 'root' ? deployRoot(id) : deployReport(id));
  if (shown === undefined) return;
  if (where === 'root') return announceDeploy(id, ports);
  const { key, to, parent, message } = shown;
  const deploy = await store.deploys.get(id);
  if (deploy === undefined || message.about !== 'deployReport') return;
  const { rollback: _, ...rest } = message;
  const shownDeploy = asAnswered(message.deploy, deploy);
  await store.outbox.put(
    {
      key,
      to,
      priority: PRIORITY.answer,
      message: { ...rest, deploy: shownDeploy, ...(await offerOf(deploy, ports)) },
      ...(parent === undefined ? {} : { parent }),
    },
    clock.now(),
  );
}

/** The deploy as its report shows it, with what people said since: the watch may have found more, which is not what the figures around it show. */
function asAnswered(
  { answered: _, expected: __, rollbackAsked: ___, ...shown }: Deploy,
  { answered, expected, rollbackAsked }: Deploy,
): Deploy {
  return { ...shown, ...present({ answered, expected, rollbackAsked }) };
}

/** Key of the report in a deploy's thread. */
function deployReport(deploy: string): string {
  return `${deployRoot(deploy)}:report`;
}
