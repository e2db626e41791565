import { request } from 'undici';
import type { Rollbacks } from '#app/ports.ts';
import type { RollbackOutcome } from '#domain/rollback-way.ts';
import { readFor, told } from './redact.ts';

/** What the network says when nothing left this machine. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What the client says of a request that it cannot make, such as one with a line break in its token. */
const NEVER_MADE = new Set([
  'UND_ERR_INVALID_ARG',
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
  'ERR_INVALID_URL',
]);

/** Asks by one POST. Redirects are not followed, and nothing is sent twice. */
export function createRollbacks(): Rollbacks {
  return {
    async request({ url, token, timeout }, body, key) {
      const secrets = token === undefined ? [] : [token];
      try {
        const response = await request(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'idempotency-key': `bellbuoy-${key}`,
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(timeout),
        });
        const { statusCode: status } = response;
        const shown = told(await beginningOf(response.body, readFor(secrets)), secrets);
        return outcomeOf(status, `answered ${status}${shown === '' ? '' : `: ${shown}`}`);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return failed(error, timeout, secrets);
      }
    },
  };
}

/** A server's own error says nothing about how far it had come. */
function outcomeOf(status: number, what: string): RollbackOutcome {
  if (status >= 200 && status < 300) return { kind: 'taken', what };
  return { kind: status >= 500 ? 'unknown' : 'refused', what };
}

function failed(error: Error, timeout: number, secrets: readonly string[]): RollbackOutcome {
  if (error.name === 'TimeoutError')
    return { kind: 'unknown', what: `did not answer within ${timeout / 1000} s` };
  const code = 'code' in error ? String(error.code) : '';
  const why = told(error.message.split('\n')[0] ?? error.name, secrets);
  if (NEVER_MADE.has(code)) return { kind: 'refused', what: `could not be sent: ${why}`, unsent: true };
  return NEVER_LEFT.has(code)
    ? { kind: 'refused', what: `could not be reached (${code})`, unsent: true }
    : { kind: 'unknown', what: `broke off: ${why}` };
}

/** Reads no more than is needed: an answer may have no end. */
async function beginningOf(body: AsyncIterable<Buffer>, length: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= length) break;
  }
  return text.slice(0, length);
}
