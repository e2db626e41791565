import type { IncomingHttpHeaders } from 'node:http';
import type { Ports } from '#app/ports.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Duration } from '#domain/time.ts';
import { networkOf } from '#runtime/client-address.ts';
import type { Reply } from '#runtime/server.ts';
import { type Allowance, type Left, TokenBuckets } from '#runtime/token-buckets.ts';
import { type ApiToken, anyCallerOf, type Scope } from './auth.ts';
import type { Caller } from './operation.ts';
import { refuse } from './problems.ts';

/** Largest body that the API takes, in bytes: the longest post-mortem that anybody would write, many times over. */
export const API_BODY_LIMIT = 1024 * 1024;

/** How often requests are taken. */
export type RateLimit = Allowance & {
  /** Wrong or missing tokens that are heard from one address in a minute. */
  readonly failures: number;
};

/** What of a request decides whether it is taken: its headers, and its client’s address. */
export type Sent = { readonly headers: IncomingHttpHeaders; readonly ip: string };

type Headers = Readonly<Record<string, string>>;

/** Who asks, with the headers that every answer then has; or how it is refused. */
export type Admitted =
  | { readonly ok: true; readonly caller: Caller; readonly headers: Headers }
  | { readonly ok: false; readonly reply: Reply };

/** Who may use the API, how often, and for what. */
export type Admission = {
  /** Decides before a body is read. Whoever guesses at tokens is not heard for a while, whatever comes next from there. */
  admit(sent: Sent): Admitted;
  /** Whether a caller may do what needs `scope`; that it was refused is put on record. `what` names it, such as `GET /api/v1/flags`. */
  allow(caller: Caller, scope: Scope, what: string): Promise<Outcome<Caller>>;
};

/** Most addresses that are remembered for what they guessed. */
const MOST_ADDRESSES = 10_000;

export function createAdmission(
  tokens: readonly ApiToken[],
  { failures, ...allowance }: RateLimit,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Admission {
  const requests = new TokenBuckets(allowance, tokens.length);
  const guesses = new TokenBuckets({ perMinute: failures, burst: failures }, MOST_ADDRESSES);
  return {
    admit({ headers: sent, ip }) {
      const [from, now] = [networkOf(ip), clock.now()];
      const unheard = guesses.look(from, now);
      if (!unheard.isAllowed) return tooMany('Too many wrong tokens came from this address.', unheard);
      const known = anyCallerOf(sent, tokens);
      if (!known.ok) {
        guesses.take(from, now);
        return { ok: false, reply: refuse([known.problem]) };
      }
      const { name } = known.value;
      const left = requests.take(name, now);
      const headers = limitHeaders(allowance, left);
      return left.isAllowed
        ? { ok: true, caller: known.value, headers }
        : tooMany(`The token of ${name} has asked too often.`, left, headers);
    },
    async allow(caller, scope, what) {
      const { name, scopes } = caller;
      if (scopes.includes(scope)) return success(caller);
      const why = `The token of ${name} has the scope ${scopes.join(', ')}; this needs ${scope}.`;
      const by = { kind: 'machine', name } as const;
      await store.audit.record({ at: clock.now(), by, what: 'refused', subject: what, detail: why });
      return failure('scope-missing', why, { where: 'header Authorization' });
    },
  };
}

function tooMany(what: string, { nextIn }: Left, headers: Headers = {}): Admitted {
  const reply = refuse([failure('rate-limited', what, { retryAfter: nextIn }).problem]);
  return { ok: false, reply: { ...reply, headers: { ...reply.headers, ...headers } } };
}

/**
 * What a token may ask, and what is left of it (draft-ietf-httpapi-ratelimit-headers-10). A bucket has no window: the quota is what may be
 * asked at once, over the time in which that comes back.
 */
function limitHeaders({ perMinute, burst }: Allowance, { times, allIn }: Left): Headers {
  return {
    'ratelimit-policy': `"requests";q=${burst};w=${Math.ceil((burst * 60) / perMinute)}`,
    ratelimit: `"requests";r=${times};t=${secondsIn(allIn)}`,
  };
}

function secondsIn(length: Duration): number {
  return Math.ceil(length / 1000);
}
