import type { ModalView } from '@slack/types';
import { z } from 'zod';
import {
  ACTION_KINDS,
  ACTION_STATES,
  type ActionDraft,
  type ActionItem,
} from '#domain/incident/postmortem.ts';
import { webAddress } from '../blocks.ts';
import { blockOf, chosenIn, type FormValues, lineText, typedIn } from './form-values.ts';
import { dateInput, lineInput, personInput, plainText, selectInput } from './inputs.ts';

export const ACTION_FORM = 'action-item';

/** What the form carries: the incident, and which action item it is; none for a new one. */
const ActionState = z.object({
  incident: z.string(),
  action: z.string().optional(),
  channel: z.string().optional(),
});
export type ActionFormState = z.infer<typeof ActionState>;

const LONGEST_TITLE = 300;
const LONGEST_URL = 2000;

const KINDS: Readonly<Record<(typeof ACTION_KINDS)[number], string>> = {
  prevent: 'Prevent: it cannot happen again',
  detect: 'Detect: it is noticed sooner',
  mitigate: 'Mitigate: it hurts less, or is over sooner',
  process: 'Process: people work in another way',
  document: 'Document: somebody can look it up',
};
const STATES = { open: 'Open', done: 'Done', dropped: 'Dropped' } as const;

/** Asks for an action item. One that is there can be closed here too. */
export function actionForm(item: ActionItem | undefined, state: ActionFormState): ModalView {
  return {
    type: 'modal',
    callback_id: ACTION_FORM,
    private_metadata: JSON.stringify(state),
    title: plainText(item === undefined ? 'Add an action item' : item.id, 24),
    submit: plainText('Save', 24),
    close: plainText('Cancel', 24),
    blocks: [
      ...lineInput({ id: 'title', label: 'What is to be done?' }, item?.title, {
        limit: LONGEST_TITLE,
        isRequired: true,
      }),
      selectInput(
        { id: 'kind', label: 'What for?' },
        item?.kind ?? 'prevent',
        ACTION_KINDS.map((kind) => [kind, KINDS[kind]]),
      ),
      personInput({ id: 'owner', label: 'Who?' }, item?.owner),
      dateInput(
        { id: 'due', label: 'Until which day?', hint: 'Its owner is reminded on that day.' },
        item?.due,
      ),
      ...lineInput({ id: 'url', label: 'Ticket', placeholder: 'https://…' }, item?.url, {
        limit: LONGEST_URL,
      }),
      ...(item === undefined
        ? []
        : [
            selectInput(
              { id: 'state', label: 'State' },
              item.state,
              ACTION_STATES.map((one) => [one, STATES[one]]),
            ),
          ]),
    ],
  };
}

/** The action item as it is to be, or what is wrong with it, by block. `item` is as it now stands. */
export function actionIn(
  values: FormValues,
  item: ActionItem | undefined,
):
  | { readonly ok: true; readonly action: ActionDraft }
  | { readonly ok: false; readonly errors: Record<string, string> } {
  const title = lineText(typedIn(values, 'title') ?? item?.title ?? '');
  const url = lineText(typedIn(values, 'url') ?? item?.url ?? '');
  const address = url === '' ? undefined : webAddress(url);
  const errors = {
    ...(title === '' ? { [blockOf(values, 'title') ?? 'title']: 'Please say what is to be done.' } : {}),
    ...(url !== '' && address === undefined
      ? { [blockOf(values, 'url') ?? 'url']: 'That is no address that begins with https:// or http://.' }
      : {}),
  };
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const [owner, due] = [chosenIn(values, 'owner'), chosenIn(values, 'due')];
  return {
    ok: true,
    action: {
      ...(item === undefined ? {} : { id: item.id }),
      title,
      kind: ACTION_KINDS.find((one) => one === chosenIn(values, 'kind')) ?? item?.kind ?? 'prevent',
      state: ACTION_STATES.find((one) => one === chosenIn(values, 'state')) ?? item?.state ?? 'open',
      ...(owner === undefined || owner === '' ? {} : { owner }),
      ...(due === undefined || due === '' ? {} : { due }),
      // As it was typed: what it opens is the same.
      ...(url === '' ? {} : { url }),
    },
  };
}

export function actionState(metadata: string): ActionFormState | undefined {
  const read = metadata.startsWith('{') ? ActionState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : undefined;
}
