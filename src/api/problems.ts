import type { z } from 'zod';
import { failure, type Problem, type ProblemCode } from '#domain/problem.ts';
import { type Reply, refusal } from '#runtime/server.ts';

/** The status of each problem that the API refuses a request with; of all others it is 500. */
export const STATUS: Readonly<Partial<Record<ProblemCode, number>>> = {
  'request-invalid': 400,
  'service-unknown': 400,
  'words-unclear': 400,
  'query-invalid': 400,
  'query-too-large': 422,
  'prometheus-unreachable': 502,
  'prometheus-failed': 502,
  'prometheus-refused': 502,
  'prometheus-unreadable': 502,
  'prometheus-timeout': 504,
  'token-wrong': 401,
  'scope-missing': 403,
  'not-found': 404,
  conflict: 409,
  'body-too-large': 413,
  'media-type-wrong': 415,
  'rate-limited': 429,
  'not-decided-yet': 503,
  'database-busy': 503,
};

/** What a token has to be told with its refusal (RFC 6750, §3). */
const CHALLENGE: Readonly<Partial<Record<ProblemCode, string>>> = {
  'token-wrong': 'Bearer realm="bellbuoy"',
  'scope-missing': 'Bearer realm="bellbuoy", error="insufficient_scope"',
};

/** Refuses a request for these problems, the first of which decides the status. */
export function refuse(problems: readonly Problem[]): Reply {
  const { code, retryAfter } = problems[0] ?? { code: 'internal' };
  const challenge = CHALLENGE[code];
  return refusal(STATUS[code] ?? 500, problems, {
    ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfter / 1000))) }),
  });
}

/** Each mistake in what was sent as a problem that names its place. `place` says where a field stands in a request. */
export function problemsOf(
  error: z.ZodError,
  input: z.ZodObject,
  place: (field: string) => string,
): readonly Problem[] {
  return error.issues.flatMap((issue) => {
    const isUnknown = issue.code === 'unrecognized_keys';
    const known = Object.keys(input.shape);
    const those = known.length === 0 ? '; none is taken' : `; there are ${known.join(', ')}`;
    const atTop = issue.path.length === 0 ? those : '';
    const what = isUnknown ? `There is no such parameter${atTop}.` : issue.message;
    const paths = isUnknown ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => {
      const where = place(fieldOf(path).slice(0, 100));
      return failure('request-invalid', what, { where }).problem;
    });
  });
}

/** A field as it is written in JavaScript, such as `hypotheses[0].statement`. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}
