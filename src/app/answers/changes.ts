import type { Deploy } from '#domain/deploy.ts';
import type { Rollout } from '#domain/flag.ts';
import { present } from '#domain/optional.ts';
import type { Service } from '#domain/service.ts';
import { HOUR, type Instant, type Range, within } from '#domain/time.ts';
import type { DeployChange, FlagChange, RecentChange } from '../answer.ts';
import type { Ports } from '../ports.ts';

/** How far back a change is still worth naming. */
const LOOK_BACK = 24 * HOUR;

/** How many changes are named. */
export const NAMED = 5;

/** Deploys and flag changes of a service and of what it depends on before `at`, closest first. */
export async function changesBefore(
  service: Service,
  at: Instant,
  store: Ports['store'],
): Promise<readonly RecentChange[]> {
  const changes = await changesIn(service, { from: at - LOOK_BACK, to: at + 1 }, store);
  return onceEach(changes).slice(0, NAMED);
}

/** Of each rollout the first change in the list: a flag that is turned all day hides nothing else. */
export function onceEach(changes: readonly RecentChange[]): readonly RecentChange[] {
  const first = new Map<string, RecentChange>();
  for (const change of changes) if (!first.has(change.id)) first.set(change.id, change);
  return [...first.values()];
}

/** All deploys, and all changes of flags, of a service and of what it depends on in a range, latest first. What went where nothing is watched changed nothing here. */
export async function changesIn(
  service: Service,
  range: Range,
  store: Ports['store'],
): Promise<readonly RecentChange[]> {
  const names = [service.name, ...service.dependsOn];
  const [deploys, rollouts] = await Promise.all([
    store.deploys.during(range, names),
    store.flags.during(range, names),
  ]);
  const changes = [
    ...deploys.filter(({ watch }) => watch !== undefined).map((deploy) => changeOf(deploy, service.name)),
    ...rollouts
      .filter(({ steps }) => steps.some(({ watch }) => watch !== undefined))
      .flatMap((rollout) => turnsOf(rollout, range, service.name)),
  ];
  return changes.toSorted((a, b) => b.at - a.at);
}

/** The steps of a rollout that were made in a range. */
function turnsOf(rollout: Rollout, range: Range, own: string): readonly FlagChange[] {
  const { id, flag, service = 'unknown', steps } = rollout;
  return steps.flatMap(({ share, at, actor, url, watch }, i): readonly FlagChange[] => {
    if (!within(range, at)) return [];
    return [
      {
        ...{ kind: 'flag', id, flag, service, at, relation: service === own ? 'own' : 'dependency' },
        ...present({ share, before: steps[i - 1]?.share, actor, url }),
        ...(watch?.verdict?.word === 'stop' ? { isProven: true as const } : {}),
      },
    ];
  });
}

function changeOf(deploy: Deploy, own: string): DeployChange {
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
