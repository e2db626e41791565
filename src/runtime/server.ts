import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { Log } from '#app/ports.ts';
import { failure, type Outcome, PROBLEMS, type Problem, success } from '#domain/problem.ts';
import { type ClientOf, clientBehind } from './client-address.ts';
import { idOf, nameRequest } from './request-id.ts';

export type Reply = {
  readonly status: number;
  readonly body: object | string | Uint8Array;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What is known of a request before its body is read. `id` is what it is called in the log; `ip` its client’s address, behind the proxies that are trusted. */
export type Head = {
  readonly headers: IncomingHttpHeaders;
  readonly id: string;
  readonly ip: string;
  /** Whether a trusted proxy sent it on: what else it says of the client in headers is believed. */
  readonly isByProxy: boolean;
};

/**
 * What a route gets. The body comes as the bytes that were sent, for signatures are made over bytes; `params` are what stands at the named parts of its path, `query` what follows the question mark, a
 * list where a name comes more than once. Both are decoded.
 */
export type Incoming = Head & {
  readonly body: Buffer;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
};

type Handle = (request: Incoming) => Promise<Reply>;

/** One address of the server. `{name}` in its path stands for one part of it, whatever that is. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly path: string;
  handle(request: Incoming): Promise<Reply>;
};

/** An address that decides by the head of a request whether its body is read at all: it refuses, or gives who answers. */
export type GatedRoute = Omit<Route, 'handle'> & {
  /** Largest body taken, in bytes. */
  readonly bodyLimit: number;
  admit(head: Head): Promise<Reply | Handle>;
  /** Hears how each request was answered in the end, also what was refused before anybody was asked. */
  answered(head: Head, status: number): void;
};

/** Gets requests below its prefix untouched, before anything reads them. The id of a request is set on its response already. */
export type RawHandler = {
  readonly prefix: string;
  handle(request: IncomingMessage, response: ServerResponse, head: Pick<Head, 'id' | 'ip'>): void;
};

export type Server = { readonly url: string; close(): Promise<void> };

/** Largest body taken, in bytes: an Alertmanager group of some thousand alerts. */
export const BODY_LIMIT = 5 * 1024 * 1024;

/** Longest part of a path that a name may stand for, in characters. */
const PART_LIMIT = 1000;

/** Media type of a refusal (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** How every refusal is answered (RFC 9457): the first problem in the standard's own members, and all of them with where, and what would be right. */
export function refusal(
  status: number,
  problems: readonly Problem[],
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const { code, what } = problems[0] ?? failure('internal', 'The request was refused.').problem;
  return {
    status,
    headers,
    type: PROBLEM_TYPE,
    body: {
      ...{ type: `/problems/${code}`, title: PROBLEMS[code].means, status, detail: what },
      problems: problems.map(({ retryAfter, ...problem }) => ({
        ...problem,
        remedy: PROBLEMS[problem.code].remedy,
      })),
    },
  };
}

/**
 * Starts the one HTTP server. `port` 0 takes a free one. Fails with `port-taken` when the address is in use. What a handler throws is
 * logged and answered 500; every other request that is not answered by a route gets a 4xx with its reason.
 */
export async function startServer(options: {
  host: string;
  port: number;
  routes: readonly (Route | GatedRoute)[];
  raw: readonly RawHandler[];
  /** Whose request it is; whoever connects, if nothing is said. */
  clientOf?: ClientOf;
  /** Whether a request comes from a trusted proxy; none is, if nothing is said. */
  isByProxy?: (request: IncomingMessage) => boolean;
  log?: Pick<Log, 'error'>;
}): Promise<Outcome<Server>> {
  const { clientOf = clientBehind([]), isByProxy = () => false } = options;
  const routes: readonly (Route | GatedRoute)[] = [...options.routes, PROBLEM_PAGE];
  const admitted = new WeakMap<FastifyRequest, Handle>();
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: PART_LIMIT },
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseSocket,
    frameworkErrors: (error, _request, reply) => {
      send(reply, error.statusCode ?? 400, 'request-invalid', `${error.message}.`);
    },
    serverFactory: (handler) =>
      createServer((request, response) => {
        const id = nameRequest(request, response);
        const raw = options.raw.find(({ prefix }) => request.url?.startsWith(prefix) === true);
        if (raw === undefined) handler(request, response);
        else raw.handle(request, response, { id, ip: clientOf(request) });
      }).on('checkExpectation', handler),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) {
      const what = `The body is larger than ${request.routeOptions.bodyLimit} bytes.`;
      return send(reply, 413, 'body-too-large', what, 'the body');
    }
    if (status === 415) {
      const what = 'The Content-Type is not one that can be read; application/json is right.';
      return send(reply, 415, 'media-type-wrong', what, 'header Content-Type');
    }
    if (status < 500) return send(reply, status, 'request-invalid', `${error.message}.`);
    const facts = { error, id: idOf(request.raw), method: request.method, path: pathOf(request.url) };
    options.log?.error(facts, 'a request failed');
    return send(reply, 500, 'internal', 'The request failed inside Bellbuoy.');
  });
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url);
    const methods = routes.filter((route) => isAt(route, path)).map(({ method }) => method);
    if (methods.length > 0) {
      reply.header('allow', methods.flatMap((one) => (one === 'GET' ? [one, 'HEAD'] : [one])).join(', '));
      return send(
        reply,
        405,
        'request-invalid',
        `${path} takes ${methods.join(' and ')} only.`,
        'the method',
      );
    }
    const closest = Math.max(...routes.map((route) => sharedParts(route.path, path)));
    const known = routes
      .filter((route) => sharedParts(route.path, path) === closest)
      .map((route) => `${route.method} ${route.path}`)
      .join(', ');
    return send(reply, 404, 'request-invalid', `Nothing is at ${path}; there are ${known}.`, 'the path');
  });
  const headOf = ({ raw }: FastifyRequest): Head => {
    return { headers: raw.headers, id: idOf(raw), ip: clientOf(raw), isByProxy: isByProxy(raw) };
  };
  for (const route of routes) {
    const url = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.route<{ Params: Incoming['params']; Querystring: Incoming['query'] }>({
      ...{ method: route.method, url },
      ...('admit' in route ? { bodyLimit: route.bodyLimit } : {}),
      async onRequest(request, reply) {
        const handle = 'admit' in route ? await route.admit(headOf(request)) : route.handle;
        if (typeof handle !== 'function') return write(reply, handle);
        admitted.set(request, handle);
      },
      async handler(request, reply) {
        const { body: sent, params, query } = request;
        const body = Buffer.isBuffer(sent) ? sent : Buffer.alloc(0);
        const handle = admitted.get(request);
        if (handle === undefined) throw new Error('a request was handled before it was admitted');
        return write(reply, await handle({ ...headOf(request), body, params, query }));
      },
      async onResponse(request, reply) {
        if ('admit' in route) route.answered(headOf(request), reply.statusCode);
      },
    });
  }
  try {
    const url = await app.listen({ host: options.host, port: options.port });
    return success({ url, close: () => app.close() });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return failure('port-taken', 'Another program already listens there.', {
      where: `${options.host}:${options.port}`,
    });
  }
}

/** What the type of a refusal leads to: what its code means, and what to do. */
const PROBLEM_PAGE: Route = {
  method: 'GET',
  path: '/problems/{code}',
  async handle({ params: { code = '' } }) {
    const found = Object.entries(PROBLEMS).find(([known]) => known === code);
    if (found === undefined) {
      const what = `There is no problem called ${code.slice(0, 100)}.`;
      return refusal(404, [failure('not-found', what, { where: 'the path' }).problem]);
    }
    return { status: 200, body: `${code}\n\n${found[1].means}\n${found[1].remedy}\n` };
  },
};

function send(reply: FastifyReply, status: number, code: Problem['code'], what: string, where?: string) {
  const more = where === undefined ? {} : { where };
  return write(reply, refusal(status, [failure(code, what, more).problem]));
}

/** An object is sent as JSON whatever its media type is called. */
function write(reply: FastifyReply, { status, body, type, headers = {} }: Reply) {
  const plain = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  return reply
    .code(status)
    .headers(headers)
    .type(type ?? plain)
    .send(
      typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body),
    );
}

/** What is not even HTTP has no reply to write to, only the socket. */
function refuseSocket(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const what = `${STATUS_CODES[status]}: this is not HTTP as Bellbuoy reads it (${error.code ?? error.message}).`;
  const body = JSON.stringify(refusal(status, [failure('request-invalid', what).problem]).body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Whether a path is one of a route. */
function isAt(route: Pick<Route, 'path'>, path: string): boolean {
  const [own, asked] = [partsOf(route.path), partsOf(path)];
  return (
    own.length === asked.length &&
    own.every((part, i) => part === asked[i] || (part.startsWith('{') && asked[i] !== ''))
  );
}

/** How many parts two paths begin with in common. */
function sharedParts(a: string, b: string): number {
  const [own, other] = [partsOf(a), partsOf(b)];
  const differs = own.findIndex((part, i) => part !== other[i]);
  return differs === -1 ? own.length : differs;
}

function partsOf(path: string): readonly string[] {
  return path.split('/').slice(1);
}

function pathOf(url: string): string {
  return (url.split('?')[0] ?? '').slice(0, 200);
}
