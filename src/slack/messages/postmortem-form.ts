import type { Button, KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { Incident } from '#domain/incident/incident.ts';
import type { Postmortem, PostmortemFields } from '#domain/incident/postmortem.ts';
import { context, plain, section } from '../blocks.ts';
import { actionsBlocks } from './action-list.ts';
import { blockOf, chosenIn, type FormValues, formText, lineText, printOf, typedIn } from './form-values.ts';
import { isTooLong, lineInput, plainText, selectInput, textInputs } from './inputs.ts';
import { fieldOf, labelOf, STEPS, type StepField, valueIn } from './postmortem-steps.ts';
import { clearedInput, drawnTimes, knownTimes, timesIn, timesInputs } from './times-inputs.ts';

export const POSTMORTEM_FORM = 'postmortem';

/** Action ids of the form’s buttons; a step’s number (from 0) follows `step`. */
export const STEP_ACTION = { back: 'postmortem-back', step: 'postmortem-step:' } as const;

const LAST_STEP = STEPS.length - 1;
const LONGEST_LINE = 300;

/**
 * What the form carries: the incident, the revision that it was drawn from, the step (from 0), and what stood in its fields then, in
 * short.
 */
const PostmortemState = z.object({
  incident: z.string(),
  base: z.int(),
  step: z.int().min(0).max(LAST_STEP),
  channel: z.string().optional(),
  drawn: z.record(z.string(), z.string()),
});
export type PostmortemState = z.infer<typeof PostmortemState>;

export type Drawn = {
  readonly incident: Incident;
  readonly postmortem: Postmortem;
  readonly step: number;
  readonly channel?: string;
  /** Said above the fields: what others changed meanwhile, or what went wrong. */
  readonly notes?: readonly string[];
};

/** One step of a post-mortem’s form. Sending it, or going to another step, saves what was typed. */
export function postmortemForm({ incident, postmortem, step, channel, notes = [] }: Drawn): ModalView {
  const { fields, revision, state } = postmortem;
  const here = STEPS[step] ?? { name: '', fields: [] };
  const carried: PostmortemState = {
    incident: incident.id,
    base: revision,
    step,
    ...(channel === undefined ? {} : { channel }),
    drawn: drawnIn(here.fields, fields),
  };
  const words = { draft: 'a draft', inReview: 'in review', approved: 'approved' }[state];
  return {
    type: 'modal',
    callback_id: POSTMORTEM_FORM,
    private_metadata: JSON.stringify(carried),
    title: plainText(`${incident.id} post-mortem`, 24),
    submit: plainText(step === LAST_STEP ? 'Save and close' : 'Save and go on', 24),
    close: plainText('Close', 24),
    blocks: [
      navigation(step),
      context(
        `*Step ${step + 1} of ${STEPS.length}: ${here.name}* · ${plain(incident.title, 150)} · revision ${revision}, ${words}`,
      ),
      ...notes.map((note) => section(note)),
      ...here.fields.flatMap((field) => inputsOf(field, fields, revision)),
      ...(step === LAST_STEP ? actionsBlocks(postmortem) : []),
    ],
  };
}

/** The fields of a step as they are to be: only those that differ from what the form was drawn with. `now` are those of the newest revision. */
export function typedFields(
  values: FormValues,
  { step, drawn }: PostmortemState,
  now: PostmortemFields,
): PostmortemFields {
  const changed = (STEPS[step]?.fields ?? []).map((field): PostmortemFields => {
    if (field.kind === 'times') {
      const times = timesIn(values, drawn, now.times ?? {});
      return times === undefined ? {} : { times };
    }
    if (field.kind === 'choice') {
      const chosen = chosenIn(values, field.id);
      if (chosen === undefined || chosen === '' || chosen === drawn[field.id]) return {};
      return fieldOf(field.id, chosen) ?? {};
    }
    const typed = typedIn(values, field.id);
    if (typed === undefined || printOf(typed) === drawn[field.id]) return {};
    return fieldOf(field.id, typed) ?? {};
  });
  return Object.assign({}, ...changed);
}

/** What cannot be saved as it was typed, by block. */
export function faultsIn(values: FormValues): Record<string, string> {
  return typedIn(values, 'title') === ''
    ? { [blockOf(values, 'title') ?? 'title']: 'A post-mortem needs a title.' }
    : {};
}

/** The fields of the step that others changed since the form was drawn, by what they are called. */
export function changedMeanwhile({ step, drawn }: PostmortemState, now: PostmortemFields): readonly string[] {
  const fields = STEPS[step]?.fields ?? [];
  const fresh = drawnIn(fields, now);
  const names = Object.keys(fresh).filter((name) => drawn[name] !== undefined && fresh[name] !== drawn[name]);
  return names.map((name) => (name in drawnTimes({}) ? `time “${name}”` : labelOf(name)));
}

export function postmortemState(metadata: string): PostmortemState | undefined {
  const read = metadata.startsWith('{') ? PostmortemState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : undefined;
}

/** Buttons to every step, by name: the one that is shown is marked. */
function navigation(step: number): KnownBlock {
  const back: Button[] =
    step === 0
      ? []
      : [{ type: 'button', action_id: STEP_ACTION.back, value: `${step - 1}`, text: plainText('Back', 75) }];
  const steps = STEPS.map(({ name }, i): Button => {
    const button: Button = {
      type: 'button',
      action_id: `${STEP_ACTION.step}${i}`,
      value: `${i}`,
      text: plainText(`${i + 1} ${name}`, 75),
    };
    return i === step ? { ...button, style: 'primary' } : button;
  });
  return { type: 'actions', elements: [...back, ...steps] };
}

function inputsOf(field: StepField, fields: PostmortemFields, turn: number): readonly KnownBlock[] {
  const asked = { id: field.id, label: field.label, turn };
  switch (field.kind) {
    case 'times': {
      const times = fields.times ?? {};
      return [...timesInputs(times, turn), ...clearedInput(knownTimes(times), 'Not known after all', turn)];
    }
    case 'choice':
      return [selectInput(asked, valueIn(fields, field.id), field.options)];
    case 'line':
      return lineInput({ ...asked, ...hintOf(field) }, valueIn(fields, field.id), {
        limit: LONGEST_LINE,
        isRequired: field.id === 'title',
      });
    case 'text':
      return textInputs({ ...asked, ...hintOf(field) }, valueIn(fields, field.id), TOO_LONG);
  }
}

const TOO_LONG =
  'it stays as it is. It can be changed over REST (`PATCH /api/v1/incidents/{id}/postmortem`).';

function hintOf({ hint }: { readonly hint?: string }) {
  return hint === undefined ? {} : { hint };
}

/** What stands in the fields, in short. What is too long to be asked for is left out: it cannot be changed here. */
function drawnIn(fields: readonly StepField[], values: PostmortemFields): Record<string, string> {
  return Object.assign(
    {},
    ...fields.map((field): Record<string, string> => {
      if (field.kind === 'times') return drawnTimes(values.times ?? {});
      const value = valueIn(values, field.id);
      if (field.kind === 'choice') return { [field.id]: value };
      const text = field.kind === 'line' ? lineText(value) : formText(value);
      return isTooLong(text) ? {} : { [field.id]: printOf(text) };
    }),
  );
}
