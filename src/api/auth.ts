import type { IncomingHttpHeaders } from 'node:http';
import { failure, type Problem } from '#domain/problem.ts';
import { bearerOf, isEqual } from '#runtime/secrets.ts';

/** What a token may do: ask, change something, take part in tasks. None includes another. */
export type Scope = 'read' | 'write' | 'tasks';

/** A token of the API, and whose it is. */
export type ApiToken = { readonly name: string; readonly token: string; readonly scopes: readonly Scope[] };

/** Why a request may not do what needs `scope`; `undefined` when it may. Every token is compared, in constant time. */
export function whyRefused(
  headers: IncomingHttpHeaders,
  scope: Scope,
  tokens: readonly ApiToken[],
): Problem | undefined {
  const where = 'header Authorization';
  if (tokens.length === 0)
    return failure('token-wrong', 'No token is configured for the API.', { where }).problem;
  const given = bearerOf(headers);
  if (given === undefined) return failure('token-wrong', 'No bearer token was sent.', { where }).problem;
  const [own] = tokens.filter(({ token }) => isEqual(given, token));
  if (own === undefined)
    return failure('token-wrong', 'The bearer token is none of those configured.', { where }).problem;
  if (own.scopes.includes(scope)) return undefined;
  const has = own.scopes.join(', ');
  const what = `The token of ${own.name} has the scope ${has}; this needs ${scope}.`;
  return failure('scope-missing', what, { where }).problem;
}
