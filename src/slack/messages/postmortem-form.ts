import type { KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import {
  CAUSES,
  DETECTIONS,
  type Postmortem,
  type PostmortemFields,
  TRIGGERS,
} from '#domain/incident/postmortem.ts';
import { context } from '../blocks.ts';
import { formText, lineText, printOf } from './form-text.ts';
import { chosenIn, type FormValues, typedIn } from './form-values.ts';
import { button } from './incident-buttons.ts';
import { plainText } from './inputs.ts';
import { labelOf, STEP_NAMES, STEP_TEXTS, STEPS, type Step, stepBlocks } from './postmortem-steps.ts';
import { drawnTimes, timesIn } from './times-inputs.ts';

export const POSTMORTEM_FORM = 'postmortem';
/** Action ids of the buttons that lead to the steps begin so. */
export const STEP_ACTION = 'postmortem-step:';

/** What the form carries: the revision that it was drawn from, and what stood in its fields then. */
const PostmortemState = z.object({
  incident: z.string(),
  base: z.int(),
  step: z.enum(STEPS),
  turn: z.int(),
  channel: z.string().optional(),
  drawn: z.record(z.string(), z.string()),
});
export type PostmortemState = z.infer<typeof PostmortemState>;

/** One step of a post-mortem’s form. `notice` is said above its fields; every way out of it saves what was typed. */
export function postmortemForm(
  postmortem: Postmortem,
  step: Step,
  {
    turn = 0,
    channel,
    notice,
  }: { readonly turn?: number; readonly channel?: string; readonly notice?: string },
): ModalView {
  const state: PostmortemState = {
    ...{ incident: postmortem.incident, base: postmortem.revision, step, turn },
    ...(channel === undefined ? {} : { channel }),
    drawn: drawnOf(postmortem.fields, step),
  };
  const isLast = step === STEPS.at(-1);
  const steps: KnownBlock = {
    type: 'actions',
    block_id: `steps|${turn}`,
    elements: STEPS.map((one, i) =>
      button(
        `${i + 1} ${STEP_NAMES[one]}`,
        `${STEP_ACTION}${one}`,
        one,
        one === step ? 'primary' : undefined,
      ),
    ),
  };
  return {
    type: 'modal',
    callback_id: POSTMORTEM_FORM,
    private_metadata: JSON.stringify(state),
    title: plainText(`Post-mortem ${postmortem.incident}`, 24),
    submit: plainText(isLast ? 'Save and close' : 'Save and go on', 24),
    close: plainText('Close', 24),
    blocks: [
      steps,
      context(
        notice ??
          'Going to another step saves what you have typed. What was filled in from the record can be changed; nothing has to be filled in.',
      ),
      ...stepBlocks(step, postmortem, turn),
    ],
  };
}

/** What somebody changed in a step; what they left as it was is not among it. Fields that the form did not show stay as they are. */
export function editedIn(
  values: FormValues,
  { step, drawn }: PostmortemState,
  now: PostmortemFields,
): PostmortemFields {
  const edited: Record<string, unknown> = {};
  for (const name of STEP_TEXTS[step]) {
    const typed = typedIn(values, name);
    const text = typed !== undefined && name === 'title' ? lineText(typed) : typed;
    // Going to another step sends a title that somebody has emptied; a post-mortem keeps the one that it has.
    if (text === undefined || (name === 'title' && text === '')) continue;
    if (printOf(text) !== drawn[name]) edited[name] = text;
  }
  if (step === 'detection') {
    const source = DETECTIONS.find((one) => one === chosenIn(values, 'detectionSource'));
    if (source !== undefined && source !== drawn.detectionSource) edited.detectionSource = source;
    const times = timesIn(values, drawn, now.times ?? {});
    if (times !== undefined) edited.times = times;
  }
  if (step === 'cause') {
    const kind = TRIGGERS.find((one) => one === chosenIn(values, 'triggerKind'));
    if (kind !== undefined && kind !== drawn.triggerKind) edited.triggerKind = kind;
    const category = CAUSES.find((one) => one === chosenIn(values, 'causeCategory'));
    if (category !== undefined && category !== drawn.causeCategory) edited.causeCategory = category;
    const reference = typedIn(values, 'triggerReference');
    if (reference !== undefined && printOf(lineText(reference)) !== drawn.triggerReference)
      edited.triggerReference = lineText(reference);
  }
  return edited as PostmortemFields;
}

/** Labels of the fields of a step that others have changed since the form was drawn. */
export function changedMeanwhile({ step, drawn }: PostmortemState, now: PostmortemFields): readonly string[] {
  const is = drawnOf(now, step);
  const names = Object.keys(is).filter((name) => is[name] !== (drawn[name] ?? ''));
  return [...new Set(names.map(labelOf))];
}

export function postmortemState(metadata: string): PostmortemState | undefined {
  const read = metadata.startsWith('{') ? PostmortemState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : undefined;
}

/** What stands in the fields of a step, texts in short. */
function drawnOf(fields: PostmortemFields, step: Step): Record<string, string> {
  const texts = STEP_TEXTS[step].map((name) => {
    const text = fields[name] ?? '';
    return [name, printOf(name === 'title' ? lineText(text) : formText(text))];
  });
  const choices =
    step === 'detection'
      ? { detectionSource: fields.detectionSource ?? '', ...drawnTimes(fields.times ?? {}) }
      : step === 'cause'
        ? {
            triggerKind: fields.triggerKind ?? '',
            causeCategory: fields.causeCategory ?? '',
            triggerReference: printOf(lineText(fields.triggerReference ?? '')),
          }
        : {};
  return { ...Object.fromEntries(texts), ...choices };
}
