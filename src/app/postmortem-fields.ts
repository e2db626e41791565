import { plainCount } from '#domain/budget/words.ts';
import type { Actor } from '#domain/event.ts';
import type { Incident, IncidentTimes } from '#domain/incident/incident.ts';
import type { DetectionSource, PostmortemFields, PostmortemRecord } from '#domain/incident/postmortem.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { lengthWords } from '#domain/length-words.ts';
import { present } from '#domain/optional.ts';
import { SECOND } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import { alertRoot } from './jobs/alert.ts';
import type { Ports } from './ports.ts';
import { triggerOf } from './postmortem-trigger.ts';

type FieldPorts = Pick<Ports, 'store' | 'conversations'>;

/** The fields of a post-mortem that nobody has to type, because the record knows them. */
export async function draftedFields(
  incident: Incident,
  { costs, requests }: Pick<PostmortemRecord, 'costs' | 'requests'>,
  entries: readonly TimelineEntry[],
  ports: FieldPorts,
): Promise<PostmortemFields> {
  const times = await timesKnown(incident, ports);
  const known = { ...incident, times };
  const [trigger, detection] = await Promise.all([
    triggerOf(known, ports.store),
    detectionWords(known, ports),
  ]);
  return {
    ...{ title: incident.title, times, detection },
    detectionSource: detectionOf(incident),
    ...present({
      summary: incident.summary,
      impact: impactWords(requests, costs),
      resolution: resolutionWords(entries),
      trigger: trigger?.words,
      triggerKind: trigger?.kind,
      triggerReference: trigger?.reference,
    }),
  };
}

/** The times, its start by the onset that was found since, where it was taken over from the alert. */
async function timesKnown({ subject, times }: Incident, { store }: FieldPorts): Promise<IncidentTimes> {
  if (subject?.kind !== 'alert') return times;
  const [episode, root] = await Promise.all([
    store.alerts.get(subject.id),
    store.outbox.find(alertRoot(subject.id)),
  ]);
  const onset = root?.message.about === 'alert' ? root.message.onset?.began.at : undefined;
  const isTaken = times.started === undefined || times.started === episode?.startedAt;
  return onset === undefined || !isTaken ? times : { ...times, started: onset };
}

function detectionOf({ subject }: Incident): DetectionSource {
  if (subject === undefined) return 'person';
  return ({ alert: 'alert', deploy: 'deployWatch', rollout: 'flagWatch' } as const)[subject.kind];
}

/** “CheckoutErrors fired 20 s after it began; acknowledged by Ana after 2 min.” */
async function detectionWords(incident: Incident, ports: FieldPorts): Promise<string> {
  const { started, detected, acknowledged } = incident.times;
  const noticed = await noticedOf(incident, ports);
  const at = detected ?? noticed.at;
  const since = started === undefined || at <= started ? '' : ` ${lengthWords(at - started)} after it began`;
  if (acknowledged === undefined || acknowledged < at) return `${noticed.what}${since}.`;
  const by = noticed.by === undefined ? '' : ` by ${await nameOf(noticed.by, ports)}`;
  return `${noticed.what}${since}; acknowledged${by} after ${lengthWords(acknowledged - at)}.`;
}

type Noticed = { readonly what: string; readonly at: number; readonly by?: Actor };

/** How it was noticed, and who took it. */
async function noticedOf(incident: Incident, ports: FieldPorts): Promise<Noticed> {
  const { store } = ports;
  const { subject, declaredAt, declaredBy, times } = incident;
  // Who declares something that nobody had acknowledged takes it by that.
  const taker = times.acknowledged === declaredAt ? { by: declaredBy } : {};
  switch (subject?.kind) {
    case 'alert': {
      const episode = await store.alerts.get(subject.id);
      if (episode === undefined) break;
      const by = episode.acknowledged?.at === times.acknowledged ? episode.acknowledged?.by : taker.by;
      return { what: `${episode.name} fired`, at: episode.startedAt, ...present({ by }) };
    }
    case 'deploy': {
      const deploy = await store.deploys.get(subject.id);
      if (deploy?.watch?.verdict?.verdict !== 'degraded') break;
      const at = deploy.watch.verdict.decidedAt ?? declaredAt;
      const name = [deploy.service, deploy.version].filter((part) => part !== undefined).join(' ');
      return { what: `The watch of ${name} found it degraded`, at, ...taker };
    }
    case 'rollout': {
      const rollout = await store.flags.get(subject.id);
      const harmful = rollout?.steps.findLast(({ watch }) => watch?.verdict?.word === 'stop');
      if (rollout === undefined || harmful === undefined) break;
      const what = `The watch of ${rollout.flag} found that those with it do worse`;
      return { what, at: harmful.watch?.lookedAt ?? declaredAt, ...taker };
    }
  }
  // Who declared it is named already.
  return { what: `${await nameOf(declaredBy, ports)} declared it`, at: declaredAt };
}

async function nameOf(actor: Actor, { conversations }: FieldPorts): Promise<string> {
  return actor.kind === 'person' ? conversations.nameOf(actor.user) : actor.name;
}

/** What it did, in figures: requests that failed, then what budgets lost. */
function impactWords(
  requests: PostmortemRecord['requests'],
  costs: PostmortemRecord['costs'],
): string | undefined {
  const lines = [
    ...requests.map(({ service, failed, all }) => {
      const count = failed === 0 ? 'None' : plainCount(failed);
      const share = failed === 0 || all === 0 ? '' : ` (${formatValue(failed / all, 'ratio')})`;
      return `${count} of ${plainCount(all)} requests to ${service} failed${share}.`;
    }),
    ...costs
      .filter(({ used }) => used > 0)
      .map(
        ({ service, slo, used, allowed }) =>
          `The budget of ${service} ${slo} lost ${used < SECOND ? 'less than 1 s' : lengthWords(used)} of its ${lengthWords(allowed)}.`,
      ),
  ];
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** What people said when they set the states in which a fix is in place. */
function resolutionWords(entries: readonly TimelineEntry[]): string | undefined {
  const said = entries
    .filter(({ kind, text }) => kind === 'status' && /(mitigating|monitoring|resolved): /.test(text))
    .map(({ text }) => text.slice(text.indexOf(': ') + 2).trim())
    .filter((words) => words !== '');
  return said.length === 0 ? undefined : [...new Set(said)].slice(-3).join('\n');
}
