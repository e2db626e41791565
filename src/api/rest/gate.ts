import type { IncomingHttpHeaders } from 'node:http';
import type { Ports } from '#app/ports.ts';
import { failure, type Outcome, type Problem, ProblemError, success } from '#domain/problem.ts';
import { readJson } from '#runtime/json.ts';
import type { GatedRoute, Incoming, Reply } from '#runtime/server.ts';
import { type Admission, API_BODY_LIMIT } from '../admission.ts';
import { type Caller, fromQuery, type Operation } from '../operation.ts';
import { refuse } from '../problems.ts';

/** An operation at its address. Who asks, how often and for what is settled before a body is read. */
export function gated(
  operation: Operation,
  admission: Admission,
  { log, meter }: Pick<Ports, 'log' | 'meter'>,
): GatedRoute {
  const { method, path, scope } = operation;
  return {
    ...{ method, path, bodyLimit: API_BODY_LIMIT },
    async admit({ headers, ip }) {
      const admitted = admission.admit({ headers, ip });
      if (!admitted.ok) return admitted.reply;
      const told = (reply: Reply): Reply => ({
        ...reply,
        headers: { ...reply.headers, ...admitted.headers },
      });
      return unlessBusy(async () => {
        const allowed = await admission.allow(admitted.caller, scope, `${method} ${path}`);
        const problem = allowed.ok ? wrongType(headers) : allowed.problem;
        if (problem !== undefined) return told(refuse([problem]));
        return async (request: Incoming) =>
          told(await unlessBusy(() => answer(operation, request, admitted.caller)));
      });
    },
    answered({ id, ip }, status) {
      meter.count('bellbuoy_api_requests_total', { method, path, status: String(status) });
      log.debug({ id, ip, method, path, status }, 'a request to the API was answered');
    },
  };
}

/** What the store could not do now is told as such, not as a fault. */
async function unlessBusy<T>(work: () => Promise<T>): Promise<T | Reply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError) return refuse([error.problem]);
    throw error;
  }
}

/** A body that is announced as something else than JSON. One without a type is not taken for anything. */
function wrongType(headers: IncomingHttpHeaders): Problem | undefined {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const type = headers['content-type'];
  if (!hasBody || /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type ?? '')) return undefined;
  const what = type === undefined ? 'The body has no media type' : `The body is ${type.slice(0, 100)}`;
  return failure('media-type-wrong', `${what}; only JSON is read.`, { where: 'header Content-Type' }).problem;
}

/** What was answered is for whoever holds the token, and for now. */
async function answer(operation: Operation, request: Incoming, caller: Caller): Promise<Reply> {
  const input = inputOf(operation, request);
  if (!input.ok) return refuse([input.problem]);
  const asked = await operation.ask(input.value, caller);
  if (!asked.ok) return refuse(asked.problems);
  const headers = { 'cache-control': 'no-store' };
  if ('bytes' in asked) return { status: 200, body: asked.bytes, type: asked.type, headers };
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
