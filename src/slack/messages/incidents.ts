import type { IncidentAnswer, IncidentLine, IncidentsAnswer } from '#app/incident-answers.ts';
import { type Incident, isOpen } from '#domain/incident/incident.ts';
import { beganAt } from '#domain/incident/lasted.ts';
import type { Instant } from '#domain/time.ts';
import { bare, code, context, packed, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { counted } from './figures.ts';
import { costBlocks, knownWords, peopleLine } from './incident.ts';
import { incidentButtons } from './incident-buttons.ts';
import { entryLine } from './incident-entries.ts';
import {
  agoWords,
  endWords,
  headline,
  headText,
  named,
  nameOf,
  person,
  REVIEW_WORDS,
  STATUS_EMOJI,
  severityWords,
  titleOf,
} from './incident-facts.ts';
import { similarWords } from './similar.ts';

/** Rows beyond this are counted: more is no overview. */
const MOST_ROWS = 25;
/** All rows together, as JSON. */
const ROOM = 9000;
/** Entries of a timeline under an incident; the form behind the button has more. */
const ENTRIES = 12;
const ENTRY_ROOM = 4500;

/** Incidents, a line each: the open ones first, then what was resolved last; or what was found, with where the words stand. */
export function incidentsBlocks(answer: IncidentsAnswer): Rendered {
  const { at, lines, omitted } = answer;
  const title = titleWords(answer);
  if (lines.length === 0) return rendered(title, [section(title), context(wayOn(answer))]);
  const rows = lines.slice(0, MOST_ROWS).map((line) => rowOf(line, at));
  const shown = fitting(rows, ROOM);
  const left = omitted + lines.length - shown;
  return rendered(title, [
    ...packed([title, ...rows.slice(0, shown)]),
    context(
      `${left > 0 ? `and ${left} more · ` : ''}\`/obs incident INC-12\` shows one, \`/obs catchup INC-12\` what happened so far`,
    ),
  ]);
}

/** One incident: how it stands, what is known, the end of its timeline, and what it is like. */
export function incidentBlocks({ at, line, entries, earlier, similar }: IncidentAnswer): Rendered {
  const { incident, postmortem } = line;
  const near = beganAt(incident);
  const told = entries.slice(-ENTRIES).map((entry) => entryLine(entry, near));
  const shown = fitting(told.toReversed(), ENTRY_ROOM);
  const before = earlier + entries.length - shown;
  const timeline = [
    `*Timeline*${before > 0 ? `, after ${before} earlier ${before === 1 ? 'entry' : 'entries'}` : ''}`,
    ...told.slice(told.length - shown),
  ];
  const like = similarWords(similar, at);
  return rendered(headText(incident), [
    section(
      [`${headline(incident, nameOf(line))}${ageWords(line, at)}`, peopleLine(incident, [])].join('\n'),
    ),
    section(knownWords(incident, undefined)),
    ...costBlocks(incident),
    ...(shown === 0 ? [] : packed(timeline)),
    ...(like === undefined ? [] : [section(like)]),
    ...(postmortem === undefined ? [] : [context(`post-mortem: ${REVIEW_WORDS[postmortem]}`)]),
    incidentButtons(incident, postmortem),
  ]);
}

/** How many rows, from the first on, fit into so many characters of JSON. */
export function fitting(rows: readonly string[], room: number): number {
  let shown = rows.length;
  while (JSON.stringify(rows.slice(0, shown)).length > room) shown -= 1;
  return shown;
}

/** An incident among others. */
export function rowOf(line: IncidentLine, at: Instant): string {
  const { incident, postmortem, excerpt } = line;
  const { status, severity, services, roles, duplicateOf } = incident;
  const hit = services.length === 0 ? [] : [named(services, 3)];
  const { commander } = roles;
  const facts =
    duplicateOf !== undefined
      ? [`the same as *${plain(duplicateOf.incident, 20)}*`]
      : isOpen(incident)
        ? [
            `${status}, began ${agoWords(at - beganAt(incident))}`,
            commander === undefined ? '*nobody leads yet*' : `${person(commander)} leads`,
            ...hit,
          ]
        : [
            resolvedWords(incident),
            ...hit,
            postmortem === undefined ? 'no post-mortem yet' : `post-mortem: ${REVIEW_WORDS[postmortem]}`,
          ];
  const head = `${STATUS_EMOJI[status]} ${nameOf(line)} ${severityWords(severity)} · *${titleOf(incident, 100)}*`;
  const found = excerpt === undefined || bare(excerpt) === '' ? '' : `\n>${plain(excerpt, 240)}`;
  return `${[head, ...facts].join(' · ')}${found}`;
}

/** `resolved 14:24 after 42 min`. */
function resolvedWords(incident: Incident): string {
  const { resolved } = incident.times;
  return resolved === undefined
    ? endWords(incident)
    : endWords(incident).replace('resolved', `resolved ${time(resolved, '{date_short_pretty} {time}')}`);
}

function titleWords({ open, service, text, lines }: IncidentsAnswer): string {
  const of = service === undefined ? '' : ` of ${plain(service, 60)}`;
  if (text !== undefined) {
    const found = lines.length === 0 ? 'No incident' : `*Incidents*`;
    return `${found}${of} with ${code(text, 120)}${lines.length === 0 ? '.' : ''}`;
  }
  if (open === 0)
    return lines.length === 0 ? `No incident${of} yet.` : `*No incident${of} is open.* The latest:`;
  return `*${counted(open, 'open incident')}${of}*`;
}

/** What to do where there is nothing to show. */
function wayOn({ text }: IncidentsAnswer): string {
  return text === undefined
    ? '`/obs incident declare` begins one; so does the button under an alert.'
    : 'Fewer words find more: titles, summaries, notes and post-mortems are searched.';
}

function ageWords({ incident }: IncidentLine, at: Instant): string {
  return isOpen(incident) ? `, ${agoWords(at - beganAt(incident))}` : '';
}
