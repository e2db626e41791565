import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import Fastify from 'fastify';
import { failure, type Outcome, success } from '#domain/problem.ts';

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

/** Starts the one HTTP server. `port` 0 takes a free one. Fails with `port-taken` when the address is in use. */
export async function startServer(options: {
  host: string;
  port: number;
  routes: readonly Route[];
  raw: readonly RawHandler[];
}): Promise<Outcome<Server>> {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    serverFactory: (handler) =>
      createServer((request, response) => {
        const raw = options.raw.find(({ prefix }) => request.url?.startsWith(prefix) === true);
        if (raw === undefined) handler(request, response);
        else raw.handle(request, response);
      }),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler(async (error: Error & { statusCode?: number; code?: string }, _request, reply) => {
    const tooLarge = error.statusCode === 413;
    const what = tooLarge
      ? `The body is larger than ${BODY_LIMIT} bytes.`
      : 'The request failed inside Bellbuoy; its log has the reason.';
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500;
    return reply.code(status).send({ problems: [{ code: tooLarge ? 'body-too-large' : 'internal', what }] });
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
