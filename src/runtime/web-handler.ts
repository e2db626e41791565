import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Log } from '#app/ports.ts';
import type { RawHandler } from './server.ts';

/** Answers requests as the web’s standards have them, also by streams that go on. */
export type WebAnswer = {
  /** Where, as a prefix of the path. */
  readonly prefix: string;
  /** The methods that are taken; others get a 405. */
  readonly methods: readonly string[];
  /** Largest body taken, in bytes. */
  readonly bodyLimit: number;
  tooLarge(): Response;
  /** `ip` is the client’s address. The request’s signal is aborted when whoever sent it has gone. */
  answer(request: Request, ip: string): Promise<Response>;
};

/** Serves what speaks Request and Response on the server. What it throws is logged and answered 500. */
export function webHandler(asked: WebAnswer, log: Pick<Log, 'error'>): RawHandler {
  return {
    prefix: asked.prefix,
    handle(incoming, outgoing, { id, ip }) {
      const gone = new AbortController();
      outgoing.once('close', () => gone.abort());
      const served = async () => write(await serve(incoming, asked, ip, gone.signal), outgoing);
      void served().catch((error: unknown) => {
        // An answer that nobody waits for any longer is no failure.
        if (gone.signal.aborted) return;
        log.error({ error, id, method: incoming.method, path: asked.prefix }, 'a request failed');
        if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(500).end();
      });
    },
  };
}

async function serve(
  incoming: IncomingMessage,
  asked: WebAnswer,
  ip: string,
  signal: AbortSignal,
): Promise<Response> {
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  const isTaken = asked.methods.includes(method);
  const body = await bodyOf(incoming, isTaken ? asked.bodyLimit : 0);
  if (!isTaken) return new Response(null, { status: 405, headers: { allow: asked.methods.join(', ') } });
  if (body === undefined) return asked.tooLarge();
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  }
  const request = new Request(new URL(url, 'http://bellbuoy.invalid'), {
    ...{ method, headers, signal },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  return asked.answer(request, ip);
}

/** The whole body; `undefined` where it is too large, and then the rest of it is let go by, so that the sender comes to read why. */
async function bodyOf(incoming: IncomingMessage, limit: number): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
  }
  return length <= limit ? Buffer.concat(chunks) : undefined;
}

async function write(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  outgoing.flushHeaders();
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), outgoing);
}
