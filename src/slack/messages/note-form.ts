import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Incident } from '#domain/incident/incident.ts';
import { chosenIn, type FormValues, typedIn } from './form-values.ts';
import { plainText, selectInput, textInputs } from './inputs.ts';

export const NOTE_FORM = 'timeline-note';

const MOST_OPTIONS = 100;

/** What the form carries: the message that somebody adds, and who wrote it. */
const NoteState = z.object({
  channel: z.string(),
  ts: z.string(),
  author: z.string().optional(),
  bot: z.string().optional(),
});
export type NoteState = z.infer<typeof NoteState>;

/** Asks to the timeline of which incident a message is to be added. `open` are oldest first. */
export function noteForm(open: readonly Incident[], text: string, state: NoteState): ModalView {
  const newest = open.toReversed().slice(0, MOST_OPTIONS);
  return {
    type: 'modal',
    callback_id: NOTE_FORM,
    private_metadata: JSON.stringify(state),
    title: plainText('Add to a timeline', 24),
    submit: plainText('Add', 24),
    close: plainText('Cancel', 24),
    blocks: [
      selectInput(
        { id: 'incident', label: 'Which incident?' },
        newest[0]?.id,
        newest.map(({ id, title }) => [id, `${id} ${title}`]),
      ),
      ...textInputs({ id: 'text', label: 'What it says' }, text, 'all of them are added.'),
    ],
  };
}

/** Which incident was chosen, and the words; none where they were too long to be asked for. */
export function noteIn(values: FormValues): { readonly incident: string; readonly text: string | undefined } {
  return { incident: chosenIn(values, 'incident') ?? '', text: typedIn(values, 'text') };
}

export function noteState(metadata: string): NoteState | undefined {
  const read = metadata.startsWith('{') ? NoteState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : undefined;
}
