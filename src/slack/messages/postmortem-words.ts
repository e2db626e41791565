import type { KnownBlock } from '@slack/types';
import type { PostmortemLine } from '#app/incident-answers.ts';
import {
  type ActionItem,
  type CauseCategory,
  type DetectionSource,
  LISTS,
  type Postmortem,
  type PostmortemFields,
  TEXTS,
  type TextField,
  type TriggerKind,
} from '#domain/incident/postmortem.ts';
import { formatValue } from '#domain/units.ts';
import { bare, link, plain } from '../blocks.ts';
import { counted } from './figures.ts';
import { button, INCIDENT_ACTION } from './incident-buttons.ts';
import { personOf, spentMinutes } from './incident-facts.ts';

/** Fields as they are called in a sentence. */
export const FIELD_WORDS: Readonly<Record<TextField, string>> = {
  title: 'title',
  summary: 'summary',
  background: 'background',
  impact: 'impact',
  customerImpact: 'what customers saw',
  detection: 'detection',
  trigger: 'trigger',
  rootCause: 'root cause',
  contributingFactors: 'contributing factors',
  resolution: 'resolution',
  wentWell: 'what went well',
  wentBadly: 'what went badly',
  gotLucky: 'where we got lucky',
  supportingInformation: 'supporting information',
};

export const DETECTED_BY: Readonly<Record<DetectionSource, string>> = {
  alert: 'by an alert',
  deployWatch: 'by the watch after a deploy',
  flagWatch: 'by the watch after a flag change',
  person: 'by one of us',
  customer: 'by a customer',
  other: 'in another way',
};

export const TRIGGERED_BY: Readonly<Record<TriggerKind, string>> = {
  deploy: 'a deploy',
  flag: 'a flag change',
  configuration: 'a configuration change',
  traffic: 'traffic',
  dependency: 'a dependency',
  infrastructure: 'infrastructure',
  certificate: 'a certificate',
  data: 'data',
  person: 'something somebody did by hand',
  unknown: 'not known',
};

export const CAUSED_BY: Readonly<Record<CauseCategory, string>> = {
  code: 'code',
  configuration: 'configuration',
  capacity: 'capacity',
  dependency: 'a dependency',
  infrastructure: 'infrastructure',
  network: 'network',
  data: 'data',
  security: 'security',
  process: 'process',
  monitoring: 'monitoring',
  unknown: 'not known',
};

/** Fields that are named as empty; the others are counted. */
const EMPTY = 5;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Whether somebody wrote something in a field. */
export function isFilled(fields: PostmortemFields, field: TextField): boolean {
  return bare(fields[field] ?? '') !== '';
}

/** `4 of 9 sections filled`. Sections that nobody needs count once they are filled. */
export function filledWords({ postmortem, unfilled }: PostmortemLine): string {
  const empty = new Set(unfilled);
  const filled = TEXTS.filter(
    (field) => field !== 'title' && !empty.has(field) && isFilled(postmortem.fields, field),
  ).length;
  return empty.size === 0 ? 'all sections filled' : `${filled} of ${filled + empty.size} sections filled`;
}

/** `still empty: root cause, resolution and 3 more`; nothing where all is filled. */
export function emptyWords(unfilled: readonly TextField[]): readonly string[] {
  if (unfilled.length === 0) return [];
  const shown = unfilled.slice(0, EMPTY).map((field) => FIELD_WORDS[field]);
  const more = unfilled.length - shown.length;
  return [`still empty: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}

/** What was collected without anybody typing: `2 alerts, 1 deploy, 9 min of budget, 3 pictures as data`. */
export function recordWords({ record }: Postmortem): string {
  const { alerts, deploys, rollouts, incidents, costs, requests, evidence } = record;
  const used = costs.reduce((sum, cost) => sum + cost.used, 0);
  const failed = requests.reduce((sum, one) => sum + one.failed, 0);
  const parts = [
    ...some(alerts.length, 'alert'),
    ...some(deploys.length, 'deploy'),
    ...some(rollouts.length, 'flag rollout'),
    ...some(incidents.length, 'related incident'),
    ...(failed > 0 ? [`${formatValue(failed, 'count')} failed requests`] : []),
    ...(used > 0 ? [`${spentMinutes(used)} of budget`] : []),
    ...(evidence.length > 0 ? [`${counted(evidence.length, 'picture')} as data`] : []),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** An action item in a line: what, of which kind, whose, until when. */
export function actionWords({ title, kind, owner, due, url, state }: ActionItem, isOverdue = false): string {
  const name = bare(title) === '' ? 'untitled' : title;
  const day = due === undefined ? 'no day set' : `${isOverdue ? 'was due' : 'due'} ${dayWords(due)}`;
  return [
    `${state === 'open' ? '' : `${state}: `}*${url === undefined ? plain(name, 160) : link(url, bare(name, 160))}*`,
    kind,
    owner === undefined ? 'nobody owns it' : personOf(owner),
    ...(state === 'open' ? [day] : []),
  ].join(' · ');
}

/** A day as people write it: `1 Dec 2026`. */
export function dayWords(day: string): string {
  const [, year, month, of] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  const name = MONTHS[Number(month) - 1];
  return name === undefined ? plain(day, 40) || 'some day' : `${Number(of)} ${name} ${year}`;
}

/** What may be done with an open action item; `incident` is whose post-mortem it stands in. */
export function actionButtons(incident: string, { id }: ActionItem): KnownBlock {
  const value = `${incident}:${id}`;
  return {
    type: 'actions',
    elements: [
      button('Done', INCIDENT_ACTION.actionDone, value, 'primary'),
      button('A week later', INCIDENT_ACTION.actionLater, value),
      {
        ...button('Drop', INCIDENT_ACTION.actionDrop, value),
        confirm: {
          title: { type: 'plain_text', text: 'Drop this action?' },
          text: {
            type: 'plain_text',
            text: `${bare(id, 40)} stays on record as dropped; nobody is reminded of it.`,
          },
          confirm: { type: 'plain_text', text: 'Drop' },
          deny: { type: 'plain_text', text: 'Keep' },
        },
      },
    ],
  };
}

/** A text of several lines, as plain as they are; of a list, each a point. What is too long is cut, saying how much is missing. */
export function paragraphs(field: TextField, text: string, limit: number): string {
  const lines = text
    .toWellFormed()
    .split(/\r\n|\n|\r/)
    .map((line) => bare(line, Number.POSITIVE_INFINITY))
    .filter((line) => line !== '');
  const shown: string[] = [];
  let room = limit;
  for (const line of lines) {
    if (room <= 0) break;
    shown.push(
      `${LISTS.has(field) ? '• ' : ''}${plain(line.replace(/^[-*•]\s+/, LISTS.has(field) ? '' : '$&'), room)}`,
    );
    room -= line.length;
  }
  const all = lines.reduce((sum, line) => sum + line.length, 0);
  return all <= limit
    ? shown.join('\n')
    : `${shown.join('\n')} _… ${formatValue(all - limit, 'count')} more characters_`;
}

function some(count: number, noun: string): readonly string[] {
  return count === 0 ? [] : [counted(count, noun)];
}
