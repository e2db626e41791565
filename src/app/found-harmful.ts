import type { Incident } from '#domain/incident/incident.ts';
import type { TriggerKind } from '#domain/incident/postmortem.ts';
import { lengthWords } from '#domain/length-words.ts';
import { wentWords } from '#domain/share-words.ts';
import { type Instant, SECOND } from '#domain/time.ts';
import type { Ports } from './ports.ts';

/** What set an incident off, as far as the record tells: the id of the deploy or rollout, and a sentence. */
export type Trigger = { readonly kind: TriggerKind; readonly reference: string; readonly words: string };

export type TriggerStore = Pick<Ports['store'], 'outbox' | 'deploys' | 'flags' | 'agentTasks'>;

/** Without an onset: the latest deploy or flag step before somebody noticed that was found to do harm by its own watch. */
export async function foundHarmful(
  { deploys, rollouts, times, declaredAt }: Incident,
  store: TriggerStore,
): Promise<Trigger | undefined> {
  const noticed = times.detected ?? declaredAt;
  const [rolled, turned] = await Promise.all([
    Promise.all(deploys.map((id) => store.deploys.get(id))),
    Promise.all(rollouts.map((id) => store.flags.get(id))),
  ]);
  const found = [
    ...rolled.flatMap((deploy) =>
      deploy !== undefined && deploy.watch?.verdict?.verdict === 'degraded'
        ? [{ at: deploy.startedAt, tell: () => triggerByDeploy(deploy.id, times.started, store) }]
        : [],
    ),
    ...turned.flatMap((rollout) => {
      const step = rollout?.steps.findLast(({ watch }) => watch?.verdict?.word === 'stop');
      return rollout === undefined || step === undefined
        ? []
        : [{ at: step.at, tell: () => triggerByRollout(rollout.id, times.started, store) }];
    }),
  ];
  return found
    .filter(({ at }) => at <= noticed)
    .toSorted((a, b) => b.at - a.at)
    .at(0)
    ?.tell();
}

export async function triggerByDeploy(
  id: string,
  started: Instant | undefined,
  { deploys }: TriggerStore,
): Promise<Trigger | undefined> {
  const deploy = await deploys.get(id);
  if (deploy === undefined) return undefined;
  const name = [deploy.service, deploy.version].filter((part) => part !== undefined).join(' ');
  const at = deploy.finishedAt ?? deploy.startedAt;
  const words = `${name} was deployed${byWords(deploy.actor)}${beforeWords(at, started)}.`;
  return { kind: 'deploy', reference: id, words };
}

export async function triggerByRollout(
  id: string,
  started: Instant | undefined,
  { flags }: TriggerStore,
): Promise<Trigger | undefined> {
  const rollout = await flags.get(id);
  if (rollout === undefined) return undefined;
  const { flag, service = 'an unknown service', steps } = rollout;
  // The step that did harm; else the last one before it began.
  const harmful = steps.findLast(({ watch }) => watch?.verdict?.word === 'stop');
  const step = harmful ?? steps.findLast(({ at }) => started === undefined || at <= started) ?? steps[0];
  if (step === undefined) return undefined;
  const words = `${flag} ${wentWords(step.share)} on ${service}${byWords(step.actor)}${beforeWords(step.at, started)}.`;
  return { kind: 'flag', reference: id, words };
}

export function byWords(actor: string | undefined): string {
  return actor === undefined ? '' : ` by ${actor}`;
}

export function beforeWords(at: Instant, started: Instant | undefined): string {
  if (started === undefined || at > started) return '';
  return started - at < SECOND ? ' as it began' : `, ${lengthWords(started - at)} before it began`;
}
