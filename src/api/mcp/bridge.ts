import { randomUUID } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import {
  isInitializeRequest,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

export type BridgeSettings = {
  /** Where a running Bellbuoy serves MCP. */
  readonly url: URL;
  /** Without one Bellbuoy has to let programs of this machine in. */
  readonly token?: string;
  readonly input: Readable;
  /** Gets nothing but the protocol. */
  readonly output: Writable;
  /** Gets a line about each failure. */
  tell(line: string): void;
};

/** JSON-RPC’s code for what a server could not do. */
const INTERNAL = -32_603;

/**
 * Carries MCP between a program’s standard streams and a running Bellbuoy, until its input ends. A request that cannot be carried is answered with the reason. Where Bellbuoy has
 * forgotten the session, as after a restart, another is begun in the client’s words, without its knowing.
 */
export async function bridge(settings: BridgeSettings): Promise<void> {
  const { url, input, output, tell } = settings;
  const near = new StdioServerTransport(input, output);
  let opening: JSONRPCRequest | undefined;
  let far = await open();

  async function open(): Promise<StreamableHTTPClientTransport> {
    const headers = settings.token === undefined ? {} : { authorization: `Bearer ${settings.token}` };
    const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
    transport.onmessage = (message) => void near.send(message);
    await transport.start();
    return transport;
  }

  /** Sends what begins a session, and waits for its answer; `pass` gives it on. */
  async function begin(request: JSONRPCRequest, pass: (answer: JSONRPCMessage) => void): Promise<void> {
    const transport = far;
    const answered = new Promise<void>((resolve) => {
      transport.onmessage = (message) => {
        if (isJSONRPCResultResponse(message) && message.id === request.id) {
          const { protocolVersion } = message.result;
          if (typeof protocolVersion === 'string') transport.setProtocolVersion(protocolVersion);
          transport.onmessage = (next) => void near.send(next);
        }
        pass(message);
        resolve();
      };
    });
    await transport.send(request);
    await answered;
  }

  async function beginAgain(request: JSONRPCRequest): Promise<void> {
    const old = far;
    far = await open();
    await old.close();
    await begin({ ...request, id: randomUUID() }, () => undefined);
    await far.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  /** While a session is begun again, everything else waits for it. */
  let beginning: Promise<void> | undefined;
  async function carry(message: JSONRPCMessage): Promise<void> {
    if (isInitializeRequest(message) && isJSONRPCRequest(message)) {
      opening = message;
      return begin(message, (answer) => void near.send(answer));
    }
    await beginning;
    const used = far;
    try {
      await used.send(message);
    } catch (error) {
      const isForgotten = used !== far || (error instanceof SdkHttpError && error.status === 404);
      if (!isForgotten || opening === undefined) throw error;
      if (used === far) {
        beginning = beginAgain(opening).finally(() => {
          beginning = undefined;
        });
      }
      await beginning;
      await far.send(message);
    }
  }

  near.onmessage = (message) => {
    carry(message).catch((error: unknown) => {
      const reason = reasonOf(error, url);
      tell(reason);
      if (!isJSONRPCRequest(message)) return;
      void near.send({ jsonrpc: '2.0', id: message.id, error: { code: INTERNAL, message: reason } });
    });
  };
  await near.start();
  await new Promise<void>((resolve) => input.once('end', resolve).once('close', resolve));
  await far.terminateSession().catch((error: unknown) => tell(reasonOf(error, url)));
  await far.close();
  await near.close();
}

/** Why something was not carried, and what to do. */
function reasonOf(error: unknown, { href }: URL): string {
  const status = error instanceof SdkHttpError ? error.status : undefined;
  if (status === 401)
    return `Bellbuoy at ${href} refuses the token, or wants one: use one of those under server.apiTokens.`;
  if (status === 403)
    return `Bellbuoy does not go by the name in ${href}: add it to its server.names, or use another.`;
  if (status === 404) return `There is no MCP at ${href}: it is at /mcp of a running Bellbuoy.`;
  if (status !== undefined) return `Bellbuoy at ${href} answered ${status}.`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `Bellbuoy cannot be reached at ${href}${code}: is it running, and is the address right?`;
}
