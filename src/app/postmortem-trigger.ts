import { suspectOf } from '#domain/causes.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { TriggerKind } from '#domain/incident/postmortem.ts';
import { lengthWords } from '#domain/length-words.ts';
import { wentWords } from '#domain/share-words.ts';
import { type Instant, SECOND } from '#domain/time.ts';
import type { RecentChange } from './answer.ts';
import { alertRoot } from './jobs/alert.ts';
import { panelsKey } from './jobs/alert-causes.ts';
import type { Ports } from './ports.ts';

/** What set an incident off, as far as the record tells: the id of the deploy or rollout, and a sentence. */
export type Trigger = { readonly kind: TriggerKind; readonly reference: string; readonly words: string };

type TriggerStore = Pick<Ports['store'], 'outbox' | 'deploys' | 'flags'>;

/** The deploy or rollout that it was declared from, else the change that an alert of it was found to have begun after; none where nobody knows. */
export async function triggerOf(incident: Incident, store: TriggerStore): Promise<Trigger | undefined> {
  const { subject, times } = incident;
  if (subject?.kind === 'deploy') return triggerByDeploy(subject.id, times.started, store);
  if (subject?.kind === 'rollout') return triggerByRollout(subject.id, times.started, store);
  const alerts = subject === undefined ? incident.alerts : [subject.id, ...incident.alerts];
  for (const alert of new Set(alerts)) {
    const change = await suspectedBy(alert, store);
    if (change !== undefined) return triggerByChange(change, times.started);
  }
  return foundHarmful(incident, store);
}

/** Without an onset: the latest deploy or flag step before somebody noticed that was found to do harm by its own watch. */
async function foundHarmful(
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

async function triggerByDeploy(
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

async function triggerByRollout(
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

/** The change that is named beside the onset of an alert in its root message, else beside its panels: in a storm the root tells of all. */
async function suspectedBy(
  alert: string,
  { outbox }: Pick<Ports['store'], 'outbox'>,
): Promise<RecentChange | undefined> {
  const root = (await outbox.find(alertRoot(alert)))?.message;
  if (root?.about === 'alert' && root.onset !== undefined)
    return suspectOf(root.onset.changes, root.onset.began);
  const panels = (await outbox.find(panelsKey(alert, 0)))?.message;
  return panels?.about === 'alertSnapshot' && panels.began !== undefined
    ? suspectOf(panels.changes, panels.began)
    : undefined;
}

function triggerByChange(change: RecentChange, started: Instant | undefined): Trigger {
  const { id, service, actor, at } = change;
  const rest = `${byWords(actor)}${beforeWords(at, started)}.`;
  return change.kind === 'deploy'
    ? { kind: 'deploy', reference: id, words: `${service} ${change.version} was deployed${rest}` }
    : {
        kind: 'flag',
        reference: id,
        words: `${change.flag} ${wentWords(change.share)} on ${service}${rest}`,
      };
}

function byWords(actor: string | undefined): string {
  return actor === undefined ? '' : ` by ${actor}`;
}

function beforeWords(at: Instant, started: Instant | undefined): string {
  if (started === undefined || at > started) return '';
  return started - at < SECOND ? ' as it began' : `, ${lengthWords(started - at)} before it began`;
}
