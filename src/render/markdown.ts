import type { PostmortemExport } from '#app/incident-ports.ts';
import type { Actor } from '#domain/event.ts';
import { linesOf, textOf, timesOfBoth, uneditedIn } from '#domain/incident/fields.ts';
import { isOpen, ROLES } from '#domain/incident/incident.ts';
import type { TextField } from '#domain/incident/postmortem.ts';
import { doubtWords, spansOf, TIME_NAMES, timeDoubts } from '#domain/incident/time-doubts.ts';
import {
  actionTable,
  costTables,
  evidenceParts,
  relatedLists,
  timelineTable,
  triggerWords,
  type Writing,
} from './markdown-parts.ts';
import { prose } from './markdown-prose.ts';
import { plain, table } from './markdown-text.ts';
import { CAUSED, clockIn, DETECTED, FIELD, lengthWords, ROLE, SEVERITY, STATUS } from './markdown-words.ts';

/** What stands where people have to write something and nobody did. */
const NOT_YET = 'Not written yet.';

/** A post-mortem as Markdown (GitHub's), for people: every time in the configured zone, each figure from its typed value. */
export function postmortemMarkdown(value: PostmortemExport): string {
  const writing: Writing = {
    ...value,
    clock: clockIn(value.zone),
    who: (actor) => nameOf(actor, value.names),
  };
  const { postmortem, incident } = value;
  const text = (name: TextField) => textOf(postmortem.fields, name);
  const long = (name: TextField) => {
    const found = text(name);
    return found === undefined ? undefined : prose(found);
  };
  const list = (name: TextField) => {
    const lines = linesOf(postmortem.fields, name).map((line) => `- ${plain(line)}`);
    return lines.length === 0 ? undefined : lines.join('\n');
  };
  const { wentWell, wentBadly } = { wentWell: list('wentWell'), wentBadly: list('wentBadly') };
  const parts = [
    `# ${incident.id}: ${plain(text('title') ?? incident.title) || 'without a title'}`,
    stateWords(writing),
    factTable(writing),
    section('Summary', long('summary') ?? NOT_YET),
    section('Impact', long('impact') ?? NOT_YET, ...costTables(writing), customers(long('customerImpact'))),
    optional('Background', long('background')),
    section('Detection', ...orNotYet(detectionWords(writing), long('detection'))),
    section('Trigger', ...orNotYet(triggerWords(writing), long('trigger'))),
    section('Root cause', categoryWords(writing), long('rootCause') ?? NOT_YET),
    section('Contributing factors', list('contributingFactors') ?? NOT_YET),
    section('Resolution', long('resolution') ?? NOT_YET),
    section('What went well', wentWell ?? NOT_YET),
    section('What went badly', wentBadly ?? NOT_YET),
    optional('Where we got lucky', list('gotLucky')),
    section('Action items', actionTable(writing) ?? NOT_YET),
    optional('Timeline', timelineTable(writing)),
    optional('Evidence', ...evidenceParts(writing)),
    optional('Related', ...relatedLists(writing), long('supportingInformation')),
    optional('Remarks on the record', remarks(writing)),
  ];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}

type Part = string | undefined;

function section(title: string, ...parts: readonly Part[]): string {
  return [`## ${title}`, ...parts.filter((part) => part !== undefined)].join('\n\n');
}

function optional(title: string, ...parts: readonly Part[]): Part {
  return parts.some((part) => part !== undefined) ? section(title, ...parts) : undefined;
}

function orNotYet(...parts: readonly Part[]): readonly Part[] {
  return parts.some((part) => part !== undefined) ? parts : [NOT_YET];
}

function customers(text: Part): Part {
  return text === undefined ? undefined : `### What customers noticed\n\n${text}`;
}

function nameOf(actor: Actor, names: ReadonlyMap<string, string>): string {
  return plain(actor.kind === 'machine' ? actor.name : names.get(actor.user) || actor.user);
}

function stateWords({ postmortem, incident, who, clock }: Writing): string {
  const { state, revision, approvedBy, approvedAt, updatedAt } = postmortem;
  const approved = [
    approvedBy === undefined ? '' : ` by ${who(approvedBy)}`,
    approvedAt === undefined ? '' : ` on ${clock.day(approvedAt)}`,
  ].join('');
  const review = { draft: 'draft', inReview: 'in review', approved: `approved${approved}` }[state];
  const facts = [SEVERITY[incident.severity], STATUS[incident.status], `post-mortem: ${review}`];
  return `**${facts.join(' · ')}**\n\nRevision ${revision}, last changed ${clock.moment(updatedAt)}.`;
}

function factTable(writing: Writing): string {
  const { postmortem, incident, clock, who } = writing;
  const times = timesOfBoth(postmortem, incident);
  const spans = spansOf(times);
  const duplicate = incident.duplicateOf;
  const rows: readonly (readonly [string, Part])[] = [
    ['Services', incident.services.map(plain).join(', ') || undefined],
    ...ROLES.map((role): [string, Part] => {
      const holder = incident.roles[role];
      return [ROLE[role], holder && who(holder)];
    }),
    ['Authors', postmortem.authors.map(who).join(', ') || undefined],
    ['Declared', `${clock.moment(incident.declaredAt)} by ${who(incident.declaredBy)}`],
    ['Duplicate of', duplicate && plain(duplicate.incident)],
    ...TIME_NAMES.map((name): [string, Part] => {
      const at = times[name];
      const title = name.charAt(0).toUpperCase() + name.slice(1);
      return [title, Number.isFinite(at) && at !== undefined ? clock.moment(at) : 'not known'];
    }),
    ['Time to detect', spanWords(spans.toDetect)],
    ['Time to acknowledge', spanWords(spans.toAcknowledge)],
    ['Time to mitigate', spanWords(spans.toMitigate)],
    ['Time to resolve', spanWords(spans.toResolve)],
  ];
  return table(
    ['', ''],
    rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function spanWords(span: number | undefined): Part {
  return span === undefined ? undefined : lengthWords(span);
}

function detectionWords({ postmortem, incident }: Writing): Part {
  const source = postmortem.fields.detectionSource;
  const { toDetect } = spansOf(timesOfBoth(postmortem, incident));
  if (source === undefined) return undefined;
  return `Noticed ${DETECTED[source]}${toDetect === undefined ? '' : `, ${lengthWords(toDetect)} after it began`}.`;
}

function categoryWords({ postmortem }: Writing): Part {
  const category = postmortem.fields.causeCategory;
  return category === undefined ? undefined : `Category: ${CAUSED[category]}.`;
}

/** Doubts about the times, what could not be read, and what only the record wrote. That a time is not known stands with the others. */
function remarks({ postmortem, incident, clock }: Writing): Part {
  const times = timesOfBoth(postmortem, incident);
  const writtenAt = Math.max(postmortem.updatedAt, incident.touchedAt);
  const doubts = timeDoubts(times, { writtenAt, recorded: incident.times, isOver: !isOpen(incident) });
  const unedited = uneditedIn(postmortem);
  const lines = [
    ...doubts
      .filter(({ kind }) => kind !== 'missing')
      .map((doubt) => {
        const has = doubt.kind === 'changed' ? ` The record has ${clock.moment(doubt.recorded)}.` : '';
        return `${doubtWords(doubt)}${has}`;
      }),
    ...postmortem.record.missing.map(plain).filter((line) => line !== ''),
    ...(unedited.length === 0
      ? []
      : [
          `Filled in from the record, and edited by nobody yet: ${unedited.map((name) => FIELD[name]).join(', ')}.`,
        ]),
  ];
  return lines.length === 0 ? undefined : lines.map((line) => `- ${line}`).join('\n');
}
