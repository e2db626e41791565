import type { KnownBlock } from '@slack/types';
import type {
  DueAction,
  PostmortemAnswer,
  PostmortemLine,
  PostmortemsAnswer,
} from '#app/incident-answers.ts';
import type { IncidentTimes } from '#domain/incident/incident.ts';
import type { TextField } from '#domain/incident/postmortem.ts';
import { formatValue } from '#domain/units.ts';
import { context, link, packed, plain, type Rendered, rendered, section, webAddress } from '../blocks.ts';
import { counted } from './figures.ts';
import { costParts, endWords, named, REVIEW_WORDS, severityWords, titleOf } from './incident-facts.ts';
import { timeLines } from './incident-times.ts';
import { fitting } from './incidents.ts';
import { headOf, missingWords, peopleWords, postmortemButtons } from './postmortem.ts';
import {
  actionButtons,
  actionWords,
  CAUSED_BY,
  DETECTED_BY,
  emptyWords,
  FIELD_WORDS,
  filledWords,
  isFilled,
  paragraphs,
  recordWords,
  TRIGGERED_BY,
} from './postmortem-words.ts';

const MOST_ROWS = 20;
/** All rows together, as JSON. */
const ROOM = 5000;
/** Overdue actions with buttons; each takes two blocks. */
const WITH_BUTTONS = 5;
/** A text of a post-mortem is cut here: who wants more of it exports it. */
const TEXT = 500;
const ACTIONS = 12;
/** What all blocks may have as JSON before the last sections are left to the export. */
const TOTAL = 11_000;

/** Post-mortems, a line each, and the action items that wait. */
export function postmortemsBlocks({ service, lines, omitted, due }: PostmortemsAnswer): Rendered {
  const of = service === undefined ? '' : ` of ${plain(service, 60)}`;
  const title = lines.length === 0 ? `No post-mortem${of} yet.` : `*Post-mortems${of}*`;
  const rows = lines.slice(0, MOST_ROWS).map(rowOf);
  const shown = fitting(rows, ROOM);
  const left = omitted + lines.length - shown;
  const none = lines.length === 0 ? ['One is drafted as soon as an incident is resolved.'] : [];
  return rendered(title, [
    ...packed([title, ...rows.slice(0, shown), ...none]),
    ...(lines.length === 0
      ? []
      : [context(`${left > 0 ? `and ${left} more · ` : ''}\`/obs postmortem INC-12\` opens one`)]),
    ...dueBlocks(due),
  ]);
}

/** Open action items, each with what may be done with it; beyond `most` they are counted. */
export function dueBlocks(due: readonly DueAction[], most = WITH_BUTTONS): readonly KnownBlock[] {
  if (due.length === 0) return [];
  const overdue = due.filter(({ isOverdue }) => isOverdue).length;
  const more = due.length - most;
  return [
    section(`*${counted(due.length, 'action item')} open*${overdue > 0 ? `, ${overdue} overdue` : ''}`),
    ...due
      .slice(0, most)
      .flatMap(({ incident, item, isOverdue }) => [
        section(
          `${isOverdue ? ':alarm_clock: ' : ''}${actionWords(item, isOverdue)} · ${plain(item.id, 40)}`,
        ),
        actionButtons(incident, item),
      ]),
    ...(more > 0 ? [context(`and ${counted(more, 'more action item')}`)] : []),
  ];
}

/** One post-mortem to read: what happened and what it cost, when, why, and what is to be done about it. */
export function postmortemBlocks({ line, entries }: PostmortemAnswer): Rendered {
  const { incident, postmortem, unfilled } = line;
  const { fields } = postmortem;
  const title = isFilled(fields, 'title') ? { title: fields.title ?? '' } : incident;
  const head = `${headOf(line)} · *${titleOf(title)}* · ${severityWords(incident.severity)} · ${endWords(incident)}`;
  const told = (field: TextField, before = '') => textPart(line, field, before);
  const body = [
    ...told('summary'),
    ...impactParts(line),
    section(['*Times*', ...timeLines(timesOf(line)).map((words) => `• ${words}`)].join('\n')),
    ...told('detection', fields.detectionSource === undefined ? '' : DETECTED_BY[fields.detectionSource]),
    ...told('trigger', triggerWords(line)),
    ...told('rootCause', fields.causeCategory === undefined ? '' : CAUSED_BY[fields.causeCategory]),
    ...actionParts(line),
    ...told('contributingFactors'),
    ...told('resolution'),
    ...told('wentWell'),
    ...told('wentBadly'),
    ...told('gotLucky'),
    ...told('background'),
    ...told('supportingInformation'),
  ];
  const record = [
    `from the record: ${recordWords(postmortem)}`,
    ...(entries.length === 0 ? [] : [`${counted(entries.length, 'step')} in the timeline`]),
    ...peopleWords(line),
  ];
  const tail = [
    ...(unfilled.length === 0 ? [] : [context([filledWords(line), ...emptyWords(unfilled)].join(' · '))]),
    context(record.join(' · ')),
    ...(postmortem.record.missing.length === 0
      ? []
      : [context(`:warning: not to be had: ${missingWords(postmortem.record.missing)}`)]),
    postmortemButtons(line),
  ];
  return rendered(`Post-mortem of ${plain(incident.id, 20)}: ${titleOf(title, 80)}`, [
    section(head),
    ...whatFits(body, tail),
    ...tail,
  ]);
}

/** As many of the sections as fit beside what has to stand below them, and how many are left to the export. */
function whatFits(body: readonly KnownBlock[], tail: readonly KnownBlock[]): readonly KnownBlock[] {
  const room = TOTAL - JSON.stringify(tail).length;
  let shown = body.length;
  while (shown > 0 && JSON.stringify(body.slice(0, shown)).length > room) shown -= 1;
  const more = body.length - shown;
  return [
    ...body.slice(0, shown),
    ...(more > 0
      ? [context(`… ${counted(more, 'more section')}: *Markdown* below gives you the whole as a file`)]
      : []),
  ];
}

/** A text under its name; `before` is what was chosen with it. Nothing where neither is there. */
function textPart({ postmortem }: PostmortemLine, field: TextField, before: string): readonly KnownBlock[] {
  const text = postmortem.fields[field] ?? '';
  if (!isFilled(postmortem.fields, field))
    return before === '' ? [] : [section(`*${nameOf(field)}*: ${before}`)];
  const words = paragraphs(field, text, TEXT);
  return [section(`*${nameOf(field)}*${before === '' ? '' : `: ${before}`}\n${words}`)];
}

/** What it did, in figures and in words. */
function impactParts({ postmortem, incident }: PostmortemLine): readonly KnownBlock[] {
  const { fields, record } = postmortem;
  const requests = record.requests
    .filter(({ failed }) => failed > 0)
    .slice(0, 3)
    .map(
      ({ service, failed, all }) =>
        `*${formatValue(failed, 'count')} of ${formatValue(all, 'count')}* requests of ${plain(service, 60)} failed`,
    );
  const costs = costParts({ costs: record.costs, services: incident.services }, record.requests.length > 0);
  const figures = [...requests, ...costs.map((words, i) => (i === 0 ? `budget: ${words}` : words))];
  const lines = [
    ...(figures.length === 0 ? [] : [figures.join(' · ')]),
    ...(['impact', 'customerImpact'] as const)
      .filter((field) => isFilled(fields, field))
      .map((field) => paragraphs(field, fields[field] ?? '', TEXT)),
  ];
  return lines.length === 0 ? [] : [section(['*Impact*', ...lines].join('\n'))];
}

/** What people corrected, over what the incident itself knows. */
function timesOf({ postmortem, incident }: PostmortemLine): IncidentTimes {
  return postmortem.fields.times ?? incident.times;
}

function triggerWords({ postmortem }: PostmortemLine): string {
  const { triggerKind, triggerReference: reference } = postmortem.fields;
  const kind = triggerKind === undefined ? '' : TRIGGERED_BY[triggerKind];
  if (reference === undefined || reference.trim() === '') return kind;
  const shown = webAddress(reference) === undefined ? plain(reference, 120) : link(reference, 'where it is');
  return kind === '' ? shown : `${kind} (${shown})`;
}

function actionParts({ postmortem }: PostmortemLine): readonly KnownBlock[] {
  const { actions } = postmortem;
  if (actions.length === 0) return [];
  const shown = actions.slice(0, ACTIONS).map((item) => `• ${plain(item.id, 40)} ${actionWords(item)}`);
  const more = actions.length - shown.length;
  return packed(['*Action items*', ...shown, ...(more > 0 ? [`… ${more} more`] : [])]);
}

function rowOf(line: PostmortemLine): string {
  const { incident, postmortem, unfilled, open } = line;
  return [
    `*${plain(incident.id, 20)}* *${titleOf(incident, 100)}*`,
    REVIEW_WORDS[postmortem.state],
    ...(incident.services.length === 0 ? [] : [named(incident.services, 3)]),
    ...(postmortem.state === 'approved' ? [] : emptyWords(unfilled)),
    ...(open.length === 0 ? [] : [`${counted(open.length, 'action item')} open`]),
  ].join(' · ');
}

function nameOf(field: TextField): string {
  const words = FIELD_WORDS[field];
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
