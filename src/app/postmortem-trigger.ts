import { suspectOf } from '#domain/causes.ts';
import type { Incident } from '#domain/incident/incident.ts';
import { wentWords } from '#domain/share-words.ts';
import type { Instant } from '#domain/time.ts';
import type { RecentChange } from './answer.ts';
import { confirmedTrigger } from './confirmed-trigger.ts';
import {
  beforeWords,
  byWords,
  foundHarmful,
  type Trigger,
  type TriggerStore,
  triggerByDeploy,
  triggerByRollout,
} from './found-harmful.ts';
import { alertRoot } from './jobs/alert.ts';
import { panelsKey } from './jobs/alert-causes.ts';
import type { Ports } from './ports.ts';

/**
 * The deploy or rollout that it was declared from, else what people called right of an agent's hypotheses, else the change that an alert of it was found to have begun after; none where nobody
 * knows.
 */
export async function triggerOf(incident: Incident, store: TriggerStore): Promise<Trigger | undefined> {
  const { subject, times } = incident;
  if (subject?.kind === 'deploy') return triggerByDeploy(subject.id, times.started, store);
  if (subject?.kind === 'rollout') return triggerByRollout(subject.id, times.started, store);
  const alerts = subject === undefined ? incident.alerts : [subject.id, ...incident.alerts];
  const confirmed = await confirmedTrigger(alerts, times.started, store);
  if (confirmed !== undefined) return confirmed;
  for (const alert of new Set(alerts)) {
    const change = await suspectedBy(alert, store);
    if (change !== undefined) return triggerByChange(change, times.started);
  }
  return foundHarmful(incident, store);
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
