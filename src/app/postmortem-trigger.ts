import { suspectOf } from '#domain/causes.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { TriggerKind } from '#domain/incident/postmortem.ts';
import { type Instant, SECOND } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import type { RecentChange } from './answer.ts';
import { alertRoot } from './jobs/alert.ts';
import { panelsKey } from './jobs/alert-causes.ts';
import type { Ports } from './ports.ts';
import { spanWords } from './span-words.ts';

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
  return undefined;
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
  const words = `${flag} ${shareWords(step.share)} on ${service}${byWords(step.actor)}${beforeWords(step.at, started)}.`;
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
        words: `${change.flag} ${shareWords(change.share)} on ${service}${rest}`,
      };
}

function byWords(actor: string | undefined): string {
  return actor === undefined ? '' : ` by ${actor}`;
}

function beforeWords(at: Instant, started: Instant | undefined): string {
  if (started === undefined || at > started) return '';
  return started - at < SECOND ? ' as it began' : `, ${spanWords(started - at)} before it began`;
}

function shareWords(share: number | undefined): string {
  if (share === undefined) return 'was changed';
  return share === 0 ? 'was turned off' : `went to ${formatValue(share, 'ratio')}`;
}
