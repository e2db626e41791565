import type { Failpoint } from '#app/failpoints.ts';
import type { Clock, Inbox, Log, Meter } from '#app/ports.ts';
import { failure } from '#domain/problem.ts';
import { type Reply, type Route, refusal } from '#runtime/server.ts';
import { readBody } from './body.ts';
import type { Parsed, Sender } from './sender.ts';
import { byOurClock } from './wire.ts';

/**
 * A webhook for every sender that has a token: authenticate, parse, commit, and only then 2xx. 400 names the fields, 401 a wrong token
 * or signature, 415 a compressed body, 503 a database that could not take it (senders retry 5xx).
 */
export function webhookRoutes(
  senders: readonly Sender[],
  tokens: Readonly<Record<string, string | undefined>>,
  ports: { inbox: Pick<Inbox, 'append'>; clock: Clock; log: Log; meter: Meter; failpoint: Failpoint },
): readonly Route[] {
  return senders.map((sender) => ({
    method: 'POST',
    path: `/webhooks/${sender.name}`,
    async handle({ headers, body }) {
      const secret = tokens[sender.name];
      const reply =
        secret === undefined
          ? refusal(401, [failure('token-wrong', `No token is configured for ${sender.name}.`).problem])
          : await receive(sender, { headers, body, secret }, ports);
      if (reply.status === 202) ports.failpoint('accepted-not-answered');
      ports.meter.count('bellbuoy_ingest_total', { source: sender.name, status: String(reply.status) });
      return reply;
    },
  }));
}

async function receive(
  sender: Sender,
  request: { headers: Parameters<Sender['parse']>[0]['headers']; body: Buffer; secret: string },
  { inbox, clock, log }: { inbox: Pick<Inbox, 'append'>; clock: Clock; log: Log },
): Promise<Reply> {
  const stranger = sender.authenticate(request);
  if (stranger !== undefined) return refusal(401, [stranger]);
  const read = readBody(request.headers, request.body);
  if (!read.ok) return refusal(read.status, [read.problem]);
  const at = clock.now();
  const parsed = sender.parse({ headers: request.headers, json: read.json, at });
  if (!parsed.ok) return refusal(400, parsed.problems);
  try {
    const accepted = [];
    for (const entry of parsed.events) accepted.push(await commit(sender, entry, at, inbox));
    return {
      status: 202,
      body: { accepted, ...(parsed.ignored === undefined ? {} : { ignored: parsed.ignored }) },
    };
  } catch (error) {
    log.error(
      { error, source: sender.name },
      'an event could not be committed; the sender was told to retry',
    );
    return refusal(503, [failure('database-busy', 'The event could not be stored.').problem]);
  }
}

async function commit(
  sender: Sender,
  { event, dedupeKey }: Parsed,
  at: number,
  inbox: Pick<Inbox, 'append'>,
) {
  return inbox.append({ event: byOurClock(event, at), source: sender.name, dedupeKey, at });
}
