import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';
import { SCOPES } from '#slack/manifest.ts';

const MINUTE = 60_000;

let now = 1_800_000_000_000;
let slack: SlackStandIn;
const waits: number[] = [];
const closing: (() => void)[] = [];

beforeEach(() => open(Object.keys(SCOPES)));
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await slack.close();
});

/** A stand-in whose clock stands still until a test moves it; waits are over at once. */
async function open(scopes: readonly string[]): Promise<void> {
  waits.length = 0;
  slack = await startSlack({
    ...{ port: 0, botToken: 'xoxb-test', signingSecret: 'secret', scopes, seed: 3 },
    ...{ channels: ['open', 'away', 'closed'], notIn: ['away', 'closed'], secret: ['closed'] },
    people: [{ name: 'rae', realName: 'Rae', tz: 'UTC' }],
    fileReadyDelay: { min: 1000, max: 1000 },
    clock: {
      now: () => now,
      sleep: (ms) => {
        waits.push(ms);
        return new Promise((resolve) => setTimeout(resolve, ms === 500 ? 500 : 1));
      },
    },
  });
}

type Answer = { ok: boolean; error?: string; [field: string]: unknown };

async function raw(method: string, args: Record<string, string>, token = 'xoxb-test'): Promise<Response> {
  return fetch(`${slack.url}api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(args),
  });
}

async function call(method: string, args: Record<string, string> = {}): Promise<Answer> {
  return (await raw(method, args)).json() as Promise<Answer>;
}

const OPEN = 'C0CHANNEL000';
const AWAY = 'C0CHANNEL001';
const CLOSED = 'C0CHANNEL002';

describe('scopes', () => {
  it('that are missing are named, with those that are there', async () => {
    await slack.close();
    await open(['chat:write', 'channels:read']);
    expect(await call('files.info', { file: 'F1' })).toMatchObject({
      error: 'missing_scope',
      needed: 'files:read',
      provided: 'chat:write,channels:read',
    });
    const types = 'public_channel,private_channel';
    expect(await call('conversations.list', { types })).toMatchObject({ needed: 'groups:read' });
    expect(await call('conversations.list', { types: 'public_channel' })).toMatchObject({ ok: true });
  });

  it('for a history depend on the kind of conversation', async () => {
    const opened: object = await call('conversations.open', { users: 'U0PERSON00' });
    const id = 'channel' in opened ? JSON.stringify(opened.channel).match(/"id":"(D\w+)"/)?.[1] : undefined;
    expect(await call('conversations.history', { channel: id ?? 'no channel was opened' })).toMatchObject({
      needed: 'im:history',
    });
    expect(await call('conversations.history', { channel: OPEN })).toMatchObject({ ok: true });
  });
});

describe('channels', () => {
  it('where the bot is not are refused; a private one does not exist for it', async () => {
    expect((await call('chat.postMessage', { channel: AWAY, text: 'x' })).error).toBe('not_in_channel');
    expect((await call('chat.postMessage', { channel: CLOSED, text: 'x' })).error).toBe('channel_not_found');
    expect((await call('conversations.history', { channel: AWAY })).error).toBe('not_in_channel');
    const { channels } = await call('conversations.list', { types: 'public_channel,private_channel' });
    expect(JSON.stringify(channels)).not.toContain('closed');
  });
});

describe('messages', () => {
  it('are cut at 40,000 characters with a warning, and not updated with more than 4,000', async () => {
    const posted = await call('chat.postMessage', { channel: OPEN, text: 'x'.repeat(40_001) });
    expect(posted).toMatchObject({ ok: true, warning: 'message_truncated' });
    const ts = String(posted.ts);
    expect((await call('chat.update', { channel: OPEN, ts, text: 'x'.repeat(4001) })).error).toBe(
      'msg_too_long',
    );
    expect((await call('chat.update', { channel: OPEN, ts: '1.2', text: 'x' })).error).toBe(
      'message_not_found',
    );
    expect((await call('chat.postMessage', { channel: OPEN })).error).toBe('no_text');
  });

  it('show their metadata in a history only to whoever asks for it', async () => {
    const metadata = JSON.stringify({ event_type: 'x', event_payload: { key: 'k' } });
    await call('chat.postMessage', { channel: OPEN, text: 'x', metadata });
    expect(JSON.stringify(await call('conversations.history', { channel: OPEN }))).not.toContain(
      'event_payload',
    );
    const all = await call('conversations.history', { channel: OPEN, include_all_metadata: 'true' });
    expect(JSON.stringify(all)).toContain('"key":"k"');
    const wrong = await call('chat.postMessage', {
      channel: OPEN,
      text: 'x',
      metadata: '{"event_type":"x"}',
    });
    expect(wrong.error).toBe('invalid_metadata_format');
  });

  it('are paged through with a cursor, newest first', async () => {
    for (const text of ['1', '2', '3']) await call('chat.postMessage', { channel: OPEN, text });
    const first = await call('conversations.history', { channel: OPEN, limit: '2' });
    expect(first).toMatchObject({ has_more: true, messages: [{ text: '3' }, { text: '2' }] });
    const { next_cursor: cursor } = first.response_metadata as { next_cursor: string };
    const second = await call('conversations.history', { channel: OPEN, limit: '2', cursor });
    expect(second).toMatchObject({ has_more: false, messages: [{ text: '1' }] });
  });
});

describe('the number of calls', () => {
  it('is the tier’s in any minute: the one too many is 429 with the seconds to wait', async () => {
    for (let i = 0; i < 20; i += 1) expect((await raw('conversations.list', {})).status).toBe(200);
    now += 10_000;
    const refused = await raw('conversations.list', {});
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('50');
    expect(await refused.json()).toEqual({ ok: false, error: 'ratelimited' });
    now += 50_000;
    expect((await raw('conversations.list', {})).status).toBe(200);
  });

  it('of posts is about one a second in a channel, and three hundred a minute in all', async () => {
    const burst = [];
    for (let i = 0; i < 8; i += 1)
      burst.push((await raw('chat.postMessage', { channel: OPEN, text: 'x' })).status);
    expect(burst.filter((status) => status === 200)).toHaveLength(5);
    now += 1000;
    expect((await raw('chat.postMessage', { channel: OPEN, text: 'x' })).status).toBe(200);
    expect(slack.limits.refused).toBe(3);
  });
});

describe('a response URL', () => {
  it('takes five messages within half an hour, blocks as strictly judged as anywhere', async () => {
    let responseUrl = '';
    slack.connect(
      await bot(({ body }) => {
        responseUrl = new URLSearchParams(body).get('response_url') ?? '';
        return 200;
      }),
    );
    const use = (said: object) => fetch(responseUrl, { method: 'POST', body: JSON.stringify(said) });
    await slack.command('rae', '#open', '/obs help');
    expect((await use({ text: 'x', blocks: [{ type: 'blink' }] })).status).toBe(400);
    for (let i = 0; i < 5; i += 1) expect((await use({ text: 'x' })).status).toBe(200);
    expect((await use({ text: 'x' })).status).toBe(404);
    await slack.command('rae', '#open', '/obs help');
    now += 31 * MINUTE;
    expect((await use({ text: 'x' })).status).toBe(404);
  });
});

describe('an event that is not acknowledged', () => {
  it('comes again at once, after a minute and after five, saying why', async () => {
    const seen: IncomingHttpHeaders[] = [];
    slack.connect(
      await bot(({ headers }) => {
        seen.push(headers);
        return 500;
      }),
    );
    await slack.mention('rae', '#open', 'status');
    await expect.poll(() => seen.length).toBe(4);
    expect(seen.map((headers) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
    expect(seen[1]?.['x-slack-retry-reason']).toBe('http_error');
    expect(waits.filter((ms) => ms !== 500)).toEqual([0, MINUTE, 5 * MINUTE]);
  });

  it('does not come again when the bot says so', async () => {
    let seen = 0;
    slack.connect(
      await bot(
        () => {
          seen += 1;
          return 500;
        },
        { 'x-slack-no-retry': '1' },
      ),
    );
    await slack.mention('rae', '#open', 'status');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen).toBe(1);
  });
});

describe('a file', () => {
  it('is the bot’s alone until a message shows it, and no message may before it is ready', async () => {
    const target = await call('files.getUploadURLExternal', { filename: 'x.png', length: '3' });
    const file = String(target.file_id);
    await fetch(String(target.upload_url), { method: 'POST', body: 'png' });
    await call('files.completeUploadExternal', { files: JSON.stringify([{ id: file }]) });
    const blocks = JSON.stringify([{ type: 'image', alt_text: 'x', slack_file: { id: file } }]);
    const early = await call('chat.postMessage', { channel: OPEN, text: 'x', blocks });
    expect(early).toMatchObject({ error: 'invalid_blocks', errors: [expect.stringContaining('slack_file')] });
    expect(await call('files.info', { file })).toMatchObject({ file: { mimetype: '' } });
    now += 1000;
    expect(await call('files.info', { file })).toMatchObject({ file: { mimetype: 'image/png' } });
    expect((await fetch(`${slack.url}files/${file}`)).status).toBe(404);
    expect((await call('chat.postMessage', { channel: OPEN, text: 'x', blocks })).ok).toBe(true);
    expect((await fetch(`${slack.url}files/${file}`)).status).toBe(200);
  });
});

/** A bot that answers each of Slack's requests with a status. */
async function bot(
  answer: (request: { headers: IncomingHttpHeaders; body: string }) => number,
  headers: Record<string, string> = {},
): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response
      .writeHead(answer({ headers: request.headers, body: Buffer.concat(chunks).toString() }), headers)
      .end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}
