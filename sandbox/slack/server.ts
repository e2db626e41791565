import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { RateLimits, Refusal } from './rules.ts';
import { type Context, METHODS } from './web-api.ts';
import { Workspace } from './workspace.ts';

export type SlackOptions = {
  readonly port: number;
  readonly botToken: string;
  readonly signingSecret: string;
  readonly channels: readonly string[];
  readonly people: readonly { name: string; realName: string; tz: string }[];
  /** How long a file takes to become ready, in milliseconds; drawn evenly between the two. */
  readonly fileReadyDelay: { readonly min: number; readonly max: number };
  readonly seed: number;
};

export type SlackStandIn = {
  /** The page; the Web API is below it at `api/`. */
  readonly url: string;
  readonly workspace: Workspace;
  readonly limits: RateLimits;
  /** Where Slack's requests go: the bot's `/slack/events`. */
  connect(requestUrl: string): void;
  /** Types a slash command; resolves with how long the acknowledgement took, in milliseconds. */
  command(person: string, channel: string, text: string): Promise<{ status: number; ms: number }>;
  /** Presses a button of a message. */
  press(
    person: string,
    channel: string,
    ts: string,
    actionId: string,
  ): Promise<{ status: number; ms: number }>;
  mention(
    person: string,
    channel: string,
    text: string,
    thread?: string,
  ): Promise<{ status: number; ms: number }>;
  close(): Promise<void>;
};

/** Slack's deadline for an acknowledgement, in milliseconds. */
const ACKNOWLEDGE_WITHIN = 3000;

/** Starts the stand-in on 127.0.0.1. */
export async function startSlack(options: SlackOptions): Promise<SlackStandIn> {
  const workspace = new Workspace(options.channels, options.people);
  const limits = new RateLimits();
  const responses = new Map<string, { channel: string; to: string; uses: number; until: number }>();
  let requestUrl = '';
  let url = '';
  let state = options.seed;
  const random = () => {
    // A linear congruential generator: the same seed gives the same delays.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const context: Context = {
    workspace,
    get url() {
      return url;
    },
    fileDelay: () =>
      options.fileReadyDelay.min + random() * (options.fileReadyDelay.max - options.fileReadyDelay.min),
  };

  const post = async (body: string, type: string) => {
    const timestamp = Math.floor(Date.now() / 1000).toString();
    const signature = `v0=${createHmac('sha256', options.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const began = performance.now();
    const response = await fetch(requestUrl, {
      method: 'POST',
      headers: {
        'content-type': type,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signature,
      },
      body,
      signal: AbortSignal.timeout(ACKNOWLEDGE_WITHIN),
    });
    return { status: response.status, ms: performance.now() - began };
  };
  const form = (fields: Record<string, string>) =>
    post(new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded');
  const responseUrl = (channel: string, to: string) => {
    const id = workspace.nextId('R');
    responses.set(id, { channel, to, uses: 0, until: Date.now() + 30 * 60_000 });
    return `${url}response/${id}`;
  };
  const person = (name: string) =>
    workspace.people.find((one) => one.id === name || one.name === name) ?? workspace.people[0];
  const channel = (name: string) =>
    workspace.channels.find((one) => one.id === name || `#${one.name}` === name || one.name === name) ??
    workspace.channels[0];

  const standIn: SlackStandIn = {
    get url() {
      return url;
    },
    workspace,
    limits,
    connect: (target) => {
      requestUrl = target;
    },
    command(by, where, text) {
      const [slash = '/obs', ...rest] = text.split(' ');
      const place = channel(where);
      const who = person(by);
      return form({
        command: slash,
        text: rest.join(' '),
        user_id: who?.id ?? '',
        user_name: who?.name ?? '',
        channel_id: place?.id ?? '',
        channel_name: place?.name ?? '',
        team_id: workspace.team.id,
        team_domain: 'sandbox',
        api_app_id: 'A0SANDBOX1',
        trigger_id: workspace.nextId('T'),
        response_url: responseUrl(place?.id ?? '', who?.id ?? ''),
      });
    },
    press(by, where, ts, actionId) {
      const place = channel(where);
      const message = workspace.find(place?.id, ts);
      const action = buttonsOf(message?.blocks ?? []).find((button) => button.action_id === actionId);
      if (message === undefined || action === undefined)
        throw new Error(`there is no button ${actionId} on ${ts}`);
      const who = person(by);
      const payload = {
        type: 'block_actions',
        team: { id: workspace.team.id, domain: 'sandbox' },
        user: { id: who?.id, username: who?.name, name: who?.name, team_id: workspace.team.id },
        api_app_id: 'A0SANDBOX1',
        trigger_id: workspace.nextId('T'),
        container: { type: 'message', message_ts: ts, channel_id: place?.id, is_ephemeral: false },
        channel: { id: place?.id, name: place?.name },
        message,
        response_url: responseUrl(place?.id ?? '', who?.id ?? ''),
        actions: [{ ...action, block_id: 'b1', action_ts: workspace.nextTs() }],
      };
      return form({ payload: JSON.stringify(payload) });
    },
    mention(by, where, text, thread) {
      const place = channel(where);
      const who = person(by);
      const said = {
        ts: workspace.nextTs(),
        channel: place?.id ?? '',
        user: who?.id ?? '',
        text: `<@${workspace.bot.id}> ${text}`,
        ...(thread === undefined ? {} : { thread_ts: thread }),
      };
      workspace.messages.push(said);
      workspace.tell('message', { ...said, channel: place?.name });
      const event = { type: 'app_mention', ...said, event_ts: said.ts };
      const body = {
        type: 'event_callback',
        team_id: workspace.team.id,
        api_app_id: 'A0SANDBOX1',
        event_id: workspace.nextId('Ev'),
        event_time: Math.floor(Date.now() / 1000),
        event,
      };
      return post(JSON.stringify(body), 'application/json');
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', url);
    const [, root = '', id = ''] = pathname.split('/');
    if (request.method === 'GET') return read(root, id, request, response);
    const body = await bodyOf(request);
    if (root === 'api') return api(id, request, body, response);
    if (root === 'upload') {
      const file = workspace.files.get(id);
      if (file === undefined || body.length !== file.size)
        return void response.writeHead(400).end('the length differs');
      file.bytes = body;
      return void response.writeHead(200).end(`OK - ${body.length}`);
    }
    if (root === 'response') return respond(id, JSON.parse(body.toString()), response);
    const asked = JSON.parse(body.toString());
    const run = {
      command: () => standIn.command(asked.person, asked.channel, asked.text),
      press: () => standIn.press(asked.person, asked.channel, asked.ts, asked.action),
      mention: () => standIn.mention(asked.person, asked.channel, asked.text, asked.thread),
    }[id];
    if (root !== 'control' || run === undefined) return void response.writeHead(404).end();
    json(response, await run());
  };
  const read = (root: string, id: string, request: IncomingMessage, response: ServerResponse) => {
    if (root === '')
      return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page());
    if (root === 'files') {
      const file = workspace.files.get(id);
      return void (file?.bytes === undefined
        ? response.writeHead(404).end()
        : response.writeHead(200, { 'content-type': 'image/png' }).end(file.bytes));
    }
    if (root === 'control' && id === 'state') {
      const { channels, people, messages, ephemerals, bot } = workspace;
      return json(response, { channels, people, messages, ephemerals, bot });
    }
    if (root === 'control' && id === 'events') {
      response
        .writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        .write(':\n\n');
      const leave = workspace.onHappening((happening) =>
        response.write(`data: ${JSON.stringify(happening)}\n\n`),
      );
      return void request.on('close', leave);
    }
    response.writeHead(404).end();
  };
  const api = (method: string, request: IncomingMessage, body: Buffer, response: ServerResponse) => {
    const args = argsOf(request, body);
    const call: Workspace['calls'][number] = { at: Date.now(), method, args };
    workspace.calls.push(call);
    const fail = (error: string, detail: readonly string[] = []) => {
      call.error = error;
      json(response, {
        ok: false,
        error,
        ...(detail.length === 0
          ? {}
          : { errors: detail, response_metadata: { messages: detail.map((line) => `[ERROR] ${line}`) } }),
      });
    };
    if (request.headers.authorization !== `Bearer ${options.botToken}`)
      return fail(request.headers.authorization === undefined ? 'not_authed' : 'invalid_auth');
    const run = METHODS[method];
    if (run === undefined) return fail('unknown_method');
    const wait = limits.take(method, String(args.channel ?? ''));
    if (wait !== undefined) {
      call.error = 'ratelimited';
      return void response
        .writeHead(429, { 'retry-after': String(wait), 'content-type': 'application/json' })
        .end('{"ok":false,"error":"ratelimited"}');
    }
    try {
      json(response, { ok: true, ...run(args, context) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fail(error.message, error.detail);
    }
  };
  const respond = (
    id: string,
    body: { text?: string; blocks?: readonly unknown[] },
    response: ServerResponse,
  ) => {
    const known = responses.get(id);
    if (known === undefined || known.uses >= 5 || Date.now() > known.until)
      return void response.writeHead(404).end('used_url');
    known.uses += 1;
    const note = {
      ts: workspace.nextTs(),
      channel: known.channel,
      to: known.to,
      text: body.text ?? '',
      ...(body.blocks === undefined ? {} : { blocks: body.blocks }),
    };
    workspace.ephemerals.push(note);
    workspace.tell('ephemeral', note);
    response.writeHead(200).end('ok');
  };
  await new Promise<void>((resolve) => server.listen(options.port, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : options.port}/`;
  return standIn;
}

type Button = Readonly<Record<string, unknown>>;

function buttonsOf(blocks: readonly unknown[]): readonly Button[] {
  return blocks.flatMap((block) =>
    typeof block === 'object' && block !== null && 'elements' in block && Array.isArray(block.elements)
      ? block.elements
      : [],
  );
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function argsOf(request: IncomingMessage, body: Buffer): Readonly<Record<string, unknown>> {
  if (request.headers['content-type']?.startsWith('application/json') === true)
    return JSON.parse(body.toString());
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

function json(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}

function page(): Buffer {
  return readFileSync(new URL('./page.html', import.meta.url));
}
