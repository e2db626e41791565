import type { PendingMessage } from '#app/ports.ts';
import { render } from '../messages/render.ts';
import type { Called } from './calls.ts';
import type { DeliverPorts } from './deliver.ts';

/** What Slack says where somebody cannot be told anything in a channel: the bot or they are not in it. */
const NOT_BOTH_THERE = new Set([
  ...['not_in_channel', 'channel_not_found', 'is_archived', 'user_not_in_channel', 'restricted_action'],
]);

/**
 * Says something to one person of a channel, at most once: Slack keeps no such message, so that it can neither be looked for after a crash nor be changed. Where they
 * cannot be told there they get it directly.
 */
export async function whisper(
  message: PendingMessage,
  user: string,
  { calls, channels, store, clock, failpoint }: DeliverPorts,
): Promise<Called<void>> {
  const { key, revision, to, parentPosted, parentTs, posted, sendingAt } = message;
  const own = parentPosted === undefined ? await channels.idOf(to.channel) : undefined;
  if (own !== undefined && !own.ok) return own;
  const place = parentPosted?.channel ?? own?.value ?? to.channel;
  const record = async (ts: string, channel = place) =>
    store.outbox.sent(key, revision, { channel, ts }, clock.now());
  // It was told already, or may have been.
  if (posted !== undefined || sendingAt !== undefined) {
    await record(posted?.ts ?? '');
    return { ok: true, value: undefined };
  }
  const content = render(message.message, undefined);
  const thread = parentPosted?.ts ?? parentTs;
  await store.outbox.sending(key, clock.now());
  failpoint('message-marked');
  const told = await calls.once('chat.postEphemeral', to.channel, (client) =>
    client.chat.postEphemeral({
      channel: place,
      user,
      ...content,
      ...(thread === undefined ? {} : { thread_ts: thread }),
    }),
  );
  if (told.ok) {
    failpoint('message-posted-not-recorded');
    await record(told.value.message_ts ?? '');
    failpoint('message-recorded');
    return { ok: true, value: undefined };
  }
  if (!NOT_BOTH_THERE.has(told.refusal.code)) return told;
  const direct = await channels.idOf(user);
  if (!direct.ok) return direct;
  const said = await calls.once('chat.postMessage', user, (client) =>
    client.chat.postMessage({ channel: direct.value, ...content, unfurl_links: false }),
  );
  if (!said.ok) return said;
  await record(said.value.ts ?? '', direct.value);
  return { ok: true, value: undefined };
}
