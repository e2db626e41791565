import type { KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { Incident } from '#domain/incident/incident.ts';
import type { EntryChange, TimelineEntry } from '#domain/incident/timeline.ts';
import { context, plain, section, time } from '../blocks.ts';
import { blockOf, checkedIn, chosenIn, type FormValues, printOf, typedIn } from './form-values.ts';
import { checksInput, momentInput, option, plainText, secondsOf, textInputs } from './inputs.ts';

export const ENTRY_FORM = 'timeline-entry';
export const TIMELINE_VIEW = 'timeline';
export const ENTRY_MENU = 'timeline-entry-menu';

/** As many of the last entries are shown; a form has at most 100 blocks. */
export const SHOWN_ENTRIES = 40;

const EntryState = z.object({
  incident: z.string(),
  key: z.string().optional(),
  channel: z.string().optional(),
  drawn: z.record(z.string(), z.string()).optional(),
});
export type EntryState = z.infer<typeof EntryState>;

const DROP = 'drop';

/** The end of an incident’s timeline, newest first, with a menu for each entry. */
export function timelineView(
  incident: Incident,
  entries: readonly TimelineEntry[],
  { channel, note }: { readonly channel?: string; readonly note?: string },
): ModalView {
  const state: EntryState = { incident: incident.id, ...(channel === undefined ? {} : { channel }) };
  return {
    type: 'modal',
    callback_id: TIMELINE_VIEW,
    private_metadata: JSON.stringify(state),
    title: plainText(`${incident.id} timeline`, 24),
    close: plainText('Close', 24),
    blocks: [
      context(`${plain(incident.title, 150)} · what was changed stays on record`),
      ...(note === undefined ? [] : [section(note)]),
      ...(entries.length === 0
        ? [section('_Nothing yet._')]
        : entries.toReversed().slice(0, SHOWN_ENTRIES).map(entryBlock)),
    ],
  };
}

/** What a menu’s choice is about: which entry, in short, since keys may be longer than Slack takes. */
export function entryChosen(
  value: string,
): { readonly what: 'edit' | 'drop'; readonly print: string } | undefined {
  const [what, print = ''] = value.split(':');
  return what === 'edit' || what === 'drop' ? { what, print } : undefined;
}

function entryBlock(entry: TimelineEntry): KnownBlock {
  const print = printOf(entry.key);
  return {
    ...section(`${time(entry.at, '{date_short_pretty} {time}')} ${plain(entry.text, 400)}`),
    type: 'section',
    accessory: {
      type: 'overflow',
      action_id: ENTRY_MENU,
      options: [option([`edit:${print}`, 'Edit']), option([`drop:${print}`, 'Drop'])],
    },
  };
}

/** Asks for other words or another time of an entry, or whether it is to be left out. */
export function entryForm(
  entry: TimelineEntry,
  { incident, channel }: { readonly incident: string; readonly channel?: string },
): ModalView {
  const state: EntryState = {
    incident,
    key: entry.key,
    ...(channel === undefined ? {} : { channel }),
    drawn: { text: printOf(entry.text), at: `${secondsOf(entry.at) ?? ''}` },
  };
  return {
    type: 'modal',
    callback_id: ENTRY_FORM,
    private_metadata: JSON.stringify(state),
    title: plainText('Edit the entry', 24),
    submit: plainText('Save', 24),
    close: plainText('Cancel', 24),
    blocks: [
      ...textInputs({ id: 'text', label: 'Words' }, entry.text, 'they stay as they are.'),
      momentInput({ id: 'at', label: 'When' }, entry.at),
      checksInput({ id: DROP, label: 'Leave out' }, [[DROP, 'Leave it out of the timeline']]),
    ],
  };
}

/** What is to be changed of an entry; or what is wrong with it, by block. */
export function entryChangeIn(
  values: FormValues,
  { drawn = {} }: EntryState,
):
  | { readonly ok: true; readonly change: EntryChange }
  | { readonly ok: false; readonly errors: Record<string, string> } {
  const dropped = checkedIn(values, DROP)?.includes(DROP) === true;
  const text = typedIn(values, 'text');
  const at = chosenIn(values, 'at') ?? '';
  if (text === '' && !dropped)
    return {
      ok: false,
      errors: {
        [blockOf(values, 'text') ?? 'text']: 'An entry needs words; to leave it out, tick the box below.',
      },
    };
  return {
    ok: true,
    change: {
      ...(text === undefined || text === '' || printOf(text) === drawn.text ? {} : { text }),
      ...(at === '' || at === drawn.at ? {} : { at: Number(at) * 1000 }),
      ...(dropped ? { dropped } : {}),
    },
  };
}

export function entryState(metadata: string): EntryState | undefined {
  const read = metadata.startsWith('{') ? EntryState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : undefined;
}
