import type { BlockAction, RespondFn } from '@slack/bolt';
import { type Rendered, section } from '../blocks.ts';
import { plainText } from '../messages/inputs.ts';
import { opened } from './forms.ts';
import type { Parts } from './incidents.ts';

/** Tells whoever pressed or typed something, and nobody else. */
export async function tellAlone(
  content: string | Rendered,
  { ack, respond }: { readonly ack?: () => Promise<void>; readonly respond: RespondFn },
): Promise<void> {
  await ack?.();
  const said = typeof content === 'string' ? { text: content } : content;
  await respond({ response_type: 'ephemeral', replace_original: false, ...said });
}

/** The same for whoever pressed a button: on the Home tab, where no message can stand, in a window of its own. */
export async function tellPresser(
  content: string | Rendered,
  {
    body,
    ...to
  }: { readonly body: BlockAction; readonly ack?: () => Promise<void>; readonly respond: RespondFn },
  parts: Pick<Parts, 'asks' | 'calls'>,
): Promise<void> {
  if (body.view === undefined) return tellAlone(content, to);
  await to.ack?.();
  const blocks = typeof content === 'string' ? [section(content)] : content.blocks;
  await opened(
    body.trigger_id,
    { type: 'modal', title: plainText('Bellbuoy', 24), close: plainText('Close', 24), blocks },
    parts,
  );
}

/** The key of a press: the same for one that Slack sends again. */
export function pressKey(
  name: string,
  user: string,
  { value, action_ts: at }: { readonly value?: string; readonly action_ts: string },
): string {
  return `${name}:${value ?? ''}:${user}:${at}`;
}
