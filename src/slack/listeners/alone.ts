import type { RespondFn } from '@slack/bolt';
import type { Rendered } from '../blocks.ts';

/** Tells whoever pressed or typed something, and nobody else. */
export async function tellAlone(
  content: string | Rendered,
  { ack, respond }: { readonly ack?: () => Promise<void>; readonly respond: RespondFn },
): Promise<void> {
  await ack?.();
  const said = typeof content === 'string' ? { text: content } : content;
  await respond({ response_type: 'ephemeral', replace_original: false, ...said });
}

/** The key of a press: the same for one that Slack sends again. */
export function pressKey(
  name: string,
  user: string,
  { value, action_ts: at }: { readonly value?: string; readonly action_ts: string },
): string {
  return `${name}:${value ?? ''}:${user}:${at}`;
}
