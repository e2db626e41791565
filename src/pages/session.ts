import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { DAY, type Instant } from '#domain/time.ts';
import { bearerOf, isEqual } from '#runtime/secrets.ts';
import type { Head } from '#runtime/server.ts';

/** Who may read pages. */
export type PagesAccess = {
  readonly token?: string;
  /** The header in which a trusted proxy names who is signed in. */
  readonly proxyHeader?: string;
  /** Whether people come by HTTPS, so that the cookie may go no other way. */
  readonly isSecure: boolean;
};

const COOKIE = 'bellbuoy_pages';

/** How long somebody stays signed in, in days: a wall screen is signed in once a month. */
const DAYS = 30;

/** Whether a request may read pages: signed in by cookie, with the token itself, or by a trusted proxy’s word. */
export function mayRead({ headers, isByProxy }: Head, access: PagesAccess, now: Instant): boolean {
  const { token, proxyHeader } = access;
  if (proxyHeader !== undefined && isByProxy && isNamed(headers[proxyHeader.toLowerCase()])) return true;
  if (token === undefined) return false;
  const bearer = bearerOf(headers);
  return (bearer !== undefined && isEqual(bearer, token)) || isSession(cookieIn(headers), token, now);
}

/** The header that signs a browser in. The cookie holds until when and a signature, never the token; another token ends all sessions. */
export function sessionCookie({ token = '', isSecure }: PagesAccess, now: Instant): string {
  const until = now + DAYS * DAY;
  const parts = [
    `${COOKIE}=${until}.${signature(until, token)}`,
    ...['Path=/pages', 'HttpOnly', 'SameSite=Lax', `Max-Age=${(DAYS * DAY) / 1000}`],
    ...(isSecure ? ['Secure'] : []),
  ];
  return parts.join('; ');
}

function isSession(cookie: string | undefined, token: string, now: Instant): boolean {
  const [, until, signed] = /^(\d{1,16})\.([\w-]+)$/.exec(cookie ?? '') ?? [];
  if (until === undefined || signed === undefined) return false;
  return isEqual(signed, signature(Number(until), token)) && Number(until) > now;
}

function signature(until: Instant, token: string): string {
  return createHmac('sha256', `bellbuoy pages ${token}`).update(`${until}`).digest('base64url');
}

function cookieIn({ cookie }: IncomingHttpHeaders): string | undefined {
  const own = (cookie ?? '').split(';').map((one) => one.trim().split('='));
  return own.find(([name]) => name === COOKIE)?.[1];
}

function isNamed(value: string | readonly string[] | undefined): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
