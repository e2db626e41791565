import type { KnownBlock, ModalView } from '@slack/types';
import { z } from 'zod';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import { context, plain, section, time } from '../blocks.ts';
import { who } from './figures.ts';
import { printOf } from './form-text.ts';
import { button } from './incident-buttons.ts';
import { plainText } from './inputs.ts';

/** Action ids of the buttons that open an entry begin so. */
export const ENTRY_ACTION = 'timeline-edit:';

/** So many entries are shown to be changed, the last ones. */
export const ENTRIES_SHOWN = 45;

/** What the forms carry. */
const EntryState = z.object({
  incident: z.string(),
  key: z.string().optional(),
  channel: z.string().optional(),
  drawn: z.record(z.string(), z.string()).default({}),
});
export type EntryState = z.infer<typeof EntryState>;

/** The last entries of a timeline, newest first, each to be opened. `count` is how many there are. */
export function timelineForm(
  entries: readonly TimelineEntry[],
  { incident, channel }: Pick<EntryState, 'incident' | 'channel'>,
): ModalView {
  return {
    type: 'modal',
    callback_id: 'timeline',
    private_metadata: JSON.stringify({ incident, ...(channel === undefined ? {} : { channel }) }),
    title: plainText(`Timeline of ${incident}`, 24),
    close: plainText('Close', 24),
    blocks: [
      context('The newest first. What you change or leave out stays on record as it was.'),
      ...entries.toReversed().slice(0, ENTRIES_SHOWN).map(entryBlock),
    ],
  };
}

export function entryState(metadata: string): EntryState | undefined {
  const read = metadata.startsWith('{') ? EntryState.safeParse(JSON.parse(metadata)) : undefined;
  return read?.success === true ? read.data : undefined;
}

function entryBlock(entry: TimelineEntry): KnownBlock {
  const by = entry.by === undefined ? '' : `${who(entry.by)}: `;
  const text = section(`${time(entry.at, '{date_short_pretty} {time}')}  ${by}${plain(entry.text, 400)}`);
  if (text.type !== 'section') return text;
  const key = `${ENTRY_ACTION}${printOf(entry.key)}`;
  return { ...text, accessory: button('Edit', key, entry.key.slice(0, 2000)) };
}
