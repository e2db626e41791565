import type { Button, KnownBlock } from '@slack/types';
import type { PostmortemLine } from '#app/incident-answers.ts';
import type { ActionDueMessage, PostmortemMessage } from '#app/message.ts';
import type { ReviewState } from '#domain/incident/postmortem.ts';
import { bare, context, plain, type Rendered, rendered, section, time } from '../blocks.ts';
import { button, INCIDENT_ACTION, postmortemButton } from './incident-buttons.ts';
import { person, personOf, REVIEW_WORDS, titleOf } from './incident-facts.ts';
import {
  actionButtons,
  actionWords,
  dayWords,
  emptyWords,
  filledWords,
  recordWords,
} from './postmortem-words.ts';

const STATE_EMOJI: Readonly<Record<ReviewState, string>> = {
  draft: ':memo:',
  inReview: ':mag:',
  approved: ':white_check_mark:',
};

/** Open action items that are shown under a post-mortem; the others are counted. */
const ACTIONS = 5;

/** A post-mortem in its incident's thread: how far it is, what is still empty, and what was there before anybody typed. */
export function postmortemMessage({ line }: PostmortemMessage): Rendered {
  const { postmortem, unfilled, incident, open } = line;
  const head = headOf(line);
  const isDone = postmortem.state === 'approved';
  const facts = [
    filledWords(line),
    ...emptyWords(unfilled),
    ...(isDone || open.length > 0 ? [] : ['no action items yet']),
  ];
  const { missing } = postmortem.record;
  return rendered(
    `Post-mortem of ${plain(incident.id, 20)}: ${REVIEW_WORDS[postmortem.state]} · ${facts[0]}`,
    [
      section([head, ...facts].join(' · ')),
      ...actionsBlock(line),
      context([`from the record: ${recordWords(postmortem)}`, ...peopleWords(line)].join(' · ')),
      ...(missing.length === 0 ? [] : [context(`:warning: not to be had: ${missingWords(missing)}`)]),
      postmortemButtons(line),
    ],
  );
}

/** Reminds whoever owns an action item; once it is closed, says just that. */
export function actionDueMessage({ due, title }: ActionDueMessage): Rendered {
  const { incident, item, isOverdue } = due;
  const name = bare(item.title) === '' ? 'untitled' : plain(item.title, 160);
  const of = `from *${plain(incident, 20)}* ${titleOf({ title }, 100)}`;
  if (item.state !== 'open') {
    const by = item.closedBy === undefined ? '' : ` by ${person(item.closedBy)}`;
    const words = `${item.state === 'done' ? ':white_check_mark:' : ':wastebasket:'} *${name}* · ${item.state}${by} · ${of}`;
    return rendered(`${name}: ${item.state}`, [section(words)]);
  }
  const day =
    item.due === undefined ? 'is due' : `${isOverdue ? 'was due' : 'is due'} on ${dayWords(item.due)}`;
  const call = item.owner === undefined ? 'nobody owns it' : personOf(item.owner);
  return rendered(`${name} ${day}`, [
    section(`:alarm_clock: *${name}* ${day} · ${call} · ${of}`),
    actionButtons(incident, item),
  ]);
}

/** What may be done with a post-mortem as it stands. */
export function postmortemButtons({ postmortem }: PostmortemLine): KnownBlock {
  const { incident, state } = postmortem;
  const review = (text: string, to: ReviewState, style?: 'primary'): Button =>
    button(text, `${INCIDENT_ACTION.review}:${to}`, `${incident}:${to}`, style);
  const turns: Readonly<Record<ReviewState, readonly Button[]>> = {
    draft: [review('Ask for a review', 'inReview')],
    inReview: [review('Approve', 'approved', 'primary'), review('Back to draft', 'draft')],
    approved: [review('Back to draft', 'draft')],
  };
  return {
    type: 'actions',
    elements: [
      state === 'draft'
        ? postmortemButton(incident, state)
        : button('Open', INCIDENT_ACTION.postmortem, incident),
      ...turns[state],
      button('Markdown', `${INCIDENT_ACTION.export}:markdown`, `${incident}:markdown`),
      button('JSON', `${INCIDENT_ACTION.export}:json`, `${incident}:json`),
    ],
  };
}

/** `:memo: *Post-mortem of INC-12*: draft`. */
export function headOf({ postmortem, incident }: PostmortemLine): string {
  const { state } = postmortem;
  return `${STATE_EMOJI[state]} *Post-mortem of ${plain(incident.id, 20)}*: ${REVIEW_WORDS[state]}`;
}

/** Who wrote it, and who approved it. */
export function peopleWords({ postmortem }: PostmortemLine): readonly string[] {
  const { authors, approvedBy, approvedAt, state } = postmortem;
  const shown = authors.slice(0, 5).map(person);
  const more = authors.length - shown.length;
  const at = approvedAt === undefined ? '' : `, ${time(approvedAt, '{date_short_pretty} {time}')}`;
  return [
    ...(shown.length === 0 ? [] : [`by ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]),
    ...(state === 'approved' && approvedBy !== undefined ? [`approved by ${person(approvedBy)}${at}`] : []),
  ];
}

/** What of the record could not be read. */
export function missingWords(missing: readonly string[]): string {
  const shown = missing.slice(0, 4).map((words) => plain(words, 160));
  const more = missing.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function actionsBlock({ open }: PostmortemLine): readonly KnownBlock[] {
  if (open.length === 0) return [];
  const shown = open.slice(0, ACTIONS).map((item) => `• ${actionWords(item)}`);
  const more = open.length - shown.length;
  return [section(['*To do*', ...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'))];
}
