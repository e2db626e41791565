import type { Clock } from '#app/ports.ts';
import { networkOf } from '#runtime/client-address.ts';
import { isEqual } from '#runtime/secrets.ts';
import type { Incoming, Reply, Route } from '#runtime/server.ts';
import { TokenBuckets } from '#runtime/token-buckets.ts';
import { HEADERS } from './frame.ts';
import { type PagesAccess, sessionCookie } from './session.ts';
import { ownPath, SIGN_IN, signInPage } from './sign-in.ts';

/** Tries from one network in a minute, and networks that are remembered. */
const TRIES = 10;
const NETWORKS = 10_000;

/** The page on which a browser is signed in by the token, and where its form is sent. */
export function signInRoutes(access: PagesAccess, clock: Clock): readonly Route[] {
  const { token } = access;
  if (token === undefined) return [];
  const tries = new TokenBuckets({ perMinute: TRIES, burst: TRIES }, NETWORKS);
  const asked = (status: number, to: string, problem?: string): Reply => ({
    ...{ status, type: 'text/html; charset=utf-8', headers: HEADERS, body: signInPage(to, problem) },
  });
  return [
    {
      method: 'GET',
      path: SIGN_IN,
      handle: async ({ query }) => asked(200, ownPath(typeof query.to === 'string' ? query.to : undefined)),
    },
    {
      method: 'POST',
      path: SIGN_IN,
      async handle(request) {
        const sent = new URLSearchParams(request.body.toString('utf8'));
        const to = ownPath(sent.get('to') ?? undefined);
        if (isFromElsewhere(request)) return asked(403, to, 'The form was sent from another site.');
        const now = clock.now();
        if (!tries.take(networkOf(request.ip), now).isAllowed)
          return asked(429, to, 'Too many tries; wait a minute.');
        if (!isEqual(sent.get('token') ?? '', token)) return asked(403, to, 'That is not the token.');
        return {
          status: 303,
          headers: { ...HEADERS, location: to, 'set-cookie': sessionCookie(access, now) },
          body: '',
        };
      },
    },
  ];
}

/** A page of another site cannot sign its visitors in here. */
function isFromElsewhere({ headers }: Incoming): boolean {
  return ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site']));
}
