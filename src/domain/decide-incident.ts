import { reportJob } from './agent-task/report-job.ts';
import { showAnswerJob } from './decide-answers.ts';
import { type Decision, NOTHING, type State } from './decision.ts';
import type { IncidentEvent } from './event.ts';
import { collect } from './incident/belongings.ts';
import { applyIncidentChange, severityWord, touched } from './incident/change.ts';
import { declare } from './incident/declare.ts';
import { followed } from './incident/follow.ts';
import { type Incident, isOpen } from './incident/incident.ts';
import { announceJob, channelJob, linkJob, tellJob } from './incident/jobs.ts';
import { whyNotChanged, whyNotRevised } from './incident/machine.ts';
import { runningJobs } from './incident/running-jobs.ts';
import { noteKey, type TimelineEntry } from './incident/timeline.ts';
import { type Job, job, PRIORITY } from './job.ts';
import { present } from './optional.ts';
import { announce as announceRollout } from './rollout-jobs.ts';
import type { Instant } from './time.ts';

type Of<Type extends IncidentEvent['type']> = Extract<IncidentEvent, { type: Type }>;

/** Kinds of entries that are said in the thread: what people did. What was collected stands in Slack already. */
const SAID: ReadonlySet<TimelineEntry['kind']> = new Set(['status', 'severity', 'role', 'details', 'note']);

/** Declares an incident, with what is known of its services so far. What has an open incident already gets no second one. */
export function onDeclared(state: State, event: Of<'incidentDeclared'>, at: Instant, now: Instant): Decision {
  const { subject } = event;
  const known = state.incidents?.find(
    (one) =>
      isOpen(one) &&
      subject !== undefined &&
      one.subject?.kind === subject.kind &&
      one.subject.id === subject.id,
  );
  if (known !== undefined) return { ...NOTHING, jobs: [linkJob(known.id, now)] };
  const { episode, deploys, rollouts = [], tasks = [], firing = [] } = state;
  const episodes = [
    ...(episode === undefined ? [] : [episode]),
    ...firing.filter(({ id }) => id !== episode?.id),
  ];
  const found = collect(declare(state, event, at), { episodes, deploys, rollouts, tasks }, state.catalog);
  const { incident } = found;
  const declared: TimelineEntry = {
    ...{ key: 'declared', kind: 'declared', at, by: event.by },
    text: `declared ${severityWord(incident.severity)}: ${incident.title}`,
  };
  const entries = [declared, ...found.entries].map((entry) => ({ incident: incident.id, entry }));
  const settings = state.catalog.incidents;
  return {
    ...NOTHING,
    ...marked(state, incident, at),
    incidents: [incident],
    entries,
    cancel: episode === undefined || event.by.kind === 'machine' ? [] : [`remind:${episode.id}:`],
    jobs: [
      announceJob(incident.id, now, PRIORITY.alert),
      linkJob(incident.id, now),
      ...(incident.own === undefined ? [] : [channelJob(incident.id, now)]),
      ...runningJobs(incident, settings, now),
      ...subjectJobs(incident, now),
      ...reportJobs(found.entries, now),
    ],
  };
}

/** What agents reported before it was declared is told in its thread too. */
function reportJobs(entries: readonly TimelineEntry[], now: Instant): readonly Job[] {
  const tasks = entries.flatMap(({ reference }) => (reference?.kind === 'task' ? [reference.id] : []));
  return [...new Set(tasks)].map((task) => reportJob(task, now));
}

/** Changes an incident, as far as it is known and really changes. */
export function onChanged(
  state: State,
  id: number,
  { change, note, by }: Of<'incidentChanged'>,
  at: Instant,
  now: Instant,
): Decision {
  const [known] = state.incidents ?? [];
  if (known === undefined || whyNotChanged(known, change, by) !== undefined) return NOTHING;
  const { incident, entries } = applyIncidentChange(known, change, { id, at, by, ...present({ note }) });
  if (incident === known && entries.length === 0) return NOTHING;
  const after = followed(state.catalog.incidents, known, incident, now);
  return {
    ...NOTHING,
    incidents: [incident],
    entries: entries.map((entry) => ({ incident: incident.id, entry })),
    ...after,
    jobs: [
      announceJob(incident.id, now),
      ...entries.filter(({ kind }) => SAID.has(kind)).map(({ key }) => tellJob(incident.id, key, now)),
      ...after.jobs,
    ],
  };
}

/** Adds what somebody wrote. A message that was marked before is the entry that it was. */
export function onNoted(
  state: State,
  id: number,
  { text, at, author, source, by }: Of<'timelineNoted'>,
  receivedAt: Instant,
  now: Instant,
): Decision {
  const [known] = state.incidents ?? [];
  const words = text.trim();
  if (known === undefined || words === '') return NOTHING;
  const writer = author ?? by;
  const isOwn = JSON.stringify(writer) === JSON.stringify(by);
  const entry: TimelineEntry = {
    key: source === undefined ? `note:${id}` : noteKey(source),
    ...{ kind: 'note', at, text: words, by: writer },
    ...present({ source, addedBy: isOwn ? undefined : by }),
  };
  const incident = by.kind === 'person' ? touched(known, receivedAt) : known;
  const after = followed(state.catalog.incidents, known, incident, now);
  const before = state.entry;
  // Left out before, it is wanted again.
  const isBack = before?.entry.key === entry.key && before.dropped;
  return {
    ...NOTHING,
    incidents: [incident],
    entries: [{ incident: incident.id, entry }],
    ...(isBack
      ? {
          revised: [
            {
              incident: incident.id,
              revision: { ...before, revision: before.revision + 1, dropped: false, recordedAt: now, by },
              by,
            },
          ],
        }
      : {}),
    ...after,
    jobs: [
      announceJob(incident.id, now),
      ...(source === undefined ? [tellJob(incident.id, entry.key, now)] : []),
      ...after.jobs,
    ],
  };
}

/** Has the words of a marked message fetched. */
export function onNoteMarked({ source, incident, by }: Of<'noteMarked'>, now: Instant): Decision {
  const key = `${source.channel}:${source.ts}`;
  return {
    ...NOTHING,
    jobs: [
      job(`note:${key}`, `note:${key}`, now, PRIORITY.answer, {
        kind: 'fetchNote',
        source,
        by,
        key,
        ...present({ incident }),
      }),
    ],
  };
}

/** Appends what an entry is to be; what it was stays on record. */
export function onRevised(
  state: State,
  { key, change, by }: Of<'timelineRevised'>,
  at: Instant,
  now: Instant,
): Decision {
  const [known] = state.incidents ?? [];
  const { entry: before } = state;
  if (known === undefined || before === undefined || whyNotRevised(before, by) !== undefined) return NOTHING;
  const text = change.text?.trim();
  const entry = {
    ...before.entry,
    ...present({ at: change.at, text: text === undefined || text === '' ? undefined : text }),
  };
  const dropped = change.dropped ?? before.dropped;
  const isSame =
    entry.text === before.entry.text && entry.at === before.entry.at && dropped === before.dropped;
  if (isSame) return NOTHING;
  const incident = by.kind === 'person' ? touched(known, at) : known;
  const after = followed(state.catalog.incidents, known, incident, now);
  const isSaid = SAID.has(entry.kind) && entry.source === undefined && !dropped;
  return {
    ...NOTHING,
    incidents: [incident],
    revised: [
      {
        incident: incident.id,
        revision: { entry, revision: before.revision + 1, dropped, recordedAt: now, by },
        by,
      },
    ],
    ...after,
    jobs: [announceJob(incident.id, now), ...(isSaid ? [tellJob(incident.id, key, now)] : []), ...after.jobs],
  };
}

/** What it was declared from knows it, and is taken: a person who declares an incident has seen the alert. A machine takes nothing: somebody is still to be woken. */
function marked(
  { episode, deploys, rollouts = [] }: State,
  incident: Incident,
  at: Instant,
): Pick<Decision, 'episodes' | 'deploys' | 'rollouts'> {
  const { id, subject, declaredBy } = incident;
  const taken = declaredBy.kind === 'person' ? { by: declaredBy, at } : undefined;
  const isIt = (kind: string, one: { readonly id: string }) =>
    subject?.kind === kind && subject.id === one.id;
  return {
    episodes:
      episode === undefined || !isIt('alert', episode)
        ? []
        : [{ ...episode, incident: id, ...present({ acknowledged: episode.acknowledged ?? taken }) }],
    deploys: deploys.filter((one) => isIt('deploy', one)).map((one) => ({ ...one, incident: id })),
    rollouts: rollouts.filter((one) => isIt('rollout', one)).map((one) => ({ ...one, incident: id })),
  };
}

/** The message that it was declared from shows it. */
function subjectJobs({ subject }: Incident, now: Instant): readonly Job[] {
  switch (subject?.kind) {
    case 'alert':
      return [
        job(`announce:${subject.id}`, `alert:${subject.id}:root`, now, PRIORITY.answer, {
          ...{ kind: 'announceAlert', episode: subject.id },
        }),
      ];
    case 'deploy':
      return [showAnswerJob(subject.id, 'root', now), showAnswerJob(subject.id, 'report', now)];
    case 'rollout':
      return [announceRollout(subject.id, now, PRIORITY.answer)];
    case undefined:
      return [];
  }
}
