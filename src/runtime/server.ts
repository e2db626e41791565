import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, { type FastifyReply } from 'fastify';
import type { Log } from '#app/ports.ts';
import { failure, type Outcome, PROBLEMS, type Problem, success } from '#domain/problem.ts';

export type Reply = { readonly status: number; readonly body: object | string; readonly type?: string };

/** One address of the server. The body comes as the bytes that were sent, for signatures are made over bytes. */
export type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  handle(request: { headers: IncomingHttpHeaders; body: Buffer; ip: string }): Promise<Reply>;
};

/** Gets requests below its prefix untouched, before anything reads them. */
export type RawHandler = {
  readonly prefix: string;
  handle(request: IncomingMessage, response: ServerResponse): void;
};

export type Server = { readonly url: string; close(): Promise<void> };

/** Largest body taken, in bytes: an Alertmanager group of some thousand alerts. */
export const BODY_LIMIT = 5 * 1024 * 1024;

/** How every refusal is answered: what is wrong, where, and what would be right. */
export function refusal(status: number, problems: readonly Problem[]): Reply {
  return {
    status,
    body: { problems: problems.map((problem) => ({ ...problem, remedy: PROBLEMS[problem.code].remedy })) },
  };
}

/**
 * Starts the one HTTP server. `port` 0 takes a free one. Fails with `port-taken` when the address is in use. What a handler throws is
 * logged and answered 500; every other request that is not answered by a route gets a 4xx with its reason.
 */
export async function startServer(options: {
  host: string;
  port: number;
  routes: readonly Route[];
  raw: readonly RawHandler[];
  log?: Pick<Log, 'error'>;
}): Promise<Outcome<Server>> {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseSocket,
    frameworkErrors: (error, _request, reply) => {
      send(reply, error.statusCode ?? 400, 'request-invalid', `${error.message}.`);
    },
    serverFactory: (handler) =>
      createServer((request, response) => {
        const raw = options.raw.find(({ prefix }) => request.url?.startsWith(prefix) === true);
        if (raw === undefined) handler(request, response);
        else raw.handle(request, response);
      }).on('checkExpectation', handler),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) {
      return send(reply, 413, 'body-too-large', `The body is larger than ${BODY_LIMIT} bytes.`, 'the body');
    }
    if (status === 415) {
      const what = 'The Content-Type is not one that can be read; application/json is right.';
      return send(reply, 415, 'request-invalid', what, 'header Content-Type');
    }
    if (status < 500) return send(reply, status, 'request-invalid', `${error.message}.`);
    options.log?.error({ error, method: request.method, path: pathOf(request.url) }, 'a request failed');
    return send(reply, 500, 'internal', 'The request failed inside Bellbuoy.');
  });
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url);
    const methods = options.routes.filter((route) => route.path === path).map(({ method }) => method);
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '));
      return send(
        reply,
        405,
        'request-invalid',
        `${path} takes ${methods.join(' and ')} only.`,
        'the method',
      );
    }
    const known = options.routes.map((route) => `${route.method} ${route.path}`).join(', ');
    return send(reply, 404, 'request-invalid', `Nothing is at ${path}; there are ${known}.`, 'the path');
  });
  for (const { method, path, handle } of options.routes) {
    app.route({
      method,
      url: path,
      handler: async (request, reply) => {
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const answer = await handle({ headers: request.headers, body, ip: request.ip });
        const type =
          answer.type ?? (typeof answer.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json');
        return reply.code(answer.status).type(type).send(answer.body);
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

function send(reply: FastifyReply, status: number, code: Problem['code'], what: string, where?: string) {
  const more = where === undefined ? {} : { where };
  return reply
    .code(status)
    .type('application/json')
    .send(refusal(status, [failure(code, what, more).problem]).body);
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
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function pathOf(url: string): string {
  return (url.split('?')[0] ?? '').slice(0, 200);
}
