/**
 * Everything that can go wrong, closed: each code has one meaning, one remedy, and one page section in `docs/errors.md`.
 * `retry` says whether the same attempt can succeed later without anybody changing anything.
 */
export const PROBLEMS = {
  'config-invalid': {
    retry: false,
    means: 'bellbuoy.yaml cannot be used as it is.',
    remedy: 'Correct the places listed; `bellbuoy check` shows them all again.',
  },
  'database-unusable': {
    retry: false,
    means: 'The SQLite file cannot be opened or migrated.',
    remedy: 'Check path, permissions and free space of `store.path`.',
  },
  'database-busy': {
    retry: true,
    means: 'The database did not take a write in time.',
    remedy: 'Nothing was accepted; the sender retries by itself.',
  },
  'database-in-use': {
    retry: false,
    means: 'Another Bellbuoy works on the same SQLite file; two would tell everything twice.',
    remedy: 'Stop the other one, or give this one its own `store.path`.',
  },
  'port-taken': {
    retry: false,
    means: 'Another program listens on the configured address.',
    remedy: 'Stop it or choose another `server.port`.',
  },
  internal: {
    retry: true,
    means: 'Something failed that Bellbuoy should be able to do.',
    remedy: 'The log has the reason; please report it.',
  },
  'request-invalid': {
    retry: false,
    means: 'An HTTP request has a path, method or form that is not answered.',
    remedy: 'Send it as docs/webhooks.md or docs/api.md describes it.',
  },
  'body-invalid': {
    retry: false,
    means: 'A webhook body or argument is not of the documented shape.',
    remedy: 'Correct the fields listed; `bellbuoy event` shows what a body becomes.',
  },
  'body-too-large': {
    retry: false,
    means: 'A body is larger than the limit.',
    remedy: 'Send less at once; of webhooks, set `max_alerts` at the sender or split the body.',
  },
  'answer-too-long': {
    retry: false,
    means: 'An answer is longer than a tool may give, and cannot be shortened.',
    remedy: 'Ask for less: fewer items, a narrower question, or the same over REST.',
  },
  'token-wrong': {
    retry: false,
    means: 'The bearer token is missing or wrong.',
    remedy:
      'Use the token under `server.webhookTokens`, or for the API one of those under `server.apiTokens`.',
  },
  'scope-missing': {
    retry: false,
    means: 'The token of an API request may not do this.',
    remedy: 'Give the token the scope named under `server.apiTokens`, or use another token.',
  },
  'rate-limited': {
    retry: true,
    means: 'Requests come more often than `server.rateLimit` allows.',
    remedy: 'Wait as long as `Retry-After` says, and ask less often.',
  },
  'media-type-wrong': {
    retry: false,
    means: 'A body is of a media type that is not read.',
    remedy: 'Send JSON, with the header `Content-Type: application/json`.',
  },
  'not-found': {
    retry: false,
    means: 'What an API request names is not there.',
    remedy: 'Ask for one that is there; the lists of the API have all.',
  },
  'not-decided-yet': {
    retry: true,
    means: 'What an API request asks for is committed, but not yet carried out.',
    remedy: 'Send the same request again with its `requestId`; it is done once.',
  },
  conflict: {
    retry: false,
    means: 'What an API request asks for does not fit how things stand by now.',
    remedy: 'Read it again, and decide anew.',
  },
  'signature-wrong': {
    retry: false,
    means: 'The signature of a webhook does not fit its body and secret.',
    remedy: 'Use the same secret at the sender and under `server.webhookTokens`.',
  },
  'service-unknown': {
    retry: false,
    means: 'No configured service has this name or these labels.',
    remedy: 'Name a service of bellbuoy.yaml, or add a `match` rule.',
  },
  'words-unclear': {
    retry: false,
    means: 'A command was not understood.',
    remedy: 'Type `/obs help` for the commands with examples.',
  },
  'query-invalid': {
    retry: false,
    means: 'A PromQL expression does not parse or was refused by Prometheus.',
    remedy: 'Correct it at the place shown.',
  },
  'query-too-large': {
    retry: false,
    means: 'A query would return more series or points than allowed.',
    remedy: 'Aggregate, or ask for a shorter range.',
  },
  'prometheus-unreachable': {
    retry: true,
    means: 'Prometheus could not be reached.',
    remedy: 'Check the url of the source and that it is up.',
  },
  'prometheus-timeout': {
    retry: true,
    means: 'Prometheus did not answer in time.',
    remedy: 'Wait, ask for less, or raise the source’s `timeout`.',
  },
  'prometheus-failed': {
    retry: true,
    means: 'Prometheus answered with a server error.',
    remedy: 'Look at the log of that Prometheus.',
  },
  'prometheus-refused': {
    retry: false,
    means: 'Prometheus refused the request (authentication, tenant or limits).',
    remedy: 'Check credentials and headers of the source.',
  },
  'prometheus-partial': {
    retry: true,
    means: 'The source answered, but left something out, or warns of its own answer.',
    remedy: 'Read the values with care; the source’s own words say what is missing.',
  },
  'prometheus-unreadable': {
    retry: true,
    means: 'What answered is not a Prometheus API.',
    remedy: 'Check that the url of the source points to Prometheus and not to a login page or proxy.',
  },
  'alertmanager-unreachable': {
    retry: true,
    means: 'Alertmanager could not be reached.',
    remedy: 'Check `alertmanager.url`.',
  },
  'alertmanager-refused': {
    retry: false,
    means: 'Alertmanager refused the request.',
    remedy: 'Read its answer, given with this problem.',
  },
  'grafana-unreachable': {
    retry: true,
    means: 'Grafana could not be reached, or failed.',
    remedy: 'Check `grafana.url`.',
  },
  'grafana-refused': {
    retry: false,
    means: 'Grafana refused the request.',
    remedy:
      'Check `grafana.url`, and that `grafana.token` is of a service account that may read and write annotations (role Editor).',
  },
  'drawing-failed': {
    retry: false,
    means: 'A picture could not be drawn.',
    remedy: 'The values stand in a table instead; the log has the reason.',
  },
  'slack-unreachable': {
    retry: true,
    means: 'Slack could not be reached.',
    remedy: 'Nothing is lost; delivery goes on when Slack answers.',
  },
  'slack-rate-limited': {
    retry: true,
    means: 'Slack asked to slow down.',
    remedy: 'Nothing to do; the message goes out after the time Slack named.',
  },
  'slack-refused': {
    retry: false,
    means: 'Slack refused a message or call.',
    remedy: 'Read the error given; `bellbuoy check --online` tests token, scopes and channels.',
  },
  'slack-not-in-channel': {
    retry: false,
    means: 'The bot is not a member of the channel.',
    remedy: 'Type `/invite @Bellbuoy` there.',
  },
  'slack-upload-failed': {
    retry: true,
    means: 'A picture was uploaded but never became ready.',
    remedy: 'The values stand in a table instead.',
  },
} as const satisfies Readonly<Record<string, { retry: boolean; means: string; remedy: string }>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One failure as a value: what happened, where, and (from the catalogue) what would be right. */
export type Problem = {
  readonly code: ProblemCode;
  /** What was found, in one sentence, without secrets. */
  readonly what: string;
  /** Where: a file with line and column, a source’s name, a field’s path. */
  readonly where?: string;
  /** Earliest moment for a retry in milliseconds from now, when the other side named one. */
  readonly retryAfter?: number;
};

/** A value or the problem that stood in its way. Nothing else crosses the border of a room. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

/** A problem that has to be thrown, because whoever meets it cannot return one: a store in the middle of a transaction. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem, cause: unknown) {
    super(explain(problem), { cause });
    this.problem = problem;
  }
}

export function success<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function failure(
  code: ProblemCode,
  what: string,
  more: { where?: string; retryAfter?: number } = {},
): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code, what, ...more } };
}

/** Whether the same attempt may succeed later by itself. */
export function isRetryable(problem: Problem): boolean {
  return PROBLEMS[problem.code].retry;
}

/** One line for people: what, where, and what would be right. */
export function explain(problem: Problem): string {
  const where = problem.where === undefined ? '' : ` (${problem.where})`;
  return `${problem.what}${where} ${PROBLEMS[problem.code].remedy}`;
}
