import type { IncomingHttpHeaders } from 'node:http';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { bearerOf, isEqual } from '#runtime/secrets.ts';
import type { Caller } from './operation.ts';

/** What a token may do: ask, change something, take part in tasks, read who did what. None includes another. */
export const SCOPES = ['read', 'write', 'tasks', 'audit'] as const;
export type Scope = (typeof SCOPES)[number];

/** A token of the API, and whose it is. Without a `token` it is for whoever asks from this machine and sends none. */
export type ApiToken = { readonly name: string; readonly token?: string; readonly scopes: readonly Scope[] };

/** Who sent a request with these headers, whatever that may do. Every token is compared, in constant time. */
export function anyCallerOf(headers: IncomingHttpHeaders, tokens: readonly ApiToken[]): Outcome<Caller> {
  const where = 'header Authorization';
  if (tokens.length === 0) return failure('token-wrong', 'No token is configured for the API.', { where });
  const given = bearerOf(headers);
  const [own] = tokens.filter(({ token }) =>
    given === undefined || token === undefined
      ? given === token && isFromHere(headers)
      : isEqual(given, token),
  );
  if (own !== undefined) return success({ name: own.name, scopes: own.scopes });
  if (given === undefined) return failure('token-wrong', 'No bearer token was sent.', { where });
  return failure('token-wrong', 'The bearer token is none of those configured.', { where });
}

/**
 * Whether a request to a server that listens on loopback alone was meant for it: not one that a page of another site sent by a browser (“DNS rebinding” gives it our address under the site’s
 * name), and not one that a proxy passed on.
 */
function isFromHere(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  const isPassedOn = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some(
    (name) => headers[name] !== undefined,
  );
  const isOfAPage = ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']));
  return !isPassedOn && !isOfAPage && isHere(`http://${host}`) && (origin === undefined || isHere(origin));
}

function isHere(address: string): boolean {
  return URL.canParse(address) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}
