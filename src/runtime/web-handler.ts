import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '#app/ports.ts';
import type { RawHandler } from './server.ts';

/** Answers requests as the web's standards have them, also by streams that go on. */
export type WebAnswer = {
  /** Where, as a prefix of the path. */
  readonly prefix: string;
  /** The methods that are taken; others get a 405. */
  readonly methods: readonly string[];
  /** `ip` is the peer's address. The request's signal is aborted when whoever sent it has gone. */
  answer(request: Request, ip: string): Promise<Response>;
};

/** Serves what speaks Request and Response on the server. What it throws is logged and answered 500. */
export function webHandler(asked: WebAnswer, log: Pick<Log, 'error'>): RawHandler {
  return {
    prefix: asked.prefix,
    handle(incoming, outgoing) {
      void serve(incoming, outgoing, asked).catch((error: unknown) => {
        log.error({ error, method: incoming.method, path: asked.prefix }, 'a request failed');
        if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(500).end();
      });
    },
  };
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, asked: WebAnswer): Promise<void> {
  if (!asked.methods.includes(incoming.method ?? '')) {
    incoming.resume();
    outgoing.writeHead(405, { allow: asked.methods.join(', ') }).end();
    return;
  }
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const response = await asked.answer(requestOf(incoming, gone.signal), incoming.socket.remoteAddress ?? '');
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  outgoing.flushHeaders();
  try {
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing);
  } catch (error) {
    // An answer that nobody waits for any longer is no failure.
    if (!gone.signal.aborted) throw error;
  }
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(url, 'http://bellbuoy.invalid'), {
    ...{ method, headers, signal },
    ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' } : {}),
  });
}
