import type { Ports } from '#app/ports.ts';
import type { Reply, Route } from '#runtime/server.ts';
import { type ApiToken, whyRefused } from '../auth.ts';
import { refuse } from '../problems.ts';
import type { Endpoint } from './endpoint.ts';
import { flagEndpoints } from './flags.ts';
import { incidentEndpoints } from './incidents.ts';
import { postmortemEndpoints } from './postmortems.ts';
import { schemaRoutes } from './schemas.ts';

type Needed = Pick<Ports, 'store' | 'catalog' | 'clock' | 'meter' | 'conversations' | 'documents'>;

/** Everything that machines may ask for. */
export function endpoints(ports: Needed): readonly Endpoint[] {
  return [...flagEndpoints(ports), ...incidentEndpoints(ports), ...postmortemEndpoints(ports)];
}

/** The REST API: every request needs one of these tokens with the scope of what it asks for; what its answers are made of everybody may read. */
export function apiRoutes(ports: Needed, tokens: readonly ApiToken[]): readonly Route[] {
  const asked = endpoints(ports).map(
    (endpoint): Route => ({
      method: 'GET',
      path: endpoint.path,
      async handle(request) {
        const refused = whyRefused(request.headers, endpoint.scope, tokens);
        const reply = refused === undefined ? await answer(endpoint, request) : refuse([refused]);
        const { path } = endpoint;
        ports.meter.count('bellbuoy_api_requests_total', { path, status: String(reply.status) });
        return reply;
      },
    }),
  );
  return [...asked, ...schemaRoutes()];
}

/** What was answered is for whoever holds the token, and for now. */
async function answer(endpoint: Endpoint, request: Parameters<Endpoint['ask']>[0]): Promise<Reply> {
  const asked = await endpoint.ask(request);
  if (!asked.ok) return refuse(asked.problems);
  const headers = { 'cache-control': 'no-store' };
  if ('text' in asked) return { status: 200, body: asked.text, type: asked.type, headers };
  return { status: 200, body: asked.value, headers };
}
