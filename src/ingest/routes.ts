import type { Failpoint } from '#app/failpoints.ts';
import type { Clock, Inbox, Log, Meter } from '#app/ports.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Reply, Route } from '#runtime/server.ts';
import type { Parsed, Sender } from './sender.ts';

/** How deep a body may nest: real ones stay below ten. */
const MAX_DEPTH = 64;

/**
 * A webhook for every sender that has a token: authenticate, parse, commit, and only then 2xx. 400 names the fields, 401 a wrong token
 * or signature, 503 a database that could not take it (senders retry 5xx).
 */
export function webhookRoutes(
  senders: readonly Sender[],
  tokens: Readonly<Record<string, string>>,
  ports: { inbox: Pick<Inbox, 'append'>; clock: Clock; log: Log; meter: Meter; failpoint: Failpoint },
): readonly Route[] {
  return senders.map((sender) => ({
    method: 'POST',
    path: `/webhooks/${sender.name}`,
    async handle({ headers, body }) {
      const secret = tokens[sender.name];
      const reply =
        secret === undefined
          ? refuse(401, [failure('token-wrong', `No token is configured for ${sender.name}.`).problem])
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
  if (stranger !== undefined) return refuse(401, [stranger]);
  const json = readJson(request.body);
  if (json === undefined)
    return refuse(400, [failure('body-invalid', 'The body is not JSON, or nested too deep.').problem]);
  const at = clock.now();
  const parsed = sender.parse({ headers: request.headers, json: json.value, at });
  if (!parsed.ok) return refuse(400, parsed.problems);
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
    return refuse(503, [failure('database-busy', 'The event could not be stored.').problem]);
  }
}

async function commit(
  sender: Sender,
  { event, dedupeKey }: Parsed,
  at: number,
  inbox: Pick<Inbox, 'append'>,
) {
  return inbox.append({ event, source: sender.name, dedupeKey, at });
}

function refuse(status: number, problems: readonly Problem[]): Reply {
  return { status, body: { problems } };
}

function readJson(body: Buffer): { value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isDeeperThan(value, MAX_DEPTH) ? undefined : { value };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner, depth - 1));
}
