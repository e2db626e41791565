import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import type { Hypothesis } from '#domain/agent-task/report.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Rollout } from '#domain/flag.ts';
import { present } from '#domain/optional.ts';
import { findService } from '#domain/service.ts';
import { shareWords } from '#domain/share-words.ts';
import { permalinkOf } from './incident-line.ts';
import { deployRoot } from './jobs/deploy.ts';
import { rolloutRoot } from './jobs/rollout.ts';
import type { NamedCause } from './message.ts';
import type { Ports } from './ports.ts';

type CausePorts = Pick<Ports, 'store' | 'catalog' | 'conversations'>;

/**
 * What a hypothesis names, by its own name, with the way to its thread (else to where it was reported from) and what was found of it here. Agents name deploys and rollouts by id, or as people do:
 * `checkout v1.4.2`, `v1.4.2` of the task's service, the name of a flag.
 */
export async function namedCause(
  { cause: { kind, reference } }: Hypothesis,
  task: Pick<AgentTask, 'service'>,
  ports: CausePorts,
): Promise<NamedCause> {
  const name = reference?.trim() ?? '';
  if (name === '') return {};
  switch (kind) {
    case 'deploy': {
      const deploy = await deployCalled(name, task, ports.store);
      return deploy === undefined ? {} : causeOfDeploy(deploy, ports);
    }
    case 'flag': {
      const rollout = await rolloutCalled(name, ports.store);
      return rollout === undefined ? {} : causeOfRollout(rollout, ports);
    }
    case 'dependency': {
      const service = findService(ports.catalog.current(), name);
      return service === undefined ? {} : { name, ...present({ url: service.links.dashboard }) };
    }
    default:
      return {};
  }
}

/** The deploy of this id; else the newest that is called so: `checkout v1.4.2`, or `v1.4.2` of the task's service. */
export async function deployCalled(
  name: string,
  { service: own }: Pick<AgentTask, 'service'>,
  { deploys }: Pick<Ports['store'], 'deploys'>,
): Promise<Deploy | undefined> {
  const byId = await deploys.get(name);
  if (byId !== undefined) return byId;
  const space = name.lastIndexOf(' ');
  const service = space < 0 ? own : name.slice(0, space);
  if (service === undefined) return undefined;
  return (await deploys.recent({ service, version: name.slice(space + 1), limit: 1 })).at(0);
}

/** The rollout of this id; else the newest of the flag that is called so. */
export async function rolloutCalled(
  name: string,
  { flags }: Pick<Ports['store'], 'flags'>,
): Promise<Rollout | undefined> {
  return (await flags.get(name)) ?? (await flags.recent({ flag: name, limit: 1 })).at(0);
}

async function causeOfDeploy(deploy: Deploy, ports: CausePorts): Promise<NamedCause> {
  const { id, service, version, url, watch } = deploy;
  const verdict = watch?.verdict;
  const isTold = verdict?.verdict === 'degraded' || watch?.state === 'done';
  const found = verdict === undefined || !isTold ? undefined : `found ${verdict.verdict} here`;
  return {
    name: service === undefined ? version : `${service} ${version}`,
    ...present({ url: (await permalinkOf(deployRoot(id), ports)) ?? url, found }),
  };
}

async function causeOfRollout({ id, flag, steps }: Rollout, ports: CausePorts): Promise<NamedCause> {
  const harmful = steps.findLast(({ watch }) => watch?.told === 'stop');
  const found = harmful === undefined ? undefined : `found to do harm ${shareWords(harmful.share)}`;
  const url = (await permalinkOf(rolloutRoot(id), ports)) ?? steps.at(-1)?.url;
  return { name: flag, ...present({ url, found }) };
}
