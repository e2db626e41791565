import { type Dispatcher, errors, Pool, RetryAgent, type RetryHandler, request } from 'undici';
import type { Clock, Meter } from '#app/ports.ts';
import { failure, type Outcome } from '#domain/problem.ts';
import type { Duration, Instant, Range } from '#domain/time.ts';
import { secretsIn, told } from './redact.ts';
import { readSamples, type Samples } from './samples.ts';

/** One Prometheus, or anything that speaks its HTTP API. `headers` hold authentication and tenant. */
export type Source = {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly maxConcurrent: number;
  readonly scrapeInterval: Duration;
  readonly ca?: string;
};

export interface Prometheus {
  instant(promql: string, at: Instant): Promise<Outcome<Samples>>;
  /** Points at `range.from + n · step` up to and including `range.to`; more than 11,000 are asked for in pieces. */
  range(promql: string, range: Range, step: Duration): Promise<Outcome<Samples>>;
  close(): Promise<void>;
}

/** Prometheus refuses more points a series than this. */
const MAX_POINTS = 11_000;

/** Largest answer that is read, in bytes. */
const MAX_ANSWER = 32 * 1024 * 1024;

const RETRY: RetryHandler.RetryOptions = {
  maxRetries: 2,
  minTimeout: 200,
  maxTimeout: 1000,
  methods: ['POST', 'GET'],
  statusCodes: [500, 502, 504],
};

/**
 * A client for one source. Retries 5xx and lost connections (not refusals), asks identical running questions once, and never has more
 * than `maxConcurrent` requests under way. Never rejects.
 */
export function createPrometheus(
  source: Source,
  { clock, meter }: { clock: Clock; meter: Meter },
): Prometheus {
  const base = new URL(source.url.endsWith('/') ? source.url : `${source.url}/`);
  const pool = new Pool(base.origin, {
    connections: source.maxConcurrent,
    pipelining: 1,
    ...(source.ca === undefined ? {} : { connect: { ca: source.ca } }),
  });
  const retrying = new RetryAgent(pool, RETRY);
  const flying = new Map<string, Promise<Outcome<Samples>>>();

  const ask = async (path: string, form: Record<string, string>): Promise<Outcome<Samples>> => {
    const began = clock.now();
    const outcome = await post(source, base, retrying, path, form);
    const result = outcome.ok ? 'ok' : outcome.problem.code;
    meter.time('bellbuoy_prometheus_duration', clock.now() - began, { source: source.name, outcome: result });
    return outcome;
  };
  const shared = (path: string, form: Record<string, string>) => {
    const key = JSON.stringify([path, form]);
    const known = flying.get(key);
    if (known !== undefined) return known;
    const asked = ask(path, form).finally(() => flying.delete(key));
    flying.set(key, asked);
    return asked;
  };
  return {
    instant: (promql, at) => shared('api/v1/query', { query: promql, time: seconds(at) }),
    async range(promql, range, step) {
      const pieces = split(range, step).map((piece) =>
        shared('api/v1/query_range', {
          query: promql,
          start: seconds(piece.from),
          end: seconds(piece.to),
          step: seconds(step),
        }),
      );
      return join(await Promise.all(pieces));
    },
    close: () => pool.close(),
  };
}

async function post(
  source: Source,
  base: URL,
  dispatcher: Dispatcher,
  path: string,
  form: Record<string, string>,
): Promise<Outcome<Samples>> {
  const where = source.name;
  try {
    const response = await request(new URL(path, base), {
      dispatcher,
      method: 'POST',
      headers: {
        ...source.headers,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams(form).toString(),
      signal: AbortSignal.timeout(source.timeout),
    });
    const { statusCode: status } = response;
    const body = await limitedText(response.body);
    if (body === undefined)
      return failure('query-too-large', `The answer is larger than ${MAX_ANSWER} bytes.`, { where });
    if (status === 401 || status === 403 || status === 407 || status === 429) {
      return failure('prometheus-refused', `It answered ${status}.`, { where });
    }
    // 503 is Prometheus' own word for a query that took too long: asking again would only add to its load.
    if (status >= 500 && !(status === 503 && body.startsWith('{')))
      return failure(
        'prometheus-failed',
        `It answered ${status}: ${told(body, secretsIn(source.headers))}.`,
        { where },
      );
    return readSamples(body, where);
  } catch (error) {
    if (isTimeout(error))
      return failure('prometheus-timeout', `No answer within ${source.timeout / 1000} s.`, { where });
    if (error instanceof errors.RequestRetryError)
      return failure('prometheus-failed', `It answered ${error.statusCode}.`, { where });
    if (!(error instanceof Error)) throw error;
    return failure(
      'prometheus-unreachable',
      `Prometheus could not be reached: ${error.message || error.name}.`,
      { where },
    );
  }
}

function isTimeout(error: unknown): boolean {
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return true;
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
}

async function limitedText(body: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function split(range: Range, step: Duration): readonly Range[] {
  const length = (MAX_POINTS - 1) * step;
  const pieces: Range[] = [];
  for (let from = range.from; from <= range.to; from += length + step)
    pieces.push({ from, to: Math.min(range.to, from + length) });
  return pieces;
}

function join(pieces: readonly Outcome<Samples>[]): Outcome<Samples> {
  const bad = pieces.find((piece) => !piece.ok);
  if (bad !== undefined) return bad;
  const good = pieces.flatMap((piece) => (piece.ok ? [piece.value] : []));
  const [only] = good;
  if (good.length === 1 && only !== undefined) return { ok: true, value: only };
  const byLabels = Map.groupBy(
    good.flatMap(({ series }) => series),
    ({ labels }) => JSON.stringify(Object.entries(labels).toSorted()),
  );
  return {
    ok: true,
    value: {
      series: [...byLabels.values()].map((parts) => ({
        labels: parts[0]?.labels ?? {},
        samples: parts.flatMap(({ samples }) => samples),
      })),
      warnings: [...new Set(good.flatMap(({ warnings }) => warnings))],
      partial: good.some(({ partial }) => partial),
    },
  };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toString();
}
