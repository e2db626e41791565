import type { Ports } from '#app/ports.ts';
import type { Reply, Route } from '#runtime/server.ts';
import { type ApiToken, whyRefused } from '../auth.ts';
import { refuse } from '../problems.ts';
import type { Endpoint } from './endpoint.ts';
import { flagEndpoints } from './flags.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock' | 'meter'>;

/** Everything that machines may ask for. */
export function endpoints(ports: Needed): readonly Endpoint[] {
  return flagEndpoints(ports);
}

/** The REST API: every request needs one of these tokens with the scope of what it asks for. */
export function apiRoutes(ports: Needed, tokens: readonly ApiToken[]): readonly Route[] {
  return endpoints(ports).map((endpoint) => ({
    method: 'GET',
    path: endpoint.path,
    async handle(request) {
      const refused = whyRefused(request.headers, endpoint.scope, tokens);
      const reply = refused === undefined ? await answer(endpoint, request) : refuse([refused]);
      const { path } = endpoint;
      ports.meter.count('bellbuoy_api_requests_total', { path, status: String(reply.status) });
      return reply;
    },
  }));
}

/** What was answered is for whoever holds the token, and for now. */
async function answer(endpoint: Endpoint, request: Parameters<Endpoint['ask']>[0]): Promise<Reply> {
  const asked = await endpoint.ask(request);
  if (!asked.ok) return refuse(asked.problems);
  return { status: 200, body: asked.value, headers: { 'cache-control': 'no-store' } };
}
