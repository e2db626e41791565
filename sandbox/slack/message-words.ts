import { withIds } from './block-kit/answers.ts';
import { fileObject } from './file-objects.ts';
import type { Message, Workspace } from './workspace.ts';

type Json = Readonly<Record<string, unknown>>;

/** A message as Slack hands it out: people’s text with the rich text that their client makes of it, a root with what its thread holds. */
export function sentMessage(message: Message, workspace: Workspace): Json {
  const { reactions = [], files = [], edited, channel: _, metadata: __, ...own } = message;
  const isOwn = message.user === workspace.bot.id;
  const replies = workspace.messages.filter(
    ({ channel, ts, thread_ts }) =>
      channel === message.channel && thread_ts === message.ts && ts !== message.ts,
  );
  const blocks = message.blocks ?? (isOwn || message.text === '' ? undefined : [richText(message.text)]);
  return {
    type: 'message',
    ...own,
    team: workspace.team.id,
    ...(blocks === undefined ? {} : { blocks: withIds(blocks) }),
    ...(isOwn ? { bot_id: 'B0BELLBUOY', app_id: 'A0SANDBOX1' } : {}),
    ...(edited === true ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(replies.length === 0
      ? {}
      : {
          thread_ts: message.ts,
          reply_count: replies.length,
          reply_users: [...new Set(replies.map(({ user }) => user))],
          latest_reply: replies.at(-1)?.ts,
        }),
    ...(reactions.length === 0
      ? {}
      : { reactions: reactions.map(({ name, users }) => ({ name, users, count: users.length })) }),
    ...(files.length === 0 ? {} : { files: files.map((id) => fileObject(id, workspace)) }),
  };
}

/** Text with Slack’s escapes as a block of rich text: mentions, channels, links, and words between. */
function richText(text: string): Json {
  const parts = text.split(/(<[^<>]+>)/).filter((part) => part !== '');
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: parts.map(partOf) }] };
}

function partOf(part: string): Json {
  const [, inner] = /^<([^<>]+)>$/.exec(part) ?? [];
  if (inner === undefined) return { type: 'text', text: unescaped(part) };
  const [target = '', label] = inner.split('|');
  if (/^@[UW]/.test(target)) return { type: 'user', user_id: target.slice(1) };
  if (/^#[CG]/.test(target)) return { type: 'channel', channel_id: target.slice(1) };
  if (target.startsWith('!')) return { type: 'broadcast', range: target.slice(1) };
  return { type: 'link', url: unescaped(target), ...(label === undefined ? {} : { text: unescaped(label) }) };
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
