import { judgeBlocks } from '../block-kit/judge.ts';
import { fileObject } from '../file-objects.ts';
import { asList, asObject, parsed } from '../json.ts';
import { Refusal } from '../refusal.ts';
import { usableFiles } from '../rules.ts';
import type { Channel, File, Message, Workspace } from '../workspace.ts';
import { share } from './content.ts';
import { type Args, type Method, text, writable } from './shared.ts';

/** Channels as uploads take them; people’s ids are refused. */
const CHANNEL_ID = /^[CGDZ][A-Z0-9]{8,}$/;

/** Uploads. */
export const FILE_METHODS: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': (args, { workspace, url }) => {
    const length = Number(args.length);
    if (!(length >= 1)) throw new Refusal('invalid_arguments', ['length must be at least 1']);
    const file = { id: workspace.nextId('F'), name: text(args, 'filename'), size: length };
    workspace.files.set(file.id, file);
    return { upload_url: `${url}upload/${file.id}`, file_id: file.id };
  },
  'files.completeUploadExternal': (args, { workspace, fileDelay, areFilesRefused }) => {
    const post = postOf(args, workspace);
    const asked = asList(parsed(args.files)).map(asObject);
    const files = asked.map(({ id, title }) => {
      const file = workspace.files.get(String(id));
      if (file?.bytes === undefined || file.completedAt !== undefined) throw new Refusal('file_not_found');
      return { file, title };
    });
    const delays = files.map(({ file, title }) => {
      file.completedAt = workspace.clock.now();
      if (typeof title === 'string') file.title = title;
      const delay = fileDelay();
      if (delay !== undefined) file.readyAt = file.completedAt + delay;
      return delay;
    });
    const known = delays.filter((delay) => delay !== undefined);
    if (post !== undefined && known.length === delays.length && !areFilesRefused())
      void postLater(
        post,
        files.map(({ file }) => file),
        Math.max(...known),
        workspace,
      );
    return { files: files.map(({ file }) => ({ id: file.id, title: file.title ?? file.name })) };
  },
  'files.info': (args, { workspace }) => {
    const file = workspace.files.get(text(args, 'file'));
    if (file === undefined) throw new Refusal('file_not_found');
    return { file: fileObject(file.id, workspace) };
  },
};

type Post = { readonly channel: Channel } & Pick<Message, 'text' | 'blocks' | 'thread_ts'>;

/** The message as which the files are to appear; none when they are for the bot alone. */
function postOf(args: Args, workspace: Workspace): Post | undefined {
  const many = args.channels === undefined ? [] : String(args.channels).split(',');
  const [id = args.channel_id, ...others] = many;
  if (id === undefined) return undefined;
  if (others.length > 0)
    throw new Refusal('invalid_arguments', ['channels: this stand-in shares in one channel at a time']);
  if (!CHANNEL_ID.test(String(id)))
    throw new Refusal('invalid_arguments', [
      `must match pattern: ${CHANNEL_ID.source} [json-pointer:/channel_id]`,
    ]);
  const channel = writable({ channel: id }, workspace);
  const thread = args.thread_ts === undefined ? undefined : workspace.find(channel.id, args.thread_ts);
  // Slack: “Never use a reply's ts value; use its parent instead.”
  const isParent = thread !== undefined && (thread.thread_ts ?? thread.ts) === thread.ts;
  if (args.thread_ts !== undefined && !isParent)
    throw new Refusal('invalid_arguments', ['thread_ts: expected the ts of a parent message']);
  const comment = typeof args.initial_comment === 'string' ? args.initial_comment : '';
  const blocks = comment === '' && args.blocks !== undefined ? asList(parsed(args.blocks)) : undefined;
  if (blocks !== undefined) judgeBlocks(blocks, usableFiles(workspace));
  return {
    channel,
    text: comment,
    ...(blocks === undefined ? {} : { blocks }),
    ...(thread === undefined ? {} : { thread_ts: thread.ts }),
  };
}

/** Slack answers before the files appear in the channel. */
async function postLater(
  { channel, ...content }: Post,
  files: readonly File[],
  delay: number,
  workspace: Workspace,
): Promise<void> {
  await workspace.clock.sleep(delay);
  const message: Message = {
    ...{ ts: workspace.nextTs(), channel: channel.id, user: workspace.bot.id },
    ...content,
    files: files.map(({ id }) => id),
  };
  for (const file of files) {
    file.isShared = true;
    const { channel: id, ts, thread_ts: thread } = message;
    file.shares = [
      ...(file.shares ?? []),
      { channel: id, ts, ...(thread === undefined ? {} : { thread_ts: thread }) },
    ];
  }
  share(message.blocks, workspace);
  workspace.messages.push(message);
  workspace.tell('message', { ...message, channel: channel.name });
}
