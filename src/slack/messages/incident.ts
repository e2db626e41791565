import type { KnownBlock } from '@slack/types';
import type { IncidentEntryMessage, IncidentLinkMessage, IncidentMessage } from '#app/message.ts';
import { type Incident, isOpen } from '#domain/incident/incident.ts';
import { beganAt } from '#domain/incident/lasted.ts';
import { bare, context, link, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { incidentButtons } from './incident-buttons.ts';
import { entrySaid, entryWords } from './incident-entries.ts';
import {
  costParts,
  endWords,
  headline,
  headText,
  named,
  person,
  REVIEW_WORDS,
  roleWords,
  STATUS_EMOJI,
  severityWords,
  titleOf,
  when,
} from './incident-facts.ts';

/** The root of an incident's thread: what it is and how it stands, who works on it, what is known, what it costs. Nothing in it changes by time alone. */
export function incidentMessage(message: IncidentMessage): Rendered {
  const { incident, owners, latest, postmortem } = message;
  return rendered(headText(incident), [
    section([headline(incident), peopleLine(incident, owners)].join('\n')),
    section(knownWords(incident, latest)),
    ...costBlocks(incident),
    context(originWords(message)),
    incidentButtons(incident, postmortem),
  ]);
}

/** Said in its thread: one thing that changed or that somebody wrote. */
export function incidentEntryMessage({ incident, entry }: IncidentEntryMessage): Rendered {
  const words = entryWords(entry, 2500);
  return rendered(`${plain(incident, 20)}: ${words}`, [section(entrySaid(entry))]);
}

/** Said in the thread that it was declared from, and kept as it is now. */
export function incidentLinkMessage({ line }: IncidentLinkMessage): Rendered {
  const { incident, permalink } = line;
  const { status, severity, declaredBy, duplicateOf } = incident;
  const by = `*${plain(incident.id, 20)}* was declared by ${person(declaredBy)}`;
  const state =
    duplicateOf !== undefined
      ? `the same as *${plain(duplicateOf.incident, 20)}*`
      : isOpen(incident)
        ? status
        : endWords(incident);
  const facts = [`*${titleOf(incident)}*`, severityWords(severity), state];
  const way = permalink === undefined ? [] : [link(permalink, 'to its thread')];
  return rendered(headText(incident), [
    section([`${STATUS_EMOJI[status]} ${by}`, ...facts, ...way].join(' · ')),
  ]);
}

/** Which services are hit, whose they are, and who works on it. */
export function peopleLine(incident: Incident, owners: readonly string[]): string {
  const { services } = incident;
  const whose = owners.length === 0 ? '' : ` (owner ${named(owners)})`;
  const hit = services.length === 0 ? 'no service named yet' : named(services);
  return [`${hit}${whose}`, roleWords(incident)].filter((words) => words !== '').join(' · ');
}

/** What its budgets lost. */
export function costBlocks(incident: Incident): readonly KnownBlock[] {
  const parts = costParts(incident);
  if (parts.length === 0) return [];
  return [section(`*Cost${isOpen(incident) ? ' so far' : ''}*: ${parts.join(' · ')}`)];
}

/** What is known, and what people last said of it with when. */
export function knownWords(incident: Incident, latest: IncidentMessage['latest']): string {
  const { summary = '' } = incident;
  const isKnown = bare(summary) !== '';
  const isSaid = latest === undefined || (latest.kind === 'status' && latest.text === incident.status);
  const said = isSaid
    ? []
    : [`*Last word*, ${when(latest.at, beganAt(incident))}: ${entryWords(latest, 500)}`];
  if (isKnown) return [`*Known*: ${plain(summary, 900)}`, ...said].join('\n');
  if (said.length > 0) return said.join('\n');
  return isOpen(incident)
    ? 'Nothing is known yet. Write down what you know with *Update*.'
    : 'Nobody wrote down what it was.';
}

/** Where it comes from and where it goes on. */
function originWords({ incident, from, postmortem, isOwn }: IncidentMessage): string {
  const { declaredAt, declaredBy, channel } = incident;
  const origin = from === undefined ? '' : ` from ${link(from.permalink, from.title)}`;
  const near = beganAt(incident);
  return [
    `declared ${time(declaredAt, '{date_short_pretty} {time}')} by ${person(declaredBy)}${origin}`,
    ...(incident.times.resolved === undefined ? [] : [`resolved ${when(incident.times.resolved, near)}`]),
    ...(isOwn === true ? [`announced in ${channelWords(channel)}`] : ownWords(incident)),
    ...(postmortem === undefined ? [] : [`post-mortem: ${REVIEW_WORDS[postmortem]}`]),
  ].join(' · ');
}

function ownWords({ own }: Incident): readonly string[] {
  switch (own?.state) {
    case 'open':
      return own.id === undefined ? [] : [`work goes on in ${channelWords(own.id)}`];
    case 'failed': {
      const why = own.why === undefined ? '' : ` (${plain(own.why, 200).replace(/\.$/, '')})`;
      return [`no channel of its own${why}: this thread is the place`];
    }
    case 'wanted':
      return ['its own channel comes in a moment'];
    default:
      return [];
  }
}

/** A conversation by its id, or by the name that it was configured with. */
function channelWords(channel: string): string {
  return /^[CG][A-Z0-9]{5,20}$/.test(channel) ? `<#${channel}>` : plain(channel, 80);
}
