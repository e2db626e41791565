import type { ModalView } from '@slack/types';
import type { EntryChange, TimelineEntry } from '#domain/incident/timeline.ts';
import { printOf } from './form-text.ts';
import { checkedIn, chosenIn, type FormValues, typedIn } from './form-values.ts';
import { checksInput, momentInput, plainText, secondsOf, textInputs } from './inputs.ts';
import type { EntryState } from './timeline-form.ts';
import { isSameMinute } from './times-inputs.ts';

export const ENTRY_FORM = 'timeline-entry';

/** Asks what an entry is to say. */
export function entryForm(
  entry: TimelineEntry,
  { incident, channel }: Pick<EntryState, 'incident' | 'channel'>,
): ModalView {
  const state: EntryState = {
    ...{ incident, key: entry.key },
    drawn: { text: printOf(entry.text), at: `${secondsOf(entry.at) ?? ''}` },
    ...(channel === undefined ? {} : { channel }),
  };
  return {
    type: 'modal',
    callback_id: ENTRY_FORM,
    private_metadata: JSON.stringify(state),
    title: plainText('An entry', 24),
    submit: plainText('Save', 24),
    close: plainText('Back', 24),
    blocks: [
      ...textInputs({ id: 'text', label: 'What happened' }, entry.text, 'it stays as it is.'),
      momentInput({ id: 'at', label: 'When' }, entry.at),
      checksInput({ id: 'dropped', label: 'Leave it out?' }, [['yes', 'Leave it out of the timeline']]),
    ],
  };
}

/** What somebody changed of an entry. */
export function entryChangeIn(values: FormValues, { drawn }: EntryState): EntryChange {
  const text = typedIn(values, 'text');
  const at = chosenIn(values, 'at');
  return {
    ...(text !== undefined && text !== '' && printOf(text) !== drawn.text ? { text } : {}),
    ...(at !== undefined && at !== '' && !isSameMinute(at, drawn.at ?? '') ? { at: Number(at) * 1000 } : {}),
    ...((checkedIn(values, 'dropped') ?? []).includes('yes') ? { dropped: true } : {}),
  };
}
