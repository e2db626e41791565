import {
  CAUSES,
  type CauseCategory,
  DETECTIONS,
  type DetectionSource,
  LISTS,
  type PostmortemFields,
  TEXTS,
  type TextField,
  TRIGGERS,
  type TriggerKind,
} from '#domain/incident/postmortem.ts';

/** A field that a step asks for: a line, a text (where it is a list, a line each), a choice, or all times together. */
export type StepField =
  | {
      readonly kind: 'line' | 'text';
      readonly id: TextField | 'triggerReference';
      readonly label: string;
      readonly hint?: string;
    }
  | {
      readonly kind: 'choice';
      readonly id: 'detectionSource' | 'triggerKind' | 'causeCategory';
      readonly label: string;
      readonly options: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'times'; readonly id: 'times'; readonly label: string };

/** The steps of a post-mortem’s form, in their order. The last one has the action items, which are forms of their own. */
export const STEPS: readonly { readonly name: string; readonly fields: readonly StepField[] }[] = [
  {
    name: 'What happened',
    fields: [
      { kind: 'line', id: 'title', label: 'Title' },
      text(
        'summary',
        'Summary',
        'Three sentences for somebody who was not there: what broke, why, what ended it.',
      ),
      text('impact', 'Impact', 'What did not work, how much, how long.'),
      text('customerImpact', 'Impact on customers', 'What they saw, how many were hit, what they were told.'),
      text('background', 'Background', 'What one has to know of the system to follow.'),
    ],
  },
  {
    name: 'Times and detection',
    fields: [
      { kind: 'times', id: 'times', label: 'Times' },
      {
        kind: 'choice',
        id: 'detectionSource',
        label: 'Noticed by',
        options: options(DETECTIONS, {
          deployWatch: 'The watch of a deploy',
          flagWatch: 'The watch of a flag',
          alert: 'An alert',
          person: 'One of us',
          customer: 'A customer',
          other: 'Something else',
        }),
      },
      text('detection', 'Detection', 'How it was noticed, and what would have noticed it sooner.'),
    ],
  },
  {
    name: 'Trigger and cause',
    fields: [
      {
        kind: 'choice',
        id: 'triggerKind',
        label: 'Set off by',
        options: options(TRIGGERS, { person: 'Something done by hand', unknown: 'Not known' }),
      },
      {
        kind: 'line',
        id: 'triggerReference',
        label: 'Which one',
        hint: 'The id or address of the deploy, flag, change or ticket.',
      },
      text('trigger', 'Trigger', 'What set it off.'),
      {
        kind: 'choice',
        id: 'causeCategory',
        label: 'Kind of root cause',
        options: options(CAUSES, { unknown: 'Not known' }),
      },
      text(
        'rootCause',
        'Root cause',
        'What made it possible. The first sentence is shown where something like it happens again.',
      ),
      text('contributingFactors', 'Contributing factors', 'One a line.'),
    ],
  },
  {
    name: 'Resolution and lessons',
    fields: [
      text('resolution', 'Resolution', 'What ended it, and how that was found.'),
      text('wentWell', 'What went well', 'One a line.'),
      text('wentBadly', 'What went badly', 'One a line.'),
      text('gotLucky', 'Where we got lucky', 'One a line.'),
      text(
        'supportingInformation',
        'Supporting information',
        'Links, figures, anything that helps to understand.',
      ),
    ],
  },
  { name: 'Action items', fields: [] },
];

/** What a field is called in words. */
export function labelOf(id: string): string {
  return STEPS.flatMap(({ fields }) => fields).find((field) => field.id === id)?.label ?? id;
}

/** A post-mortem’s text in a field, or what is chosen there; empty where nothing is. */
export function valueIn(fields: PostmortemFields, id: Exclude<StepField['id'], 'times'>): string {
  return fields[id] ?? '';
}

/** The field with what was chosen or typed for it; `undefined` where that is no choice that there is. */
export function fieldOf(id: Exclude<StepField['id'], 'times'>, value: string): PostmortemFields | undefined {
  const isText = TEXTS.some((one) => one === id) || id === 'triggerReference';
  if (isText) return { [id]: LISTS.has(id as TextField) ? listed(value) : value };
  const detectionSource = DETECTIONS.find((one): one is DetectionSource => one === value);
  const triggerKind = TRIGGERS.find((one): one is TriggerKind => one === value);
  const causeCategory = CAUSES.find((one): one is CauseCategory => one === value);
  if (id === 'detectionSource') return detectionSource === undefined ? undefined : { detectionSource };
  if (id === 'triggerKind') return triggerKind === undefined ? undefined : { triggerKind };
  return causeCategory === undefined ? undefined : { causeCategory };
}

/** A list, a line each, without empty ones and without the bullets that people put before them. */
function listed(value: string): string {
  return value
    .split('\n')
    .map((line) => line.replace(/^\s*[-*•]\s+/, '').trim())
    .filter((line) => line !== '')
    .join('\n');
}

function text(id: TextField, label: string, hint: string): StepField {
  return { kind: 'text', id, label, hint };
}

function options<T extends string>(
  values: readonly T[],
  names: Readonly<Partial<Record<T, string>>>,
): readonly (readonly [string, string])[] {
  return values.map((value) => [value, names[value] ?? `${value.charAt(0).toUpperCase()}${value.slice(1)}`]);
}
