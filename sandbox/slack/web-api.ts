import { asList, asObject, checkBlocks, Refusal } from './rules.ts';
import type { Message, View, Workspace } from './workspace.ts';

export type Args = Readonly<Record<string, unknown>>;
export type Method = (args: Args, context: Context) => object;
export type Context = { workspace: Workspace; url: string; fileDelay: () => number };

const text = (args: Args, name: string): string => {
  const value = args[name];
  if (typeof value !== 'string' || value === '')
    throw new Refusal('invalid_arguments', [`missing required field: ${name}`]);
  return value;
};

function contentOf(args: Args, workspace: Workspace): Pick<Message, 'text' | 'blocks' | 'metadata'> {
  const blocks = args.blocks === undefined ? undefined : asList(parsed(args.blocks));
  if (blocks !== undefined) checkBlocks(blocks, workspace);
  const words = typeof args.text === 'string' ? args.text : '';
  if (words === '' && blocks === undefined) throw new Refusal('no_text');
  return {
    text: words.slice(0, 40_000),
    ...(blocks === undefined ? {} : { blocks }),
    ...(args.metadata === undefined ? {} : { metadata: parsed(args.metadata) }),
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

/** Scopes of which a method needs one, from Slack's method reference; methods that need none are left out. */
export const METHOD_SCOPES: Readonly<Record<string, readonly string[]>> = {
  'conversations.list': ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  'conversations.open': ['im:write', 'channels:manage', 'groups:write', 'mpim:write'],
  'users.info': ['users:read'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.info': ['files:read'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
};

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
  'conversations.list': (_, { workspace }) => ({
    channels: workspace.channels
      .filter(({ isDirect }) => !isDirect)
      .map(({ id, name, hasBot }) => ({ id, name, is_channel: true, is_member: hasBot })),
    response_metadata: { next_cursor: '' },
  }),
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
        is_restricted: false,
      },
    };
  },
  'chat.postMessage': (args, { workspace }) => {
    const channel = channelOf(args, workspace);
    if (!channel.hasBot) throw new Refusal('not_in_channel');
    const thread = args.thread_ts;
    if (thread !== undefined && workspace.find(channel.id, thread) === undefined)
      throw new Refusal('thread_not_found');
    const message: Message = {
      ts: workspace.nextTs(),
      channel: channel.id,
      user: workspace.bot.id,
      ...contentOf(args, workspace),
      ...(thread === undefined ? {} : { thread_ts: String(thread) }),
    };
    workspace.messages.push(message);
    workspace.tell('message', { ...message, channel: channel.name });
    return { channel: channel.id, ts: message.ts, message };
  },
  'chat.update': (args, { workspace }) => {
    const channel = channelOf(args, workspace);
    const message = workspace.find(channel.id, args.ts);
    if (message === undefined) throw new Refusal('message_not_found');
    if (typeof args.text === 'string' && args.text.length > 4000) throw new Refusal('msg_too_long');
    const content = contentOf(args, workspace);
    // Text without blocks removes the blocks.
    if (content.blocks === undefined) delete message.blocks;
    Object.assign(message, content, { edited: content.blocks === undefined });
    workspace.tell('update', { ...message, channel: channel.name });
    return { channel: channel.id, ts: message.ts, text: message.text };
  },
  'chat.postEphemeral': (args, { workspace }) => {
    const channel = channelOf(args, workspace);
    const { text: words, blocks } = contentOf(args, workspace);
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
      file.completedAt = Date.now();
      file.readyAt = Date.now() + fileDelay();
    }
    return { files: files.map((file) => ({ id: file?.id, title: file?.name })) };
  },
  'files.info': (args, { workspace }) => {
    const file = workspace.files.get(text(args, 'file'));
    if (file === undefined) throw new Refusal('file_not_found');
    const ready = file.readyAt !== undefined && Date.now() >= file.readyAt;
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
    const channel = channelOf(args, workspace);
    return {
      messages: workspace.messages.filter(
        ({ channel: id, ts, thread_ts }) => id === channel.id && (ts === args.ts || thread_ts === args.ts),
      ),
    };
  },
  'conversations.history': (args, { workspace }) => {
    const channel = channelOf(args, workspace);
    return {
      messages: workspace.messages
        .filter(({ channel: id, thread_ts }) => id === channel.id && thread_ts === undefined)
        .toReversed(),
    };
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
  const blocks = asList(view.blocks);
  if (blocks.length > 100) throw new Refusal('invalid_arguments', ['no more than 100 blocks']);
  checkBlocks(blocks, workspace, 100);
  for (const name of type === 'modal' ? ['title', 'submit', 'close'] : [])
    if (view[name] !== undefined && String(asObject(view[name]).text).length > 24)
      throw new Refusal('invalid_arguments', [
        `must be less than 25 characters [json-pointer:/view/${name}]`,
      ]);
  if (JSON.stringify(view).length > 250_000) throw new Refusal('view_too_large');
  return { ...view, id: workspace.nextId('V'), hash: workspace.nextTs() };
}
