import { failure, type Outcome, success } from '#domain/problem.ts';
import { bearerOf, isEqual } from '#runtime/secrets.ts';
import type { Caller } from './operation.ts';

/** What a token may do: ask, change something, take part in tasks, read who did what. None includes another. */
export const SCOPES = ['read', 'write', 'tasks', 'audit'] as const;
export type Scope = (typeof SCOPES)[number];

/** A token of the API, and whose it is. */
export type ApiToken = { readonly name: string; readonly token: string; readonly scopes: readonly Scope[] };

/** Who sent a request with this header, whatever that may do. Every token is compared, in constant time. */
export function anyCallerOf(authorization: string | undefined, tokens: readonly ApiToken[]): Outcome<Caller> {
  const where = 'header Authorization';
  if (tokens.length === 0) return failure('token-wrong', 'No token is configured for the API.', { where });
  const given = bearerOf({ authorization });
  if (given === undefined) return failure('token-wrong', 'No bearer token was sent.', { where });
  const [own] = tokens.filter(({ token }) => isEqual(given, token));
  if (own === undefined)
    return failure('token-wrong', 'The bearer token is none of those configured.', { where });
  return success({ name: own.name, scopes: own.scopes });
}
