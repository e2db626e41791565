import type { Clock, Conversations, Log } from '#app/ports.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Calls } from './delivery/calls.ts';
import type { ChannelBook } from './delivery/channel-book.ts';
import type { Refusal } from './delivery/refusal.ts';
import { sendBytes } from './delivery/upload.ts';
import { authorOf, fetched, instantOf, wordsIn } from './fetched-message.ts';
import { Names } from './names.ts';
import { mentionedIn, plainWords } from './plain-text.ts';

/** As many people as Slack asks into a channel at once. */
const INVITED_AT_ONCE = 100;
/** Slack's limits of a topic, a channel's name, a comment above a file. */
const TOPIC = 250;
const CHANNEL_NAME = 80;
const COMMENT = 3000;
/** Slack's clock and ours may be apart by so many seconds. */
const CLOCKS_APART = 30;
/** A link never changes, and asking for it takes from what Slack allows in a minute: so many are kept. */
const KEPT_LINKS = 5000;

/** Refusals of an invitation after which everybody else is still asked. */
const PASSED_OVER = new Set(['already_in_channel', 'cant_invite_self', 'cant_invite', 'user_not_found']);

type Parts = {
  readonly calls: Calls;
  readonly channels: ChannelBook;
  readonly clock: Clock;
  readonly log: Log;
};

/** What of Slack is more than a message, through its Web API. */
export function createConversations({ calls, channels, clock, log }: Parts): Conversations {
  const names = new Names(calls, clock);
  const permalinks = new Map<string, string>();
  return {
    async message(place) {
      const found = await fetched(place, calls);
      if (!found.ok) return notDone('The message could not be read', found.refusal);
      if (found.value === undefined) return success(undefined);
      const { thread_ts: thread } = found.value;
      const markup = wordsIn(found.value);
      const text = plainWords(markup, await names.of(mentionedIn(markup)));
      const author = authorOf(found.value);
      return success({
        text,
        at: instantOf(place.ts),
        ...(author === undefined ? {} : { author }),
        ...(thread === undefined ? {} : { thread }),
      });
    },
    async permalink({ channel, ts }) {
      const place = `${channel} ${ts}`;
      const known = permalinks.get(place);
      if (known !== undefined) return known;
      const asked = await calls.patiently('chat.getPermalink', (client) =>
        client.chat.getPermalink({ channel, message_ts: ts }),
      );
      if (!asked.ok) log.debug({ refusal: asked.refusal }, 'a link to a message could not be had');
      const link = asked.ok ? asked.value.permalink : undefined;
      const [oldest] = permalinks.keys();
      if (permalinks.size >= KEPT_LINKS && oldest !== undefined) permalinks.delete(oldest);
      if (link !== undefined) permalinks.set(place, link);
      return link;
    },
    async open(wanted, since) {
      const name = channelName(wanted);
      const made = await calls.patiently('conversations.create', (client) =>
        client.conversations.create({ name }),
      );
      if (made.ok) return openedAs(made.value.channel?.id);
      if (made.refusal.code !== 'name_taken') return notDone('The channel could not be made', made.refusal);
      const found = await channels.idOf(`#${name}`);
      if (!found.ok)
        return found.refusal.certain ? success({}) : notDone('The channel could not be found', found.refusal);
      const known = await calls.patiently('conversations.info', (client) =>
        client.conversations.info({ channel: found.value }),
      );
      if (!known.ok) return notDone('The channel could not be read', known.refusal);
      // A try before this one has made it, before it could say so; what is older is about something else.
      const { created = 0 } = known.value.channel ?? {};
      return success((created + CLOCKS_APART) * 1000 >= since ? { channel: found.value } : {});
    },
    async invite(channel, users) {
      for (let from = 0; from < users.length; from += INVITED_AT_ONCE)
        await invite(channel, users.slice(from, from + INVITED_AT_ONCE), { calls, log });
    },
    async setTopic(channel, topic) {
      const set = await calls.patiently('conversations.setTopic', (client) =>
        client.conversations.setTopic({ channel, topic: [...topic].slice(0, TOPIC).join('') }),
      );
      if (!set.ok) log.warn({ refusal: set.refusal, channel }, 'a topic could not be set');
    },
    async nameOf(user) {
      return (await names.of([user])).get(user) ?? user;
    },
    share: (file, to) => share(file, to, { calls, channels }),
  };
}

async function invite(
  channel: string,
  users: readonly string[],
  { calls, log }: Pick<Parts, 'calls' | 'log'>,
): Promise<void> {
  const asked = await calls.patiently('conversations.invite', (client) =>
    client.conversations.invite({ channel, users: users.join(',') }),
  );
  if (asked.ok) return;
  if (users.length === 1) {
    const level = PASSED_OVER.has(asked.refusal.code) ? 'debug' : 'warn';
    log[level]({ refusal: asked.refusal, channel, user: users[0] }, 'somebody could not be asked in');
    return;
  }
  // Slack asks nobody where it cannot ask one of them.
  for (const user of users) await invite(channel, [user], { calls, log });
}

async function share(
  { name, title, text }: { name: string; title: string; text: string },
  { channel: address, thread, comment }: { channel: string; thread?: string; comment: string },
  { calls, channels }: Pick<Parts, 'calls' | 'channels'>,
): Promise<Outcome<undefined>> {
  // Slack takes files for channels only: the conversation with a person is opened first.
  const channel = await channels.idOf(address);
  if (!channel.ok) return notDone('The conversation could not be opened', channel.refusal);
  const bytes = new TextEncoder().encode(text === '' ? '\n' : text);
  const target = await calls.patiently('files.getUploadURLExternal', (client) =>
    client.files.getUploadURLExternal({ filename: name, length: bytes.length }),
  );
  if (!target.ok) return notDone('The file could not be uploaded', target.refusal);
  const { upload_url: url, file_id: id } = target.value;
  if (url === undefined || id === undefined)
    return failure('slack-upload-failed', 'Slack gave no address for the file.');
  const sent = await sendBytes(url, bytes);
  if (!sent.ok) return sent;
  const files: [{ id: string; title: string }] = [{ id, title: [...title].slice(0, 255).join('') }];
  const initial = [...comment].slice(0, COMMENT).join('');
  const to = { channel_id: channel.value, initial_comment: initial, files };
  const complete = () =>
    calls.patiently('files.completeUploadExternal', (client) =>
      client.files.completeUploadExternal(thread === undefined ? to : { ...to, thread_ts: thread }),
    );
  const first = await complete();
  if (first.ok) return success(undefined);
  // Slack may have taken it before its answer was lost; then it does not know this file a second time.
  const completed = first.refusal.certain ? first : await complete();
  const isDone = completed.ok || (!first.refusal.certain && completed.refusal.code === 'file_not_found');
  return isDone ? success(undefined) : notDone('The file could not be shared', completed.refusal);
}

/** A name as Slack takes it for a channel. */
function channelName(wanted: string): string {
  return wanted
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')
    .slice(0, CHANNEL_NAME);
}

function openedAs(id: string | undefined): Outcome<{ channel: string }> {
  return id === undefined
    ? failure('slack-refused', 'Slack made the channel and did not say which.')
    : success({ channel: id });
}

function notDone(what: string, { code, certain }: Refusal) {
  if (code === 'ratelimited') return failure('slack-rate-limited', `${what}: Slack is asked too often.`);
  if (code === 'not_in_channel') return failure('slack-not-in-channel', `${what}: I am not in that channel.`);
  return certain && code !== 'unreachable'
    ? failure('slack-refused', `${what}: ${code}.`)
    : failure('slack-unreachable', `${what}: ${code}.`);
}
