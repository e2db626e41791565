import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { Incident } from '#domain/incident/incident.ts';
import { context, plain } from '../blocks.ts';
import { chosenIn, type FormValues } from './form-values.ts';
import { plainText, selectInput } from './inputs.ts';

export const NOTE_FORM = 'timeline-note';

/** The message that is to be added, by where it stands. */
const NoteState = z.object({ channel: z.string(), ts: z.string() });
export type NoteState = z.infer<typeof NoteState>;

/** A list of Slack’s holds so many options. */
const MOST_OPTIONS = 100;

/** Asks to which incident a message belongs. `text` are its words. */
export function noteForm(text: string, open: readonly Incident[], state: NoteState): ModalView {
  const newest = open.toReversed().slice(0, MOST_OPTIONS);
  return {
    type: 'modal',
    callback_id: NOTE_FORM,
    private_metadata: JSON.stringify(state),
    title: plainText('Add to a timeline', 24),
    submit: plainText('Add', 24),
    close: plainText('Cancel', 24),
    blocks: [
      context(`“${plain(text, 300)}”`),
      selectInput(
        { id: 'incident', label: 'To which incident?' },
        newest[0]?.id,
        newest.map(({ id, title }) => [id, `${id} ${title}`]),
      ),
    ],
  };
}

export function notedIncident(values: FormValues): string {
  return chosenIn(values, 'incident') ?? '';
}

export function noteState(metadata: string): NoteState | undefined {
  const read = metadata.startsWith('{') ? NoteState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : undefined;
}
