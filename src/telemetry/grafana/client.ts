import { Agent, request } from 'undici';
import type { z } from 'zod';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Duration } from '#domain/time.ts';
import { secretsIn, told } from '../redact.ts';

export type GrafanaSettings = {
  readonly url: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly ca?: string;
};

/** Asks Grafana; what went wrong is in the value, and never the token. */
export function grafanaCaller({ url, token, headers, timeout, ca }: GrafanaSettings) {
  const secrets = [token, ...secretsIn(headers)];
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const dispatcher = ca === undefined ? undefined : new Agent({ connect: { ca } });
  return async <T>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    shape: z.ZodType<T>,
    body?: object,
  ): Promise<Outcome<T>> => {
    try {
      const response = await request(new URL(path, base), {
        method,
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(dispatcher === undefined ? {} : { dispatcher }),
        signal: AbortSignal.timeout(timeout),
      });
      const text = await response.body.text();
      return read(response.statusCode, text, shape, secrets);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const why =
        error.name === 'TimeoutError'
          ? `no answer within ${timeout / 1000} s`
          : told(error.message.split('\n')[0] ?? error.name, secrets);
      return failure('grafana-unreachable', `Grafana could not be asked: ${why}.`);
    }
  };
}

function read<T>(status: number, text: string, shape: z.ZodType<T>, secrets: readonly string[]): Outcome<T> {
  if (status >= 500 || status === 429)
    return failure('grafana-unreachable', `Grafana answered ${status}: ${told(text, secrets)}.`);
  if (status >= 300) return failure('grafana-refused', `Grafana answered ${status}: ${told(text, secrets)}.`);
  const parsed = shape.safeParse(asJson(text));
  return parsed.success
    ? success(parsed.data)
    : failure('grafana-refused', 'What answered at its address is not the API of Grafana.');
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
