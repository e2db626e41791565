import { ErrorCode } from '@slack/web-api';
import type { Duration } from '#domain/time.ts';

/**
 * Why a call of Slack's brought nothing. `code` is Slack's own word, or ours for the way there (`unreachable`, `http_503`, `ratelimited`).
 * `certain`: Slack did not do it; otherwise nobody knows. `detail` is what Slack said of the arguments.
 */
export type Refusal = {
  readonly code: string;
  readonly certain: boolean;
  readonly retryAfter?: Duration;
  readonly detail: string;
};

/** Errors after which Slack may have done it nevertheless (method reference: “it's possible some aspect of the operation succeeded”). */
const UNCERTAIN = new Set(['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable']);

/** What the network says when nothing left this machine. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ENETUNREACH',
]);

/** What the error of a Slack client says; rethrows what is none. */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  switch (error.code) {
    case ErrorCode.RateLimitedError:
      return {
        code: 'ratelimited',
        certain: true,
        detail: '',
        retryAfter: 'retryAfter' in error ? Number(error.retryAfter) * 1000 : 1000,
      };
    case ErrorCode.PlatformError:
      return platformRefusal(error);
    case ErrorCode.HTTPError: {
      const status = 'statusCode' in error ? Number(error.statusCode) : 0;
      return { code: `http_${status}`, certain: status < 500, detail: '' };
    }
    case ErrorCode.RequestError:
      return { code: 'unreachable', certain: neverLeft(error), detail: error.message };
    default:
      throw error;
  }
}

/** Whether Slack refuses a picture's file because it is not (or no longer) usable. */
export function isFileRefused({ code, detail }: Refusal): boolean {
  return code === 'invalid_blocks' && detail.includes('slack file');
}

function platformRefusal(error: Error): Refusal {
  const data = 'data' in error && typeof error.data === 'object' && error.data !== null ? error.data : {};
  const code = 'error' in data ? String(data.error) : 'unknown_error';
  return { code, certain: !UNCERTAIN.has(code), detail: JSON.stringify(data) };
}

function neverLeft(error: Error): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && NEVER_LEFT.has(String(cause.code))) return true;
  return false;
}
