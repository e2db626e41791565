import type { IncomingHttpHeaders } from 'node:http';
import type { AlertNotification } from '#domain/alert-notification.ts';
import type { DeployReport, FlagReport } from '#domain/event.ts';
import type { Problem } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';

/** One thing that a body says, with the key under which the same thing, sent again, is recognised. */
export type Parsed = {
  readonly event: AlertNotification | DeployReport | FlagReport;
  readonly dedupeKey: string;
};

/** What a body becomes: events (none for pings and the like, with the reason), or the problems in it. */
export type ParseResult =
  | { readonly ok: true; readonly events: readonly Parsed[]; readonly ignored?: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** How a request proves where it comes from. `secret` is the token configured for the sender. */
export type Authenticate = (request: {
  headers: IncomingHttpHeaders;
  body: Buffer;
  secret: string;
}) => Problem | undefined;

/** One kind of sender: everything the webhook route needs to know of it. */
export type Sender = {
  /** Its name in the path `/webhooks/NAME` and under `server.webhookTokens`. */
  readonly name: string;
  readonly authenticate: Authenticate;
  /** Pure: the same body gives the same events and keys. `at` stands in where a body names no time. */
  readonly parse: (request: { headers: IncomingHttpHeaders; json: unknown; at: Instant }) => ParseResult;
};

/** A body that is understood, and of which nothing follows, for the reason given. */
export function nothing(ignored: string): ParseResult {
  return { ok: true, events: [], ignored };
}
