import { judgeAttachments, judgeBlocks, judgeView } from './block-kit/judge.ts';
import { Refusal } from './refusal.ts';
import { asList, asObject, usableFiles } from './rules.ts';
import type { Channel, Message, View, Workspace } from './workspace.ts';

export type Args = Readonly<Record<string, unknown>>;
export type Method = (args: Args, context: Context) => object;
export type Context = {
  readonly workspace: Workspace;
  readonly url: string;
  /** How long a file takes to become ready, in milliseconds; none when it never does. */
  readonly fileDelay: () => number | undefined;
  /** Whether no message may show any file. */
  readonly areFilesRefused: () => boolean;
};

/** Slack cuts a longer text, and warns. */
const TEXT_CUT = 40_000;
/** Metadata of a message may hold so much, as JSON; Slack names the error but no figure. */
const METADATA_LIMIT = 16_000;
/** Messages on one page of a history, unless asked for otherwise, and at most. */
const PAGE = { usual: 100, most: 1000 };

const text = (args: Args, name: string): string => {
  const value = args[name];
  if (typeof value !== 'string' || value === '')
    throw new Refusal('invalid_arguments', [`missing required field: ${name}`]);
  return value;
};

function contentOf(
  args: Args,
  { workspace, areFilesRefused }: Context,
): Pick<Message, 'text' | 'blocks' | 'metadata'> {
  const blocks = args.blocks === undefined ? undefined : asList(parsed(args.blocks));
  const files = usableFiles(workspace);
  if (blocks !== undefined) judgeBlocks(blocks, files);
  if (args.attachments !== undefined) judgeAttachments(parsed(args.attachments), files);
  const shown = (blocks ?? []).findIndex((block) => asObject(block).slack_file !== undefined);
  if (shown >= 0 && areFilesRefused())
    throw new Refusal('invalid_blocks', [`invalid slack file [json-pointer:/blocks/${shown}/slack_file]`]);
  const words = typeof args.text === 'string' ? args.text : '';
  if (words === '' && blocks === undefined && args.attachments === undefined) throw new Refusal('no_text');
  return {
    text: words.slice(0, TEXT_CUT),
    ...(blocks === undefined ? {} : { blocks }),
    ...(args.metadata === undefined ? {} : { metadata: metadataOf(args.metadata) }),
  };
}

function metadataOf(value: unknown): unknown {
  const metadata = asObject(parsed(value));
  if (typeof metadata.event_type !== 'string' || typeof metadata.event_payload !== 'object')
    throw new Refusal('invalid_metadata_format', ['metadata needs event_type and event_payload']);
  if (JSON.stringify(metadata).length > METADATA_LIMIT) throw new Refusal('metadata_too_large');
  return metadata;
}

/** Showing a file in a message is what shares it. */
function share(blocks: readonly unknown[] | undefined, { files }: Workspace): void {
  for (const block of blocks ?? []) {
    const file = files.get(String(asObject(asObject(block).slack_file ?? {}).id));
    if (file !== undefined) file.isShared = true;
  }
}

/** A page of messages, in the order given, as `conversations.history` and `.replies` cut them: `oldest` and `latest` left out. */
function pageOf(messages: readonly Message[], args: Args): object {
  const oldest = Number(args.oldest ?? 0);
  const latest = args.latest === undefined ? Number.POSITIVE_INFINITY : Number(args.latest);
  const limit = Math.min(PAGE.most, Number(args.limit ?? PAGE.usual));
  const from = args.cursor === undefined ? 0 : Number(Buffer.from(String(args.cursor), 'base64').toString());
  if (!Number.isInteger(from)) throw new Refusal('invalid_cursor');
  const inclusive = String(args.inclusive) === 'true';
  const inside = messages.filter(({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
  const shown = inside.slice(from, from + limit).map(({ metadata, ...message }) => ({
    type: 'message',
    ...message,
    ...(String(args.include_all_metadata) === 'true' && metadata !== undefined ? { metadata } : {}),
  }));
  const hasMore = from + limit < inside.length;
  return {
    messages: shown,
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? Buffer.from(String(from + limit)).toString('base64') : '' },
  };
}
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal('invalid_arguments', ['not JSON']);
    throw error;
  }
}

function channelOf(args: Args, { channels }: Workspace) {
  const channel = channels.find(({ id }) => id === args.channel);
  if (channel === undefined) throw new Refusal('channel_not_found');
  return channel;
}

/** The channel, when the bot is in it. */
function joined(args: Args, workspace: Workspace): Channel {
  const channel = channelOf(args, workspace);
  // A private channel that the bot is not in does not exist for it.
  if (!channel.hasBot) throw new Refusal(channel.isPrivate === true ? 'channel_not_found' : 'not_in_channel');
  return channel;
}

/** The Web API methods that Bellbuoy calls. Anything else is `unknown_method`, as in Slack. */
export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': (_, { workspace, url }) => ({
    url,
    team: workspace.team.name,
    team_id: workspace.team.id,
    user: workspace.bot.name,
    user_id: workspace.bot.id,
    bot_id: 'B0BELLBUOY',
  }),
  'conversations.list': (args, { workspace }) => {
    const types = String(args.types ?? 'public_channel').split(',');
    const seen = workspace.channels.filter(({ isDirect, isPrivate, hasBot }) => {
      if (isDirect) return types.includes('im');
      return isPrivate === true
        ? types.includes('private_channel') && hasBot
        : types.includes('public_channel');
    });
    const from = Number(args.cursor ?? 0);
    const limit = Math.min(PAGE.most, Number(args.limit ?? PAGE.usual));
    return {
      channels: seen.slice(from, from + limit).map(({ id, name, hasBot, isPrivate }) => ({
        id,
        name,
        is_channel: isPrivate !== true,
        is_private: isPrivate === true,
        is_member: hasBot,
      })),
      response_metadata: { next_cursor: from + limit < seen.length ? String(from + limit) : '' },
    };
  },
  'conversations.open': (args, { workspace }) => {
    const user = text(args, 'users');
    if (!workspace.people.some(({ id }) => id === user)) throw new Refusal('user_not_found');
    const known = workspace.channels.find(({ name }) => name === user) ?? {
      id: workspace.nextId('D'),
      name: user,
      isDirect: true,
      hasBot: true,
    };
    if (!workspace.channels.includes(known)) workspace.channels.push(known);
    return { channel: { id: known.id } };
  },
  'users.info': (args, { workspace }) => {
    const person = workspace.people.find(({ id }) => id === text(args, 'user'));
    if (person === undefined) throw new Refusal('user_not_found');
    return {
      user: {
        id: person.id,
        name: person.name,
        real_name: person.realName,
        tz: person.tz,
        team_id: person.team ?? workspace.team.id,
        is_bot: false,
        is_restricted: person.isGuest === true,
        is_ultra_restricted: false,
        ...(person.team === undefined ? {} : { is_stranger: true }),
      },
    };
  },
  'usergroups.users.list': (args, { workspace }) => {
    const users = workspace.groups.get(text(args, 'usergroup'));
    if (users === undefined) throw new Refusal('no_such_subteam');
    return { users };
  },
  'chat.postMessage': (args, context) => {
    const { workspace } = context;
    const channel = joined(args, workspace);
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
      message,
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
    const channel = joined(args, workspace);
    if (!workspace.people.some(({ id }) => id === args.user)) throw new Refusal('user_not_in_channel');
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
  'files.getUploadURLExternal': (args, { workspace, url }) => {
    const length = Number(args.length);
    if (!(length >= 1)) throw new Refusal('invalid_arguments', ['length must be at least 1']);
    const file = { id: workspace.nextId('F'), name: text(args, 'filename'), size: length };
    workspace.files.set(file.id, file);
    return { upload_url: `${url}upload/${file.id}`, file_id: file.id };
  },
  'files.completeUploadExternal': (args, { workspace, fileDelay }) => {
    const files = asList(parsed(args.files)).map((item) => workspace.files.get(String(asObject(item).id)));
    for (const file of files) {
      if (file?.bytes === undefined) throw new Refusal('file_not_found');
      if (file.completedAt !== undefined) throw new Refusal('file_not_found');
      file.completedAt = workspace.clock.now();
      const delay = fileDelay();
      if (delay !== undefined) file.readyAt = file.completedAt + delay;
    }
    return { files: files.map((file) => ({ id: file?.id, title: file?.name })) };
  },
  'files.info': (args, { workspace }) => {
    const file = workspace.files.get(text(args, 'file'));
    if (file === undefined) throw new Refusal('file_not_found');
    const ready = file.readyAt !== undefined && workspace.clock.now() >= file.readyAt;
    return {
      file: {
        id: file.id,
        name: file.name,
        size: file.size,
        mimetype: ready ? 'image/png' : '',
        filetype: ready ? 'png' : '',
      },
    };
  },
  'conversations.replies': (args, { workspace }) => {
    const channel = joined(args, workspace);
    const thread = workspace.messages.filter(
      ({ channel: id, ts, thread_ts }) => id === channel.id && (ts === args.ts || thread_ts === args.ts),
    );
    if (thread.length === 0) throw new Refusal('thread_not_found');
    // The parent stands first on the first page, whatever the range.
    const [parent, ...replies] = thread;
    const page = pageOf(replies, args);
    const isFirst = args.cursor === undefined && 'messages' in page && Array.isArray(page.messages);
    return isFirst && parent !== undefined ? { ...page, messages: [parent, ...asList(page.messages)] } : page;
  },
  'conversations.history': (args, { workspace }) => {
    const channel = joined(args, workspace);
    const roots = workspace.messages.filter(
      ({ channel: id, thread_ts, subtype }) =>
        id === channel.id && (thread_ts === undefined || subtype === 'thread_broadcast'),
    );
    return pageOf(roots.toReversed(), args);
  },
  'views.open': (args, { workspace }) => {
    const trigger = workspace.useTrigger(args.trigger_id);
    if ('error' in trigger) throw new Refusal(trigger.error);
    const view = viewOf(args, workspace, 'modal');
    workspace.modals.set(trigger.user, view);
    workspace.tell('modal', { user: trigger.user });
    return { view };
  },
  'views.update': (args, { workspace }) => {
    const found = [...workspace.modals].find(([, { id }]) => id === args.view_id);
    if (found === undefined) throw new Refusal('not_found');
    const [user, open] = found;
    if (args.hash !== undefined && args.hash !== open.hash) throw new Refusal('hash_conflict');
    const view = { ...viewOf(args, workspace, 'modal'), id: open.id };
    workspace.modals.set(user, view);
    workspace.tell('modal', { user });
    return { view };
  },
  'views.publish': (args, { workspace }) => {
    const user = text(args, 'user_id');
    const view = viewOf(args, workspace, 'home');
    workspace.homes.set(user, view);
    workspace.tell('home', { user });
    return { view };
  },
  'apps.connections.open': (_, { url }) => ({ url: `${url.replace('http', 'ws')}socket` }),
};

function viewOf(args: Args, workspace: Workspace, type: 'modal' | 'home'): View {
  const view = asObject(parsed(args.view));
  if (view.type !== type) throw new Refusal('invalid_arguments', [`expected a view of type ${type}`]);
  judgeView(view, type, usableFiles(workspace));
  return { ...view, id: workspace.nextId('V'), hash: workspace.nextTs() };
}
