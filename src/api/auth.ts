import type { IncomingHttpHeaders } from 'node:http';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { bearerOf, isEqual } from '#runtime/secrets.ts';
import type { Caller } from './operation.ts';

/** What a token may do: ask, change something, take part in tasks. None includes another. */
export type Scope = 'read' | 'write' | 'tasks';

/** A token of the API, and whose it is. */
export type ApiToken = { readonly name: string; readonly token: string; readonly scopes: readonly Scope[] };

/** Who sent a request, if that may do what needs `scope`. Every token is compared, in constant time. */
export function callerOf(
  headers: IncomingHttpHeaders,
  scope: Scope,
  tokens: readonly ApiToken[],
): Outcome<Caller> {
  const known = anyCallerOf(headers.authorization, tokens);
  if (!known.ok) return known;
  const { name, scopes } = known.value;
  if (scopes.includes(scope)) return known;
  const what = `The token of ${name} has the scope ${scopes.join(', ')}; this needs ${scope}.`;
  return failure('scope-missing', what, { where: WHERE });
}

/** Who sent a request with this header, whatever that may do. */
export function anyCallerOf(authorization: string | undefined, tokens: readonly ApiToken[]): Outcome<Caller> {
  const where = WHERE;
  if (tokens.length === 0) return failure('token-wrong', 'No token is configured for the API.', { where });
  const given = bearerOf({ authorization });
  if (given === undefined) return failure('token-wrong', 'No bearer token was sent.', { where });
  const [own] = tokens.filter(({ token }) => isEqual(given, token));
  if (own === undefined)
    return failure('token-wrong', 'The bearer token is none of those configured.', { where });
  return success({ name: own.name, scopes: own.scopes });
}

const WHERE = 'header Authorization';
