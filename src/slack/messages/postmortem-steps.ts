import type { KnownBlock } from '@slack/types';
import {
  type ActionItem,
  CAUSES,
  DETECTIONS,
  type Postmortem,
  type PostmortemFields,
  type TextField,
  TRIGGERS,
} from '#domain/incident/postmortem.ts';
import { context, plain, section } from '../blocks.ts';
import { button } from './incident-buttons.ts';
import { lineInput, selectInput, textInputs } from './inputs.ts';
import { clearedInput, knownTimes, timesInputs } from './times-inputs.ts';

/** The steps of the form, in order. */
export const STEPS = ['what', 'detection', 'cause', 'lessons', 'actions'] as const;
export type Step = (typeof STEPS)[number];

export const STEP_NAMES: Readonly<Record<Step, string>> = {
  what: 'What happened',
  detection: 'Detection',
  cause: 'Cause',
  lessons: 'Lessons',
  actions: 'Actions',
};

/** The texts that each step asks for. */
export const STEP_TEXTS: Readonly<Record<Step, readonly TextField[]>> = {
  what: ['title', 'summary', 'impact', 'customerImpact', 'background'],
  detection: ['detection'],
  cause: ['trigger', 'rootCause', 'contributingFactors'],
  lessons: ['resolution', 'wentWell', 'wentBadly', 'gotLucky', 'supportingInformation'],
  actions: [],
};

export const ACTION_ADD = 'action-add';
export const ACTION_EDIT = 'action-edit';

const ASKED: Readonly<Record<TextField, readonly [label: string, placeholder: string, hint?: string]>> = {
  title: ['Title', 'Three in a hundred payments failed for 18 minutes'],
  summary: ['Summary', 'What happened, in the three sentences that somebody who was not there needs'],
  impact: ['Impact', 'What did not work, for how long, how much of it'],
  customerImpact: ['What customers noticed', 'Payments failed with “try again later”'],
  background: ['Background', 'What one has to know to understand the rest'],
  detection: ['How it was noticed', 'By the alert, 40 s after it began; what would have been sooner?'],
  trigger: ['What set it off', 'v1.4.2 opened a connection for each payment'],
  rootCause: ['Root cause', 'What made it possible, not who did it'],
  contributingFactors: ['Contributing factors', 'The pool’s size is not watched', 'One in each line.'],
  resolution: ['Mitigation and resolution', 'What ended the harm, and what was tried before'],
  wentWell: ['What went well', 'The alert named the deploy', 'One in each line.'],
  wentBadly: ['What went badly', 'Nobody could roll back for 5 minutes', 'One in each line.'],
  gotLucky: ['Where we got lucky', 'It was not Friday evening', 'One in each line.'],
  supportingInformation: ['Supporting information', 'Links to tickets, changes, conversations'],
};

const ELSEWHERE = 'it can be changed over REST.';

/** The label under which people know a field. */
export function labelOf(field: string): string {
  const text = ASKED[field as TextField];
  if (text !== undefined) return text[0];
  return CHOICES[field as keyof typeof CHOICES] ?? 'Times';
}

const CHOICES = {
  detectionSource: 'Noticed by',
  triggerKind: 'Kind of trigger',
  triggerReference: 'Which one',
  causeCategory: 'Kind of cause',
} as const;

const DETECTION_WORDS: Readonly<Record<(typeof DETECTIONS)[number], string>> = {
  alert: 'An alert',
  deployWatch: 'The watch over a deploy',
  flagWatch: 'The watch over a flag',
  person: 'Somebody of us',
  customer: 'A customer',
  other: 'Something else',
};

/** What a step asks for, beginning with what is there. `turn` tells its fields from those of the form before. */
export function stepBlocks(step: Step, postmortem: Postmortem, turn: number): readonly KnownBlock[] {
  const { fields } = postmortem;
  const texts = (...names: readonly TextField[]) => names.flatMap((name) => textField(name, fields, turn));
  switch (step) {
    case 'what':
      return [...texts(...STEP_TEXTS.what)];
    case 'detection':
      return [
        selectInput(
          { id: 'detectionSource', label: CHOICES.detectionSource, turn },
          fields.detectionSource,
          DETECTIONS.map((one) => [one, DETECTION_WORDS[one]]),
        ),
        ...texts('detection'),
        ...timesInputs(fields.times ?? {}, turn),
        ...clearedInput(knownTimes(fields.times ?? {}), 'Not known after all', turn),
      ];
    case 'cause':
      return [
        selectInput(
          { id: 'triggerKind', label: CHOICES.triggerKind, turn },
          fields.triggerKind,
          named(TRIGGERS),
        ),
        ...lineInput(
          {
            ...{ id: 'triggerReference', label: CHOICES.triggerReference, turn },
            placeholder: 'The id or address of the deploy, the rollout, the ticket',
          },
          fields.triggerReference,
          { limit: 500 },
        ),
        ...texts('trigger'),
        selectInput(
          { id: 'causeCategory', label: CHOICES.causeCategory, turn },
          fields.causeCategory,
          named(CAUSES),
        ),
        ...texts('rootCause', 'contributingFactors'),
      ];
    case 'lessons':
      return [...texts(...STEP_TEXTS.lessons)];
    case 'actions':
      return actionBlocks(postmortem.actions);
  }
}

function textField(name: TextField, fields: PostmortemFields, turn: number): readonly KnownBlock[] {
  const [label, placeholder, hint] = ASKED[name];
  const asked = { id: name, label, placeholder, turn, ...(hint === undefined ? {} : { hint }) };
  return name === 'title'
    ? lineInput(asked, fields.title, { limit: 150 })
    : textInputs(asked, fields[name], ELSEWHERE);
}

/** Open items first; each can be opened. A form has no room for more than these. */
const MOST_ACTIONS = 40;

function actionBlocks(actions: readonly ActionItem[]): readonly KnownBlock[] {
  const sorted = actions.toSorted((a, b) => Number(a.state !== 'open') - Number(b.state !== 'open'));
  const more = sorted.length - MOST_ACTIONS;
  return [
    ...(sorted.length === 0
      ? [section('No action item yet. What would make the next one shorter, milder, or impossible?')]
      : []),
    ...sorted.slice(0, MOST_ACTIONS).map((item): KnownBlock => {
      const text = section(actionWords(item));
      const edit = button('Edit', `${ACTION_EDIT}:${item.id}`, item.id);
      return text.type === 'section' ? { ...text, accessory: edit } : text;
    }),
    ...(more > 0 ? [context(`and ${more} more, which the export lists`)] : []),
    { type: 'actions', elements: [button('Add an action item', ACTION_ADD, 'new', 'primary')] },
  ];
}

function actionWords({ id, title, state, owner, due, kind }: ActionItem): string {
  const mark = {
    open: ':white_large_square:',
    done: ':white_check_mark:',
    dropped: ':heavy_multiplication_x:',
  }[state];
  const facts = [
    id,
    kind,
    owner === undefined ? 'nobody’s yet' : `<@${owner.replaceAll(/\W/g, '')}>`,
    ...(due === undefined ? [] : [`due ${plain(due, 20)}`]),
  ];
  return `${mark} ${plain(title, 300)}\n${facts.join(' · ')}`;
}

function named<T extends string>(values: readonly T[]): readonly (readonly [T, string])[] {
  return values.map((value) => [value, `${value.charAt(0).toUpperCase()}${value.slice(1)}`]);
}
