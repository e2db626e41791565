import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { seeded } from '../shop/random.ts';
import { judgeBlocks } from './block-kit/judge.ts';
import { ownClock, type SlackClock } from './clock.ts';
import { type Asked, control } from './control.ts';
import { kindOf } from './file-objects.ts';
import { RateLimits } from './limits.ts';
import { checkArguments } from './methods.ts';
import { pageFile, pageState } from './page.ts';
import { createWire, tellReaction } from './people/wire.ts';
import { createPeople, type People, type Shortcuts } from './people.ts';
import { Refusal } from './refusal.ts';
import { usableFiles } from './rules.ts';
import { ALL_SCOPES, checkScopes } from './scopes.ts';
import { createTransport, type Transport } from './transport.ts';
import { type Context, METHODS } from './web-api.ts';
import { type Person, Workspace } from './workspace.ts';

export type SlackOptions = Partial<Shortcuts> & {
  readonly port: number;
  readonly botToken: string;
  /** The app-level token that may open connections in Socket Mode. */
  readonly appToken?: string;
  readonly signingSecret: string;
  /** What the bot's token may do; everything unless named. */
  readonly scopes?: readonly string[];
  /** Channels that the bot was not invited to. */
  readonly notIn?: readonly string[];
  /** Channels that are private. */
  readonly secret?: readonly string[];
  readonly channels: readonly string[];
  readonly people: readonly Omit<Person, 'id'>[];
  /** The time by which it goes; the machine's unless given. */
  readonly clock?: SlackClock;
  /** How long a file takes to become ready, in milliseconds; drawn evenly between the two. */
  readonly fileReadyDelay: { readonly min: number; readonly max: number };
  readonly seed: number;
};

/** What goes wrong at Slack, changed while it runs. All of it has been seen at the real one. */
export type Faults = {
  /** Every so many calls of the Web API, one is answered with 429. */
  rateLimitEvery?: number;
  /** Files stay without `mimetype` for good. */
  filesNeverReady?: boolean;
  /** `completeUploadExternal` says ok and the file shows as ready, but no message may show it. */
  filesNeverShared?: boolean;
  /** The oldest socket is dropped without a word, every so many milliseconds. */
  dropSocketsEvery?: number;
  /** Every call is answered with this HTTP status. */
  status?: number;
};

/** A call of the Web API as it comes and once it is done, before it is answered. */
export type CallMoment = {
  readonly method: string;
  readonly phase: 'arrived' | 'done';
  readonly nth: number;
};

export type SlackStandIn = People &
  Pick<Transport, 'connect' | 'sockets' | 'refresh'> & {
    /** The page; the Web API is below it at `api/`. */
    readonly url: string;
    readonly workspace: Workspace;
    readonly limits: RateLimits;
    readonly faults: Faults;
    /** Is told of every call; ends with the returned function. */
    onCall(listener: (moment: CallMoment) => void): () => void;
    close(): Promise<void>;
  };

/** The shortcuts of the app, unless others are named. */
const SHORTCUTS: Shortcuts = {
  messageShortcuts: [{ callbackId: 'add-to-timeline', name: 'Add to incident timeline' }],
  globalShortcuts: [{ callbackId: 'declare-incident', name: 'Declare incident' }],
};

/** A response URL takes five messages within half an hour. */
const RESPONSES = { uses: 5, within: 30 * 60_000 };

/** Starts the stand-in on 127.0.0.1. */
export async function startSlack(options: SlackOptions): Promise<SlackStandIn> {
  const clock = options.clock ?? ownClock;
  const workspace = new Workspace(options.channels, options.people, options.notIn ?? [], {
    clock,
    secret: options.secret ?? [],
  });
  const { scopes = ALL_SCOPES } = options;
  const limits = new RateLimits(clock);
  const faults: Faults = {};
  const listeners = new Set<(moment: CallMoment) => void>();
  let calls = 0;
  const responses = new Map<string, { channel: string; to: string; uses: number; until: number }>();
  const random = seeded(options.seed);
  const { min, max } = options.fileReadyDelay;
  let url = '';
  const context: Context = {
    workspace,
    get url() {
      return url;
    },
    fileDelay: () => (faults.filesNeverReady === true ? undefined : min + random() * (max - min)),
    areFilesRefused: () => faults.filesNeverShared === true,
    tellReaction: (type, facts) => void tellReaction(wire, type, facts),
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  const transport = createTransport(server, '/socket', options.signingSecret, clock);
  const wire = createWire(workspace, transport, scopes, (channel, to) => {
    const id = workspace.nextId('R');
    responses.set(id, { channel, to, uses: 0, until: clock.now() + RESPONSES.within });
    return `${url}response/${id}`;
  });
  const { messageShortcuts, globalShortcuts } = { ...SHORTCUTS, ...options };
  const shortcuts = { messageShortcuts, globalShortcuts };
  const people = createPeople(wire, shortcuts);

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const [, root = '', id = ''] = pathname.split('/');
    if (request.method === 'GET') return read(root, id, searchParams, request, response);
    const body = await bodyOf(request);
    if (root === 'api') return api(id, request, body, response);
    if (root === 'upload') return upload(id, body, response);
    if (root === 'response') return respond(id, JSON.parse(body.toString()), response);
    if (root === 'control') return act(id, JSON.parse(body.toString()), response);
    response.writeHead(404).end();
  };
  const read = async (
    root: string,
    id: string,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    if (root === 'control' && id === 'state')
      return json(
        response,
        pageState(workspace, query.get('theme') === 'dark' ? 'dark' : 'light', shortcuts),
      );
    if (root === 'control' && id === 'events') {
      response
        .writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        .write(':\n\n');
      const leave = workspace.onHappening((happening) =>
        response.write(`data: ${JSON.stringify(happening)}\n\n`),
      );
      return void request.on('close', leave);
    }
    const file =
      root === 'files' ? shared(id) : root === '' || root === 'page' ? await pageFile(id) : undefined;
    if (file === undefined) return void response.writeHead(404).end();
    const { type, body, name } = { name: undefined, ...file };
    const shown = name === undefined || type.startsWith('image/');
    const saved = `attachment; filename*=UTF-8''${encodeURIComponent(name ?? '')}`;
    response
      .writeHead(200, { 'content-type': type, ...(shown ? {} : { 'content-disposition': saved }) })
      .end(body);
  };
  const shared = (id: string) => {
    const { bytes, isShared, name = '' } = workspace.files.get(id) ?? {};
    if (bytes === undefined || isShared !== true) return undefined;
    const [mimetype] = kindOf(name);
    return {
      type: mimetype.startsWith('text/') ? `${mimetype}; charset=utf-8` : mimetype,
      body: bytes,
      name,
    };
  };
  const upload = (id: string, body: Buffer, response: ServerResponse) => {
    const file = workspace.files.get(id);
    if (file === undefined || body.length !== file.size)
      return void response.writeHead(400).end('the length differs');
    file.bytes = body;
    response.writeHead(200).end(`OK - ${body.length}`);
  };
  const act = async (what: string, asked: Asked, response: ServerResponse) => {
    const done = await control(people, what, asked);
    if (done === undefined) return void response.writeHead(404).end();
    json(response, done);
  };
  const api = (method: string, request: IncomingMessage, body: Buffer, response: ServerResponse) => {
    const args = argsOf(request, body);
    calls += 1;
    const nth = calls;
    const tell = (phase: CallMoment['phase']) => {
      for (const listener of listeners) listener({ method, phase, nth });
    };
    const call: Workspace['calls'][number] = { at: clock.now(), method, args };
    workspace.calls.push(call);
    const fail = (error: string, detail: readonly string[] = [], fields: object = {}) => {
      call.error = error;
      json(response, {
        ok: false,
        error,
        ...fields,
        ...(detail.length === 0
          ? {}
          : { errors: detail, response_metadata: { messages: detail.map((line) => `[ERROR] ${line}`) } }),
      });
    };
    const token = method === 'apps.connections.open' ? options.appToken : options.botToken;
    if (request.headers.authorization === undefined) return fail('not_authed');
    if (token === undefined || request.headers.authorization !== `Bearer ${token}`)
      return fail('invalid_auth');
    const run = METHODS[method];
    if (run === undefined) return fail('unknown_method');
    response.setHeader('x-oauth-scopes', scopes.join(','));
    tell('arrived');
    if (faults.status !== undefined) {
      call.error = `http_${faults.status}`;
      return void response.writeHead(faults.status).end();
    }
    const isOnATurn = faults.rateLimitEvery !== undefined && nth % faults.rateLimitEvery === 0;
    const wait = isOnATurn ? 1 : limits.take(method, String(args.channel ?? ''));
    if (wait !== undefined) {
      call.error = 'ratelimited';
      return void response
        .writeHead(429, { 'retry-after': String(wait), 'content-type': 'application/json' })
        .end('{"ok":false,"error":"ratelimited"}');
    }
    try {
      checkScopes(method, args, scopes, workspace);
      checkArguments(method, args);
      const answer = run(args, context);
      tell('done');
      json(response, { ok: true, ...answer });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fail(error.message, error.detail, error.fields);
    }
  };
  const respond = (
    id: string,
    body: { text?: string; blocks?: readonly unknown[] },
    response: ServerResponse,
  ) => {
    const known = responses.get(id);
    if (known === undefined || known.uses >= RESPONSES.uses || clock.now() > known.until)
      return void response.writeHead(404).end('used_url');
    try {
      if (body.blocks !== undefined) judgeBlocks(body.blocks, usableFiles(workspace));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return void response.writeHead(400).end(error.message);
    }
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
  const { connect, sockets, refresh, drop } = transport;
  const stopping = { now: false };
  void dropping(faults, clock, drop, stopping);
  return {
    ...people,
    connect,
    sockets,
    refresh,
    url,
    workspace,
    limits,
    faults,
    onCall(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () =>
      new Promise((resolve) => {
        stopping.now = true;
        transport.close();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Drops a socket now and then while the fault is on. */
async function dropping(
  faults: Faults,
  clock: SlackClock,
  drop: () => void,
  stopping: { now: boolean },
): Promise<void> {
  while (!stopping.now) {
    await clock.sleep(faults.dropSocketsEvery ?? 500);
    if (faults.dropSocketsEvery !== undefined && !stopping.now) drop();
  }
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
