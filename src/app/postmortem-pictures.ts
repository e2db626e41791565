import type { Incident } from '#domain/incident/incident.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { panelsKey } from './jobs/alert-causes.ts';
import { deployRoot } from './jobs/deploy.ts';
import { rolloutRoot } from './jobs/rollout.ts';
import type { Message } from './message.ts';
import type { Ports } from './ports.ts';

/** So often an alert's panels are looked for: each refresh has a number. */
const MOST_TURNS = 20;

type PictureStore = Pick<Ports['store'], 'outbox' | 'flags' | 'agentTasks' | 'snapshots'>;

/**
 * Ids of the pictures that an incident has to show, most telling first: of what it was declared from, of what people asked and shared, of what agents reported, of its other
 * alerts, deploys and rollouts, then what was drawn again.
 */
export async function picturesOf(
  incident: Incident,
  entries: readonly TimelineEntry[],
  store: PictureStore,
): Promise<readonly string[]> {
  const { subject } = incident;
  const isSubject = (kind: string) => (id: string) => subject?.kind === kind && subject.id === id;
  const [alerts, deploys, rollouts] = await Promise.all([
    Promise.all(sorted(incident.alerts, isSubject('alert')).map((id) => ofAlert(id, store))),
    Promise.all(sorted(incident.deploys, isSubject('deploy')).map((id) => ofDeploy(id, store))),
    Promise.all(sorted(incident.rollouts, isSubject('rollout')).map((id) => ofRollout(id, store))),
  ]);
  const firsts = [...alerts.map(([first]) => first), ...deploys.flat(), ...rollouts.flat()];
  const own = { alert: alerts[0]?.[0], deploy: deploys[0]?.[0], rollout: rollouts[0]?.[0] };
  const told = entries.flatMap(({ reference }) => (reference?.kind === 'snapshot' ? [reference.id] : []));
  const asked = entries.flatMap(({ kind, reference }) =>
    kind === 'answer' && reference?.kind === 'snapshot' ? [reference.id] : [],
  );
  const reported = await Promise.all(
    entries.map(({ reference }) => (reference?.kind === 'task' ? ofReport(reference.id, store) : [])),
  );
  const again = alerts.flatMap(([_, ...others]) => others.toReversed());
  const ranked = [
    subject === undefined ? undefined : own[subject.kind],
    ...asked,
    ...reported.flat(),
    ...firsts,
    ...told,
    ...again,
  ];
  return [...new Set(ranked.filter((id) => id !== undefined))];
}

function sorted(ids: readonly string[], isFirst: (id: string) => boolean): readonly string[] {
  return ids.toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
}

async function ofAlert(id: string, { outbox }: PictureStore): Promise<readonly string[]> {
  const found: string[] = [];
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const told = await outbox.find(panelsKey(id, turn));
    if (told === undefined) break;
    found.push(...pictureIn(told.message));
  }
  return found;
}

async function ofDeploy(id: string, { outbox }: PictureStore): Promise<readonly string[]> {
  const report = await outbox.find(`${deployRoot(id)}:report`);
  return report === undefined ? [] : pictureIn(report.message);
}

async function ofRollout(id: string, { outbox, flags }: PictureStore): Promise<readonly string[]> {
  const steps = (await flags.get(id))?.steps ?? [];
  const keys = steps
    .toReversed()
    .flatMap(({ number }) => [`${rolloutRoot(id)}:step:${number}:stop`, `${rolloutRoot(id)}:step:${number}`]);
  const told = await Promise.all(keys.map((key) => outbox.find(key)));
  return told.flatMap((one) => (one === undefined ? [] : pictureIn(one.message)));
}

/** Those that the likeliest hypothesis of the last report stands on, and that are kept. */
async function ofReport(task: string, { agentTasks, snapshots }: PictureStore): Promise<readonly string[]> {
  const [first] = (await agentTasks.get(task))?.reports.at(-1)?.hypotheses ?? [];
  const named = (first?.evidence ?? []).flatMap(({ snapshot }) => snapshot ?? []);
  const kept = await Promise.all(named.map((id) => snapshots.get(id)));
  return kept.flatMap((one) => (one === undefined ? [] : [one.id]));
}

function pictureIn(message: Message): readonly string[] {
  return 'picture' in message && message.picture !== undefined ? [message.picture.snapshot] : [];
}
