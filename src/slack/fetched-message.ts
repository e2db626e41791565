import type { Actor } from '#domain/event.ts';
import type { Called, Calls } from './delivery/calls.ts';

export type Message = {
  readonly ts?: string;
  readonly text?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly username?: string;
  readonly bot_profile?: { readonly name?: string };
  readonly thread_ts?: string;
  readonly files?: readonly { readonly title?: string; readonly name?: string }[];
};

/**
 * One message, however long its channel or thread is: by its own ts Slack finds a root as well as a reply. Where it does not (a
 * message that nobody answered, in some workspaces), the channel's history has it.
 */
export async function fetched(
  { channel, ts }: { channel: string; ts: string },
  calls: Calls,
): Promise<Called<Message | undefined>> {
  const only = { channel, latest: ts, oldest: ts, inclusive: true, limit: 1 };
  const replies = await calls.patiently('conversations.replies', (client) =>
    client.conversations.replies({ ...only, ts }),
  );
  const reply = replies.ok ? replies.value.messages?.find((one) => one.ts === ts) : undefined;
  if (reply !== undefined) return { ok: true, value: reply };
  if (!replies.ok && replies.refusal.code !== 'thread_not_found') return replies;
  const history = await calls.patiently('conversations.history', (client) =>
    client.conversations.history(only),
  );
  if (!history.ok) return history;
  return { ok: true, value: history.value.messages?.find((one) => one.ts === ts) };
}

/** What a message says; of one that holds nothing but files, what they are called. */
export function wordsIn({ text, files }: Pick<Message, 'text' | 'files'>): string {
  if (text !== undefined && text.trim() !== '') return text;
  return (files ?? []).map(({ title, name }) => `(file: ${title ?? name ?? 'without a name'})`).join(' ');
}

/** Who wrote a message. A bot has a user’s id too, and is none. */
export function authorOf({
  user,
  bot_id: bot,
  bot_profile: profile,
  username,
}: Pick<Message, 'user' | 'bot_id' | 'bot_profile' | 'username'>): Actor | undefined {
  if (bot !== undefined) return { kind: 'machine', name: profile?.name ?? username ?? bot };
  return user === undefined ? undefined : { kind: 'person', user };
}

/** When a message was written. */
export function instantOf(ts: string): number {
  return Math.floor(Number(ts) * 1000);
}
