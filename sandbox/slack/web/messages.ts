import { judgeBlocks } from '../block-kit/judge.ts';
import { asList, asObject, parsed } from '../json.ts';
import { sentMessage } from '../message-words.ts';
import { reacted, unreacted } from '../reactions.ts';
import { Refusal } from '../refusal.ts';
import { usableFiles } from '../rules.ts';
import type { Message, Workspace } from '../workspace.ts';
import { contentOf, share, TEXT_CUT } from './content.ts';
import { type Args, type Context, channelOf, joined, type Method, PAGE, text, writable } from './shared.ts';

/** `chat.*`, histories and reactions. */
export const MESSAGE_METHODS: Readonly<Record<string, Method>> = {
  'chat.postMessage': (args, context) => {
    const { workspace } = context;
    const channel = writable(args, workspace);
    const thread = args.thread_ts;
    if (thread !== undefined && workspace.find(channel.id, thread) === undefined)
      throw new Refusal('thread_not_found');
    const message: Message = {
      ts: workspace.nextTs(),
      channel: channel.id,
      user: workspace.bot.id,
      ...contentOf(args, context),
      ...(thread === undefined ? {} : { thread_ts: String(thread) }),
      ...(thread !== undefined && String(args.reply_broadcast) === 'true'
        ? { subtype: 'thread_broadcast' as const }
        : {}),
    };
    share(message.blocks, workspace);
    workspace.messages.push(message);
    workspace.tell('message', { ...message, channel: channel.name });
    const isCut = String(args.text ?? '').length > TEXT_CUT;
    return {
      channel: channel.id,
      ts: message.ts,
      message: sentMessage(message, workspace),
      ...(isCut
        ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } }
        : {}),
    };
  },
  'chat.update': (args, context) => {
    const { workspace } = context;
    const channel = channelOf(args, workspace);
    const message = workspace.find(channel.id, args.ts);
    if (message === undefined) throw new Refusal('message_not_found');
    if (message.user !== workspace.bot.id) throw new Refusal('cant_update_message');
    if (typeof args.text === 'string' && args.text.length > 4000) throw new Refusal('msg_too_long');
    const content = contentOf(args, context);
    // Text without blocks removes the blocks; blocks without text leave the text as it is.
    if (content.blocks === undefined) delete message.blocks;
    share(content.blocks, workspace);
    Object.assign(message, content, { edited: content.blocks === undefined });
    workspace.tell('update', { ...message, channel: channel.name });
    return { channel: channel.id, ts: message.ts, text: message.text };
  },
  'chat.postEphemeral': (args, context) => {
    const { workspace } = context;
    const channel = writable(args, workspace);
    const isIn = channel.members === undefined || channel.members.includes(String(args.user));
    if (!isIn || !workspace.people.some(({ id }) => id === args.user))
      throw new Refusal('user_not_in_channel');
    const { text: words, blocks } = contentOf(args, context);
    const note = {
      ts: workspace.nextTs(),
      channel: channel.id,
      to: text(args, 'user'),
      text: words,
      ...(blocks === undefined ? {} : { blocks }),
      ...(typeof args.thread_ts === 'string' ? { thread_ts: args.thread_ts } : {}),
    };
    workspace.ephemerals.push(note);
    workspace.tell('ephemeral', note);
    return { message_ts: note.ts };
  },
  'chat.unfurl': (args, context) => {
    const { workspace } = context;
    if (args.unfurls === undefined) throw new Refusal('missing_unfurls');
    const isByPlace = args.channel !== undefined && args.ts !== undefined;
    const isById = args.unfurl_id !== undefined && args.source !== undefined;
    if (isByPlace === isById)
      throw new Refusal('invalid_arguments', ['channel and ts, or unfurl_id and source']);
    const unfurls = Object.entries(asObject(parsed(args.unfurls)));
    const blocks = unfurls.map(([address, shown]): [string, readonly unknown[]] => {
      const own = asList(asObject(shown).blocks);
      judgeBlocks(own, usableFiles(workspace));
      return [address, own];
    });
    // What is still being written is nobody's message yet.
    if (isById) return {};
    const message = workspace.find(channelOf(args, workspace).id, args.ts);
    if (message === undefined) throw new Refusal('cannot_find_message');
    if (blocks.some(([address]) => !message.text.includes(address))) throw new Refusal('cannot_unfurl_url');
    for (const [, own] of blocks) share(own, workspace);
    message.unfurls = { ...message.unfurls, ...Object.fromEntries(blocks) };
    workspace.tell('update', { ...message });
    return {};
  },
  'chat.getPermalink': (args, { workspace }) => {
    const channel = channelOf(args, workspace);
    const message = workspace.find(channel.id, args.message_ts);
    if (message === undefined) throw new Refusal('message_not_found');
    const { ts, thread_ts: thread } = message;
    const path = `https://sandbox.slack.example/archives/${channel.id}/p${ts.replace('.', '')}`;
    const isReply = thread !== undefined && thread !== ts;
    return {
      channel: channel.id,
      permalink: isReply ? `${path}?thread_ts=${thread}&cid=${channel.id}` : path,
    };
  },
  'conversations.replies': (args, { workspace }) => {
    const channel = joined(args, workspace);
    const asked = workspace.find(channel.id, args.ts);
    if (asked === undefined) throw new Refusal('thread_not_found');
    const replies = workspace.messages.filter(
      ({ channel: id, ts, thread_ts }) => id === channel.id && thread_ts === asked.ts && ts !== asked.ts,
    );
    // The parent stands first, whatever the range. Asked with the ts of a reply, that reply stands alone.
    return pageOf(replies, args, workspace, { first: [asked], usual: PAGE.most });
  },
  'conversations.history': (args, { workspace }) => {
    const channel = joined(args, workspace);
    const roots = workspace.messages.filter(
      ({ channel: id, thread_ts, subtype }) =>
        id === channel.id && (thread_ts === undefined || subtype === 'thread_broadcast'),
    );
    return pageOf(roots.toReversed(), args, workspace, { usual: PAGE.usual });
  },
  'reactions.add': (args, context) => {
    const { message, name, bot } = reactionOf(args, context.workspace);
    if (!reacted(message, bot, name)) throw new Refusal('already_reacted');
    return told('reaction_added', message, name, context);
  },
  'reactions.remove': (args, context) => {
    const { message, name, bot } = reactionOf(args, context.workspace);
    if (!unreacted(message, bot, name)) throw new Refusal('no_reaction');
    return told('reaction_removed', message, name, context);
  },
};

/** Names of emoji: no colons, perhaps a skin tone after two of them. */
const EMOJI = /^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/;

function reactionOf(args: Args, workspace: Workspace): { message: Message; name: string; bot: string } {
  const name = text(args, 'name');
  if (!EMOJI.test(name)) throw new Refusal('invalid_name');
  if (args.channel === undefined || args.timestamp === undefined) throw new Refusal('no_item_specified');
  const channel = channelOf(args, workspace);
  if (channel.isArchived === true) throw new Refusal('is_archived');
  const message = workspace.find(channel.id, args.timestamp);
  if (message === undefined) throw new Refusal('message_not_found');
  return { message, name, bot: workspace.bot.id };
}

function told(
  type: 'reaction_added' | 'reaction_removed',
  { channel, ts }: Message,
  reaction: string,
  { workspace, tellReaction }: Context,
): object {
  workspace.tell('reaction', { channel, ts, reaction });
  tellReaction(type, { user: workspace.bot.id, reaction, channel, ts });
  return {};
}

/** A page of messages, in the order given, as `conversations.history` and `.replies` cut them: `oldest` and `latest` left out. `first` stands before them whatever the range. */
function pageOf(
  messages: readonly Message[],
  args: Args,
  workspace: Workspace,
  { first = [], usual }: { first?: readonly Message[]; usual: number },
): object {
  const oldest = Number(args.oldest ?? 0);
  const latest = args.latest === undefined ? Number.POSITIVE_INFINITY : Number(args.latest);
  const limit = Math.min(PAGE.most, Number(args.limit ?? usual));
  const from = args.cursor === undefined ? 0 : Number(Buffer.from(String(args.cursor), 'base64').toString());
  if (!Number.isInteger(from)) throw new Refusal('invalid_cursor');
  const inclusive = String(args.inclusive) === 'true';
  const inside = messages.filter(({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
  const all = [...first, ...inside];
  const shown = all.slice(from, from + limit).map((message) => ({
    ...sentMessage(message, workspace),
    ...(String(args.include_all_metadata) === 'true' && message.metadata !== undefined
      ? { metadata: message.metadata }
      : {}),
  }));
  const hasMore = from + limit < all.length;
  return {
    messages: shown,
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? Buffer.from(String(from + limit)).toString('base64') : '' },
  };
}
