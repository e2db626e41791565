import { ErrorCode, type WebClient } from '@slack/web-api';
import type { Message, PictureRef } from '#app/message.ts';
import type { Clock, Log, Meter, PendingMessage, Store } from '#app/ports.ts';
import { backoff } from '#runtime/backoff.ts';
import { context, type Rendered, rendered } from '../blocks.ts';
import { render } from '../messages/render.ts';
import { ChannelBook } from './channel-book.ts';
import { type Call, Pacer } from './pacer.ts';
import { upload } from './upload.ts';

/** Looks again that often when nobody wakes it, in milliseconds. */
const IDLE = 1_000;
const WIDTH = 16;
/** Messages that wait for their picture's file at once; the rest of the width is for what need not wait, such as new alerts. */
const PICTURES = 10;
const RETRY = { first: 500, max: 60_000 };
/** What Slack will refuse however often it is asked; the message is given up, logged and counted. */
const HOPELESS = new Set([
  'msg_too_long',
  'msg_blocks_too_long',
  'invalid_arguments',
  'cant_update_message',
  'message_not_found',
  'edit_window_closed',
]);
const GIVE_UP_AFTER = 12;
/** What Slack says of a channel that the bot is not in, public or private. */
const NOT_THERE = new Set(['not_in_channel', 'channel_not_found']);

type DeliveryPorts = { client: WebClient; store: Store; clock: Clock; log: Log; meter: Meter };

/** Brings Slack to what the outbox wants, by priority, within Slack's pace, side by side across messages. */
export function startDelivery(ports: DeliveryPorts): { stop(): Promise<void> } {
  const { store, clock } = ports;
  const stopping = new AbortController();
  const flying = new Map<string, Promise<void>>();
  const drawn = new Set<string>();
  const pacer = new Pacer();
  const channels = new ChannelBook(ports.client, clock);
  let wake: () => void = () => undefined;
  store.outbox.onPut(() => wake());
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const rest = new AbortController();
      wake = () => rest.abort();
      stopping.signal.addEventListener('abort', wake, { once: true });
      try {
        let next = clock.now() + IDLE;
        for (const message of await store.outbox.pending(clock.now(), 200)) {
          if (flying.size >= WIDTH) break;
          if (flying.has(message.key)) continue;
          if (hasPicture(message.message) && drawn.size >= PICTURES) continue;
          const turn = pacer.take(callOf(message), message.to.channel, clock.now());
          if (!turn.ok) {
            next = Math.min(next, turn.at);
            continue;
          }
          const run = deliver(message, { ...ports, pacer, channels })
            .catch((error: unknown) => {
              ports.log.error({ error, key: message.key }, 'what came of a message could not be recorded');
            })
            .finally(() => {
              flying.delete(message.key);
              drawn.delete(message.key);
              wake();
            });
          flying.set(message.key, run);
          if (hasPicture(message.message)) drawn.add(message.key);
        }
        await clock.sleep(Math.max(5, next - clock.now()), rest.signal);
      } catch (error) {
        ports.log.error({ error }, 'the delivery loop stumbled; it goes on');
        ports.meter.count('bellbuoy_loop_errors_total', { loop: 'delivery' });
        await clock.sleep(IDLE, stopping.signal);
      }
      stopping.signal.removeEventListener('abort', wake);
    }
    await Promise.all(flying.values());
  };
  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

async function deliver(
  message: PendingMessage,
  ports: DeliveryPorts & { pacer: Pacer; channels: ChannelBook },
): Promise<void> {
  const { client, store, clock, log, meter, pacer, channels } = ports;
  try {
    const file = await pictureOf(message.message, ports);
    const shown = render(message.message, file);
    const metadata = {
      event_type: 'bellbuoy_message',
      event_payload: { key: message.key, revision: message.revision },
    };
    if (message.posted !== undefined) {
      const content = isElsewhere(message) ? inviting(shown, message.to.channel) : shown;
      await client.chat.update({ ...message.posted, ...content, metadata });
      await store.outbox.sent(message.key, message.revision, message.posted, clock.now());
    } else {
      const channel = message.parentPosted?.channel ?? (await channels.idOf(message.to.channel));
      const thread = message.parentPosted?.ts ?? message.parentTs;
      const post = (where: string, content: Rendered) =>
        client.chat.postMessage({
          channel: where,
          ...content,
          metadata,
          unfurl_links: false,
          ...(thread === undefined || where !== channel ? {} : { thread_ts: thread }),
        });
      const posted = await post(channel, shown).catch(async (error: unknown) => {
        const asker = askerOf(message.message);
        if (asker === undefined || !NOT_THERE.has(reasonOf(error).code)) throw error;
        return post(await channels.idOf(asker), inviting(shown, message.to.channel));
      });
      await store.outbox.sent(
        message.key,
        message.revision,
        { channel: posted.channel ?? channel, ts: posted.ts ?? '' },
        clock.now(),
      );
    }
    meter.count('bellbuoy_messages_total', { about: message.message.about, outcome: 'sent' });
  } catch (error) {
    const { code, retryAfter } = reasonOf(error);
    const now = clock.now();
    meter.count('bellbuoy_messages_total', { about: message.message.about, outcome: code });
    if (retryAfter !== undefined) pacer.pause(callOf(message), message.to.channel, now + retryAfter);
    if (HOPELESS.has(code) || message.attempt >= GIVE_UP_AFTER) {
      log.error({ error, key: message.key, code }, 'Slack will not take a message; it is given up');
      await store.outbox.giveUp(message.key, message.revision, code, now);
    } else {
      log.warn(
        { key: message.key, code, attempt: message.attempt },
        'a message was not taken; it is tried again',
      );
      await store.outbox.postpone(
        message.key,
        now + (retryAfter ?? backoff(message.attempt + 1, RETRY, Math.random())),
        code,
      );
    }
  }
}

/** Who asked, for whom an answer is meant that cannot be posted where it was asked. */
function askerOf(message: Message): string | undefined {
  return message.about === 'answer' || message.about === 'working' ? message.question.by : undefined;
}

/** Whether an answer had to go to the asker, because Bellbuoy is not where it was asked. */
function isElsewhere({ message, to, posted }: PendingMessage): boolean {
  return askerOf(message) !== undefined && /^[CG]/.test(to.channel) && posted?.channel !== to.channel;
}

/** The same, with how to have it in the channel the next time. */
function inviting({ text, blocks }: Rendered, channel: string): Rendered {
  const place = /^[CG]/.test(channel) ? `<#${channel}>` : 'the channel';
  return rendered(text, [
    ...blocks,
    context(`I am not in ${place}: type \`/invite @bellbuoy\` there to have answers in it.`),
  ]);
}

/** The file of the message's picture; none when it has no picture or Slack does not get it ready: the text says it all. */
async function pictureOf(message: Message, ports: DeliveryPorts): Promise<string | undefined> {
  if (!hasPicture(message)) return undefined;
  const outcome = await upload(message.picture.snapshot, ports);
  if (outcome.ok) return outcome.value;
  ports.log.warn(
    { problem: outcome.problem, snapshot: message.picture.snapshot },
    'a picture did not reach Slack; the text stands in',
  );
  ports.meter.count('bellbuoy_uploads_failed_total');
  return undefined;
}

function callOf({ posted }: PendingMessage): Call {
  return posted === undefined ? 'post' : 'update';
}

function hasPicture(message: Message): message is Message & { picture: PictureRef } {
  return 'picture' in message && message.picture !== undefined;
}

function reasonOf(error: unknown): { code: string; retryAfter?: number } {
  if (typeof error !== 'object' || error === null || !('code' in error)) return { code: String(error) };
  if (error.code === ErrorCode.RateLimitedError && 'retryAfter' in error) {
    return { code: 'ratelimited', retryAfter: Number(error.retryAfter) * 1000 };
  }
  if ('data' in error && typeof error.data === 'object' && error.data !== null && 'error' in error.data)
    return { code: String(error.data.error) };
  return { code: String(error.code) };
}
