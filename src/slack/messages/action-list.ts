import type { Button, KnownBlock } from '@slack/types';
import type { ActionItem, Postmortem } from '#domain/incident/postmortem.ts';
import { context, link, plain, section, webAddress } from '../blocks.ts';
import { plainText } from './inputs.ts';

/** Action ids of the buttons under the last step. */
export const ITEM_ACTION = { add: 'action-add', edit: 'action-edit' } as const;

/** A form has at most 100 blocks; more action items than this are counted. */
const MOST_ITEMS = 60;

const STATES = {
  open: ':white_large_square:',
  done: ':white_check_mark:',
  dropped: ':no_entry_sign:',
} as const;

/** The action items with a button each, open ones first, and one to add another. */
export function actionsBlocks({ actions }: Postmortem): readonly KnownBlock[] {
  const ordered = [...actions].sort((a, b) => Number(a.state !== 'open') - Number(b.state !== 'open'));
  const left = ordered.length - MOST_ITEMS;
  return [
    ...(ordered.length === 0
      ? [section('_No action items yet: what is done so that it does not happen again?_')]
      : []),
    ...ordered.slice(0, MOST_ITEMS).map(itemBlock),
    ...(left > 0 ? [context(`… and ${left} more, which the export has.`)] : []),
    { type: 'actions', elements: [button(ITEM_ACTION.add, 'add', 'Add an action item')] },
  ];
}

function itemBlock(item: ActionItem): KnownBlock {
  const { id, title, kind, state, owner, due, url } = item;
  const facts = [
    kind,
    owner === undefined ? 'nobody’s yet' : `<@${owner}>`,
    ...(due === undefined ? [] : [`due ${plain(due, 20)}`]),
    ...(webAddress(url) === undefined ? [] : [link(url, 'ticket')]),
  ];
  const words = `${STATES[state]} *${plain(title, 300)}*\n${plain(id, 60)} · ${facts.join(' · ')}`;
  return {
    ...section(words),
    type: 'section',
    accessory: button(ITEM_ACTION.edit, id, 'Edit'),
  };
}

function button(action: string, value: string, label: string): Button {
  return { type: 'button', action_id: action, value, text: plainText(label, 75) };
}
