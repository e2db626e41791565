import {
  type CompleteRequest,
  type ListResourcesResult,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  Server,
} from '@modelcontextprotocol/server';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { failure } from '#domain/problem.ts';
import type { Admission } from '../admission.ts';
import type { Scope } from '../auth.ts';
import type { Caller } from '../operation.ts';
import { failedCall, unknownTool } from './failed-call.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { completionOf, type Offer, type OfferedPrompt, type OfferedResources } from './offer.ts';

/** Who answers, as clients show it. */
const ITSELF = {
  ...{ name: 'bellbuoy', title: 'Bellbuoy', version: '0.1.0' },
  description:
    'Production’s state: services, budgets, deploys, flags, alerts, incidents, post-mortems and tasks.',
};

/** A server for one connection. It offers what the caller’s token may use. */
export function createServer(
  offer: Offer,
  caller: Caller,
  { log, meter, admission }: Pick<Ports, 'log' | 'meter'> & { readonly admission: Pick<Admission, 'allow'> },
): Server {
  const server = new Server(ITSELF, {
    capabilities: {
      ...{ tools: {}, prompts: {}, completions: {}, logging: {} },
      resources: offer.resources.some(({ watch }) => watch !== undefined) ? { subscribe: true } : {},
    },
    instructions: INSTRUCTIONS,
  });
  const isOpen = ({ scope }: { readonly scope: Scope }) => caller.scopes.includes(scope);
  const tools = offer.tools.filter(isOpen);
  const kinds = offer.resources.filter(isOpen);
  const prompts = offer.prompts.filter(isOpen);

  server.setRequestHandler('tools/list', () => ({ tools: tools.map(({ tool }) => tool) }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const named = offer.tools.find(({ tool }) => tool.name === params.name);
    const call = async () => {
      if (named === undefined) return unknownTool(params.name, tools);
      const allowed = await admission.allow(caller, named.scope, `the tool ${params.name}`);
      return allowed.ok ? named.call(params.arguments ?? {}, caller, context) : failedCall([allowed.problem]);
    };
    const count = (outcome: string) =>
      meter.count('bellbuoy_mcp_calls_total', { tool: named?.tool.name ?? 'unknown', outcome });
    try {
      const result = await call();
      count(result.isError === true ? 'refused' : 'answered');
      return server.projectCallToolResult(result, named?.tool.outputSchema);
    } catch (error) {
      log.error({ error, tool: params.name }, 'a tool failed');
      count('failed');
      return failedCall([failure('internal', 'The call failed inside Bellbuoy.').problem]);
    }
  });
  server.setRequestHandler('resources/list', ({ params }) => page(kinds, caller, params?.cursor));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: kinds.flatMap(({ template }) => (template === undefined ? [] : [template])),
  }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }) => {
    for (const kind of kinds) {
      const found = await kind.read(uri, caller);
      if (found !== undefined) return found;
    }
    throw new ResourceNotFoundError(uri, `There is no resource ${uri.slice(0, 200)}.`);
  });
  offerWatching(server, kinds);
  server.setRequestHandler('prompts/list', () => ({ prompts: prompts.map(({ prompt }) => prompt) }));
  server.setRequestHandler('prompts/get', ({ params }) => {
    const named = prompts.find(({ prompt }) => prompt.name === params.name);
    if (named === undefined) throw refused(`There is no prompt ${params.name.slice(0, 100)}.`);
    const sent = params.arguments ?? {};
    const missing = named.prompt.arguments?.find(
      ({ name, required }) => required === true && sent[name] === undefined,
    );
    if (missing !== undefined) throw refused(`The prompt ${params.name} needs ${missing.name}.`);
    return named.get(sent, caller);
  });
  server.setRequestHandler('completion/complete', async ({ params }) =>
    completionOf(await valuesFor(params, kinds, prompts, caller)),
  );
  return server;
}

/** Most resources that one connection may watch. */
const MOST_WATCHED = 20;

/** Tells the client when a resource that it watches has changed, until it watches no longer or is gone. */
function offerWatching(server: Server, kinds: readonly OfferedResources[]): void {
  const watched = new Map<string, () => void>();
  server.setRequestHandler('resources/subscribe', ({ params: { uri } }) => {
    if (watched.has(uri)) return {};
    if (watched.size >= MOST_WATCHED) throw refused(`At most ${MOST_WATCHED} resources can be watched.`);
    const changed = () => void server.sendResourceUpdated({ uri });
    const end = kinds.map((kind) => kind.watch?.(uri, changed)).find((one) => one !== undefined);
    if (end === undefined) throw refused(`The resource ${uri.slice(0, 200)} cannot be watched.`);
    watched.set(uri, end);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    watched.get(uri)?.();
    watched.delete(uri);
    return {};
  });
  server.onclose = () => {
    for (const end of watched.values()) end();
  };
}

/** A page of the resources of one kind after the other. Its cursor names the kind, and the place in it. */
async function page(
  kinds: readonly OfferedResources[],
  caller: Caller,
  cursor: string | undefined,
): Promise<ListResourcesResult> {
  const [, number = '0', from] = /^(\d{1,3}):(.*)$/s.exec(cursor ?? '0:') ?? [];
  const index = Number(number);
  const kind = kinds[index];
  if (from === undefined || (kind === undefined && cursor !== undefined))
    throw refused('Expected a nextCursor as it was given.');
  if (kind === undefined) return { resources: [] };
  const { resources, next } = await kind.list(caller, from === '' ? undefined : from);
  const following =
    next !== undefined ? `${index}:${next}` : index + 1 < kinds.length ? `${index + 1}:` : undefined;
  return { resources: [...resources], ...present({ nextCursor: following }) };
}

/** What an argument or a variable may be; of what is not offered there is nothing. */
async function valuesFor(
  { ref, argument: { name, value } }: CompleteRequest['params'],
  kinds: readonly OfferedResources[],
  prompts: readonly OfferedPrompt[],
  caller: Caller,
): Promise<readonly string[]> {
  if (ref.type === 'ref/prompt') {
    const named = prompts.find(({ prompt }) => prompt.name === ref.name);
    return (await named?.complete?.(name, value, caller)) ?? [];
  }
  const kind = kinds.find(({ template }) => template?.uriTemplate === ref.uri);
  return (await kind?.complete?.(name, value)) ?? [];
}

function refused(what: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, what);
}
