import type { Ports } from '#app/ports.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { readJson } from '#runtime/json.ts';
import type { Incoming, Reply, Route } from '#runtime/server.ts';
import { type ApiToken, callerOf } from '../auth.ts';
import { type Caller, fromQuery, type Operation } from '../operation.ts';
import { refuse } from '../problems.ts';
import { budgetOperations } from './budgets.ts';
import { compareOperations } from './compare.ts';
import { flagOperations } from './flags.ts';
import { incidentOperations } from './incidents.ts';
import { postmortemOperations } from './postmortems.ts';
import { promqlOperations } from './promql.ts';
import { readinessOperations } from './readiness.ts';
import { schemaRoutes } from './schemas.ts';
import { serviceOperations } from './services.ts';
import { statusOperations } from './status.ts';

/** Everything that machines may ask for or do. */
export function operations(ports: Ports): readonly Operation[] {
  return [
    ...serviceOperations(ports),
    ...statusOperations(ports),
    ...readinessOperations(ports),
    ...compareOperations(ports),
    ...promqlOperations(ports),
    ...budgetOperations(ports),
    ...flagOperations(ports),
    ...incidentOperations(ports),
    ...postmortemOperations(ports),
  ];
}

/** The REST API: every request needs one of these tokens with the scope of what it asks for; what its answers are made of everybody may read. */
export function apiRoutes(ports: Ports, tokens: readonly ApiToken[]): readonly Route[] {
  const asked = operations(ports).map(
    (operation): Route => ({
      method: operation.method,
      path: operation.path,
      async handle(request) {
        const { path, scope } = operation;
        const caller = callerOf(request.headers, scope, tokens);
        const reply = caller.ok ? await answer(operation, request, caller.value) : refuse([caller.problem]);
        ports.meter.count('bellbuoy_api_requests_total', { path, status: String(reply.status) });
        return reply;
      },
    }),
  );
  return [...asked, ...schemaRoutes()];
}

/** What was answered is for whoever holds the token, and for now. */
async function answer(operation: Operation, request: Incoming, caller: Caller): Promise<Reply> {
  const input = inputOf(operation, request);
  if (!input.ok) return refuse([input.problem]);
  const asked = await operation.ask(input.value, caller);
  if (!asked.ok) return refuse(asked.problems);
  const headers = { 'cache-control': 'no-store' };
  if ('text' in asked) return { status: 200, body: asked.text, type: asked.type, headers };
  return { status: operation.status ?? 200, body: asked.value, headers };
}

/** What was sent, from all places of a request. What stands in the path is named there alone. */
function inputOf(operation: Operation, request: Incoming): Outcome<Readonly<Record<string, unknown>>> {
  const { params, query, headers, body } = request;
  const sent = fromQuery(operation.input, query);
  const [stray] = [...Object.keys(query)].filter((name) => Object.hasOwn(params, name));
  if (stray !== undefined) return twice(`query ${stray}`);
  if (operation.method === 'GET') return success({ ...sent, ...params });
  const [unread] = Object.keys(query);
  if (unread !== undefined)
    return failure('request-invalid', 'Nothing is read here; send it in the body.', {
      where: `query ${unread.slice(0, 100)}`,
    });
  const read = readJson(headers, body);
  if (!read.ok) return read;
  const [again] = Object.keys(read.value).filter((name) => Object.hasOwn(params, name));
  return again === undefined ? success({ ...read.value, ...params }) : twice(`body ${again}`);
}

function twice(where: string) {
  return failure('request-invalid', 'It stands in the path already.', { where });
}
