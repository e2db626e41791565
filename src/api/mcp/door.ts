import {
  createMcpHandler,
  hostHeaderValidationResponse,
  isInitializeRequest,
  isLegacyRequest,
  legacyStatelessFallback,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import type { Ports } from '#app/ports.ts';
import { startRounds } from '#app/rounds.ts';
import { failure } from '#domain/problem.ts';
import { MINUTE } from '#domain/time.ts';
import { parseJson } from '#runtime/json.ts';
import type { RawHandler, Reply } from '#runtime/server.ts';
import { webHandler } from '#runtime/web-handler.ts';
import { type Admission, API_BODY_LIMIT } from '../admission.ts';
import type { ApiToken } from '../auth.ts';
import type { Caller } from '../operation.ts';
import { refuse } from '../problems.ts';
import type { Offer } from './offer.ts';
import { createServer } from './server.ts';
import { Sessions } from './sessions.ts';

/** Where MCP is served. */
export const MCP_PATH = '/mcp';

/** How often sessions are looked through for those that are too old. */
const SWEEP_EVERY = 10 * MINUTE;

export type McpSettings = {
  readonly tokens: readonly ApiToken[];
  /** Who of those that send such a token is heard. */
  readonly admission: Admission;
  /** Names under which this server may be asked, besides those of the machine itself. */
  readonly names: readonly string[];
};

export type Mcp = { readonly handler: RawHandler; close(): Promise<void> };

/**
 * Serves MCP by Streamable HTTP. Clients of the revision 2026-07-28 send all that is needed with each request; those of 2025 have a session.
 * A request must come under a known name (a page that a browser shows cannot use this server by another name, “DNS rebinding”) and with a token.
 */
export function openMcp(
  offer: Offer,
  { tokens, admission, names }: McpSettings,
  { clock, log, meter }: Pick<Ports, 'clock' | 'log' | 'meter'>,
): Mcp {
  const parts = { log, meter, admission };
  const sessions = new Sessions((caller) => createServer(offer, caller, parts), clock);
  const onerror = (error: Error) => log.debug({ error }, 'a request over MCP was refused');
  // Without a session nobody is there to be told that a resource has changed.
  const unwatched = { ...offer, resources: offer.resources.map(({ watch, ...kind }) => kind) };
  const one = ({ authInfo }: { authInfo?: { clientId: string } }) =>
    createServer(unwatched, tokens.find(({ name }) => name === authInfo?.clientId) ?? NOBODY, parts);
  const modern = createMcpHandler(one, { legacy: 'reject', onerror });
  const alone = legacyStatelessFallback(one, onerror);
  const hosts = [...localhostAllowedHostnames(), ...names];
  const origins = [...localhostAllowedOrigins(), ...names];
  meter.gauge('bellbuoy_mcp_sessions', () => sessions.count);

  async function answer(request: Request, ip: string): Promise<Response> {
    if (new URL(request.url).pathname !== MCP_PATH)
      return responseOf(refuse([failure('not-found', `Nothing is here; MCP is at ${MCP_PATH}.`).problem]));
    const strange =
      hostHeaderValidationResponse(request, hosts) ?? originValidationResponse(request, origins);
    if (strange !== undefined) return strange;
    const admitted = admission.admit({ headers: Object.fromEntries(request.headers), ip });
    if (!admitted.ok) return responseOf(admitted.reply);
    const { status, statusText, headers, body } = await serve(request, admitted.caller);
    const all = { ...Object.fromEntries(headers), ...admitted.headers };
    return new Response(body, { status, statusText, headers: all });
  }

  async function serve(request: Request, caller: Caller): Promise<Response> {
    const authInfo = { token: '', clientId: caller.name, scopes: [...caller.scopes] };
    if (request.method !== 'POST') {
      const id = request.headers.get('mcp-session-id');
      if (id === null) return rpcError(400, -32_000, 'The header Mcp-Session-Id is missing.');
      const transport = await sessions.find(id, caller);
      return transport?.handleRequest(request, { authInfo }) ?? noSession();
    }
    const read = parseJson(await request.text());
    if (!read.ok) return rpcError(400, -32_700, read.problem.what);
    const parsedBody = read.value;
    if (!(await isLegacyRequest(request, parsedBody))) return modern.fetch(request, { parsedBody, authInfo });
    const id = request.headers.get('mcp-session-id');
    if (id !== null) {
      const transport = await sessions.find(id, caller);
      return transport?.handleRequest(request, { parsedBody, authInfo }) ?? noSession();
    }
    if (!isInitializeRequest(parsedBody)) return alone(request, { parsedBody, authInfo });
    const transport = await sessions.begin(caller);
    return transport.handleRequest(request, { parsedBody, authInfo });
  }

  const rounds = startRounds(
    { every: SWEEP_EVERY, pauseFirst: true, failed: 'old MCP sessions could not be closed' },
    () => sessions.sweep(),
    { clock, log },
  );
  return {
    handler: webHandler(
      { ...{ prefix: MCP_PATH, methods: METHODS, bodyLimit: API_BODY_LIMIT }, tooLarge, answer },
      log,
    ),
    async close() {
      await rounds.stop();
      await modern.close();
      await sessions.close();
    },
  };
}

/** Whoever has no token; no request of theirs comes so far. */
const NOBODY: Caller = { name: 'nobody', scopes: [] };

const METHODS = ['GET', 'POST', 'DELETE'];

function tooLarge(): Response {
  return rpcError(413, -32_600, `The body is larger than ${API_BODY_LIMIT} bytes.`);
}

function noSession(): Response {
  return rpcError(404, -32_001, 'There is no such session (any longer). Begin another by initialize.');
}

function rpcError(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status });
}

function responseOf({ status, body, type, headers }: Reply): Response {
  return Response.json(body, {
    status,
    headers: { ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
  });
}
