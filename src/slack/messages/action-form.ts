import type { ModalView } from '@slack/types';
import { z } from 'zod';
import {
  ACTION_KINDS,
  ACTION_STATES,
  type ActionDraft,
  type ActionItem,
  type ActionKind,
} from '#domain/incident/postmortem.ts';
import { webAddress } from '../blocks.ts';
import { lineText } from './form-text.ts';
import { blockOf, chosenIn, type FormValues, typedIn } from './form-values.ts';
import { dateInput, lineInput, personInput, plainText, selectInput } from './inputs.ts';

export const ACTION_FORM = 'postmortem-action';

/** What the form carries: the incident, the item (none for a new one), and the form below it, which lists it. */
const ActionState = z.object({
  incident: z.string(),
  action: z.string().optional(),
  channel: z.string().optional(),
});
export type ActionFormState = z.infer<typeof ActionState>;

const KIND_WORDS: Readonly<Record<ActionKind, string>> = {
  prevent: 'Prevent: it cannot happen again',
  detect: 'Detect: we notice sooner',
  mitigate: 'Mitigate: it hurts less, or is over sooner',
  process: 'Process: we work together better',
  document: 'Document: the next one knows',
};

const LONGEST_TITLE = 300;
const LONGEST_URL = 2000;

/** Asks for an action item. */
export function actionForm(state: ActionFormState, item: ActionItem | undefined): ModalView {
  return {
    type: 'modal',
    callback_id: ACTION_FORM,
    private_metadata: JSON.stringify(state),
    title: plainText(item === undefined ? 'A new action item' : `Action ${item.id}`, 24),
    submit: plainText('Save', 24),
    close: plainText('Back', 24),
    blocks: [
      ...lineInput(
        { id: 'title', label: 'What is to be done?', placeholder: 'Alert when the pool is 80 % used' },
        item?.title,
        { limit: LONGEST_TITLE, isRequired: true },
      ),
      selectInput(
        { id: 'kind', label: 'What is it for?' },
        item?.kind ?? 'prevent',
        ACTION_KINDS.map((kind) => [kind, KIND_WORDS[kind]]),
      ),
      personInput({ id: 'owner', label: 'Who does it?' }, item?.owner),
      dateInput({ id: 'due', label: 'Until when?' }, item?.due),
      ...lineInput({ id: 'url', label: 'Ticket', placeholder: 'https://…' }, item?.url, {
        limit: LONGEST_URL,
      }),
      ...(item === undefined
        ? []
        : [
            selectInput(
              { id: 'state', label: 'State' },
              item.state,
              ACTION_STATES.map((one) => [one, `${one.charAt(0).toUpperCase()}${one.slice(1)}`]),
            ),
          ]),
    ],
  };
}

/** The item as the form has it; or what is wrong, by block. */
export function actionIn(
  values: FormValues,
  { action: id }: ActionFormState,
):
  | { readonly ok: true; readonly action: ActionDraft }
  | { readonly ok: false; readonly errors: Record<string, string> } {
  const title = lineText(typedIn(values, 'title') ?? '');
  const url = lineText(typedIn(values, 'url') ?? '');
  const errors = {
    ...(title === '' ? { [blockOf(values, 'title') ?? 'title']: 'Please say what is to be done.' } : {}),
    ...(url !== '' && webAddress(url) === undefined
      ? { [blockOf(values, 'url') ?? 'url']: 'This is no address that begins with https:// or http://.' }
      : {}),
  };
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const owner = chosenIn(values, 'owner') ?? '';
  const due = chosenIn(values, 'due') ?? '';
  return {
    ok: true,
    action: {
      title,
      kind: ACTION_KINDS.find((kind) => kind === chosenIn(values, 'kind')) ?? 'prevent',
      state: ACTION_STATES.find((state) => state === chosenIn(values, 'state')) ?? 'open',
      ...(owner === '' ? {} : { owner }),
      ...(due === '' ? {} : { due }),
      ...(url === '' ? {} : { url }),
      ...(id === undefined ? {} : { id }),
    },
  };
}

export function actionState(metadata: string): ActionFormState | undefined {
  const read = metadata.startsWith('{') ? ActionState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : undefined;
}
