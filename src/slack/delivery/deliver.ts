import type { Message, PictureRef } from '#app/message.ts';
import type { CatalogPort, Clock, Log, Meter, PendingMessage, Ports, Store } from '#app/ports.ts';
import { backoff } from '#runtime/backoff.ts';
import { context, plainly, type Rendered, rendered } from '../blocks.ts';
import { withPage } from '../messages/page-link.ts';
import { render } from '../messages/render.ts';
import type { Called, Calls } from './calls.ts';
import type { ChannelBook } from './channel-book.ts';
import { type Found, findPosted, METADATA_TYPE } from './lookup.ts';
import { isFileRefused, type Refusal } from './refusal.ts';
import { upload } from './upload.ts';
import { whisper } from './whisper.ts';

export type DeliverPorts = {
  readonly calls: Calls;
  readonly channels: ChannelBook;
  readonly store: Store;
  readonly catalog: CatalogPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly failpoint: Ports['failpoint'];
};

/** Where a message may stand: a conversation's id, and the thread in it. */
type Place = { readonly channel: string; readonly thread?: string };

const RETRY = { first: 500, max: 60_000 };
/** What somebody has to mend (an invitation, a scope, a token) is tried again less often, in milliseconds. */
const RETRY_MENDED = { first: 2_000, max: 300_000 };
/** A post whose outcome nobody knows may still be on its way for so long, in milliseconds. */
const SETTLED_AFTER = 2_000;
/** From this attempt on a picture that Slack refuses or cannot take is uploaded anew, and from the second on left out. */
const ANEW_FROM = 2;
const PLAIN_FROM = 4;

/** What Slack says of a channel where the bot cannot post. */
const NOT_THERE = new Set(['not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action']);
/** The content is at fault: said without its blocks it may pass. */
const CONTENT_REFUSED = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'block_mismatch',
  'invalid_attachments',
]);
/** However often it is asked, Slack will not take this; it is given up, logged and counted. */
const HOPELESS = new Set([
  'cant_update_message',
  'edit_window_closed',
  'invalid_arguments',
  'message_not_found',
  'msg_too_long',
  'no_text',
  'thread_not_found',
]);
/** The network, or Slack itself: passes by itself. */
const PASSING =
  /^(unreachable|http_5|ratelimited|internal_error|fatal_error|request_timeout|service_unavailable)/;

/** Brings one message in Slack to its wanted state, and records what came of it. */
export async function deliver(key: string, ports: DeliverPorts): Promise<void> {
  const message = await ports.store.outbox.find(key);
  if (message === undefined) return;
  const called = await brought(message, ports);
  const { about } = message.message;
  if (called === 'waits') return;
  ports.meter.count('bellbuoy_messages_total', { about, outcome: called.ok ? 'sent' : called.refusal.code });
  if (!called.ok) await onRefusal(message, called.refusal, ports);
}

async function brought(message: PendingMessage, ports: DeliverPorts): Promise<Called<void> | 'waits'> {
  const { onlyTo } = message.to;
  if (onlyTo !== undefined) return whisper(message, onlyTo, ports);
  return message.posted === undefined ? post(message, ports) : update(message, ports);
}

async function update(message: PendingMessage, ports: DeliverPorts): Promise<Called<void> | 'waits'> {
  const { calls, store, clock, failpoint } = ports;
  const { posted, to, key, revision } = message;
  if (posted === undefined) return 'waits';
  const content = await contentOf(message, ports);
  if (content === 'waits') return 'waits';
  const shown = (await isElsewhere(message, ports)) ? inviting(content, to.channel) : content;
  const called = await calls.once('chat.update', to.channel, (client) =>
    client.chat.update({ ...posted, ...shown, metadata: metadataOf(message) }),
  );
  if (!called.ok) return called;
  failpoint('message-updated-not-recorded');
  await store.outbox.sent(key, revision, posted, clock.now());
  return { ok: true, value: undefined };
}

async function post(message: PendingMessage, ports: DeliverPorts): Promise<Called<void> | 'waits'> {
  const { store, clock } = ports;
  const own = await ownPlace(message, ports);
  if (!own.ok && !NOT_THERE.has(own.refusal.code)) return own;
  if (message.sendingAt !== undefined) {
    const known = await lookFor(message, message.sendingAt, own, ports);
    if (known !== 'absent') return known;
  }
  const content = await contentOf(message, ports);
  if (content === 'waits') return 'waits';
  await store.outbox.sending(message.key, clock.now());
  ports.failpoint('message-marked');
  const called = own.ok ? await send(message, own.value, content, ports) : own;
  if (called.ok || !NOT_THERE.has(called.refusal.code)) return called;
  const spare = await sparePlace(message, ports);
  if (!spare.ok) return called;
  return send(message, spare.value, inviting(content, message.to.channel), ports);
}

async function send(
  message: PendingMessage,
  { channel, thread }: Place,
  content: Rendered,
  { calls, store, clock, failpoint }: DeliverPorts,
): Promise<Called<void>> {
  const called = await calls.once('chat.postMessage', message.to.channel, (client) =>
    client.chat.postMessage({
      channel,
      ...content,
      metadata: metadataOf(message),
      unfurl_links: false,
      ...(thread === undefined ? {} : inThread(thread, message.message)),
    }),
  );
  if (!called.ok) return called;
  failpoint('message-posted-not-recorded');
  const posted = { channel: called.value.channel ?? channel, ts: called.value.ts ?? '' };
  await store.outbox.sent(message.key, message.revision, posted, clock.now());
  failpoint('message-recorded');
  return { ok: true, value: undefined };
}

/** A reminder is shown in the channel too: in a thread that nobody watches it would remind nobody. */
function inThread(thread: string, { about }: Message) {
  return about === 'reminder'
    ? { thread_ts: thread, reply_broadcast: true as const }
    : { thread_ts: thread, reply_broadcast: false as const };
}

/** Looks for a message of which nobody knows whether it was posted; records it where it is. */
async function lookFor(
  message: PendingMessage,
  since: number,
  own: Called<Place>,
  ports: DeliverPorts,
): Promise<Called<void> | 'waits' | 'absent'> {
  const { calls, store, clock, meter, log } = ports;
  const settled = since + SETTLED_AFTER;
  if (clock.now() < settled && clock.now() >= since) {
    await store.outbox.postpone(message.key, settled, 'looked for once it has settled', true);
    return 'waits';
  }
  let found = own.ok ? await findPosted(message.key, { ...own.value, since }, calls) : unknown(own.refusal);
  let place = own;
  if (found.is === 'unknown' && NOT_THERE.has(found.refusal.code)) {
    // Where it could not be posted it is not; it may be where it went instead.
    place = await sparePlace(message, ports);
    if (place.ok) found = await findPosted(message.key, { ...place.value, since }, calls);
  }
  if (found.is === 'there' && place.ok) {
    meter.count('bellbuoy_messages_found_total');
    const posted = { channel: place.value.channel, ts: found.ts };
    await store.outbox.sent(message.key, found.revision, posted, clock.now());
    return { ok: true, value: undefined };
  }
  if (found.is !== 'unknown') return 'absent';
  if (PASSING.test(found.refusal.code)) return { ok: false, refusal: { ...found.refusal, certain: false } };
  // Nobody can say: it is said again rather than not at all.
  meter.count('bellbuoy_messages_unverified_total');
  log.warn(
    { key: message.key, code: found.refusal.code },
    'nobody can say whether a message was posted; it is posted again',
  );
  return 'absent';
}

function unknown(refusal: Refusal): Found {
  return { is: 'unknown', refusal };
}

/** Where a message belongs. */
async function ownPlace(message: PendingMessage, { channels }: DeliverPorts): Promise<Called<Place>> {
  const { parentPosted, parentTs, to } = message;
  if (parentPosted !== undefined)
    return { ok: true, value: { channel: parentPosted.channel, thread: parentPosted.ts } };
  const id = await channels.idOf(to.channel);
  if (!id.ok) return id;
  return { ok: true, value: { channel: id.value, ...(parentTs === undefined ? {} : { thread: parentTs }) } };
}

/** Where it may go when the bot cannot post there: to who asked, or to the default channel. */
async function sparePlace(
  message: PendingMessage,
  { channels, catalog }: DeliverPorts,
): Promise<Called<Place>> {
  const { incidents, deploys } = catalog.current().channels;
  const byDefault = message.message.about === 'deploy' ? (deploys ?? incidents) : incidents;
  const spare = askerOf(message.message) ?? byDefault;
  if (message.parentPosted !== undefined || spare === undefined || spare === message.to.channel)
    return {
      ok: false,
      refusal: { code: 'channel_not_found', certain: true, detail: 'there is no other place' },
    };
  const id = await channels.idOf(spare);
  return id.ok ? { ok: true, value: { channel: id.value } } : id;
}

/** A message as Slack shows it, with the way to its page. */
function shown(
  message: Message,
  file: string | undefined,
  { catalog }: Pick<DeliverPorts, 'catalog'>,
): Rendered {
  return withPage(render(message, file), message, catalog.current().pagesUrl);
}

/** Text and blocks of a message, its picture uploaded; `waits` when Slack cannot take the picture now. */
async function contentOf(message: PendingMessage, ports: DeliverPorts): Promise<Rendered | 'waits'> {
  const { store, log, meter, clock } = ports;
  if (message.attempt >= PLAIN_FROM && message.message.about !== 'working') {
    const { text, blocks } = shown(message.message, undefined, ports);
    return message.attempt > PLAIN_FROM ? plainly(text) : { text, blocks };
  }
  if (!hasPicture(message.message)) return shown(message.message, undefined, ports);
  const { snapshot } = message.message.picture;
  const uploaded = await upload(snapshot, ports);
  if (uploaded.ok) return shown(message.message, uploaded.value, ports);
  if (uploaded.problem.code === 'slack-unreachable' && message.attempt < ANEW_FROM) {
    await store.outbox.postpone(
      message.key,
      clock.now() + backoff(message.attempt + 1, RETRY, Math.random()),
      uploaded.problem.what,
      message.sendingAt !== undefined,
    );
    return 'waits';
  }
  log.warn({ problem: uploaded.problem, snapshot }, 'a picture did not reach Slack; the text stands in');
  meter.count('bellbuoy_uploads_failed_total');
  return shown(message.message, undefined, ports);
}

async function onRefusal(message: PendingMessage, refusal: Refusal, ports: DeliverPorts): Promise<void> {
  const { store, clock, log, meter } = ports;
  const { key, attempt, revision } = message;
  const { code, certain } = refusal;
  const now = clock.now();
  if (isFileRefused(refusal) && hasPicture(message.message) && attempt >= ANEW_FROM) {
    meter.count('bellbuoy_uploads_refused_total');
    await store.uploads.forget(message.message.picture.snapshot);
  }
  const isContent = CONTENT_REFUSED.has(code) && attempt > PLAIN_FROM;
  if (certain && (HOPELESS.has(code) || isContent)) {
    log.error({ key, refusal }, 'Slack will not take a message; it is given up');
    meter.count('bellbuoy_messages_given_up_total', { code });
    await store.outbox.giveUp(key, revision, code, now);
    return;
  }
  log.warn({ key, refusal, attempt }, 'a message was not taken; it is tried again');
  // A pause that Slack named, or the time after which it may pass; longer for what somebody has to mend.
  const passes = PASSING.test(code) || CONTENT_REFUSED.has(code);
  const pause = refusal.retryAfter ?? backoff(attempt + 1, passes ? RETRY : RETRY_MENDED, Math.random());
  await store.outbox.postpone(key, now + pause, code, !certain);
}

/** Who asked, for whom an answer is meant that cannot be posted where it was asked. */
function askerOf(message: Message): string | undefined {
  return message.about === 'answer' || message.about === 'working' ? message.question.by : undefined;
}

/** Whether a message had to go elsewhere, because Bellbuoy is not where it belongs. */
async function isElsewhere(message: PendingMessage, { channels }: DeliverPorts): Promise<boolean> {
  const { to, posted, parentPosted } = message;
  if (parentPosted !== undefined || posted === undefined || /^[DUW]/.test(to.channel)) return false;
  const own = await channels.idOf(to.channel);
  return own.ok ? own.value !== posted.channel : NOT_THERE.has(own.refusal.code);
}

/** The same, with how to have it in the channel the next time. */
function inviting({ text, blocks }: Rendered, channel: string): Rendered {
  const place = /^[CG][A-Z0-9]{8,}$/.test(channel) ? `<#${channel}>` : channel;
  return rendered(text, [
    ...blocks,
    context(`I am not in ${place}: type \`/invite @bellbuoy\` there to have this in it.`),
  ]);
}

function metadataOf({ key, revision }: PendingMessage) {
  return { event_type: METADATA_TYPE, event_payload: { key, revision } };
}

function hasPicture(message: Message): message is Message & { picture: PictureRef } {
  return 'picture' in message && message.picture !== undefined;
}
