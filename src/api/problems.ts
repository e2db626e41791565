import type { z } from 'zod';
import { failure, type Problem, type ProblemCode } from '#domain/problem.ts';
import { type Reply, refusal } from '#runtime/server.ts';

/** The status of each problem that the API refuses a request with; of all others it is 500. */
const STATUS: Readonly<Partial<Record<ProblemCode, number>>> = {
  'request-invalid': 400,
  'service-unknown': 400,
  'token-wrong': 401,
  'scope-missing': 403,
  'not-found': 404,
  'database-busy': 503,
};

/** What a token has to be told with its refusal (RFC 6750, §3). */
const CHALLENGE: Readonly<Partial<Record<ProblemCode, string>>> = {
  'token-wrong': 'Bearer realm="bellbuoy"',
  'scope-missing': 'Bearer realm="bellbuoy", error="insufficient_scope"',
};

/** Refuses a request for these problems, the first of which decides the status. */
export function refuse(problems: readonly Problem[]): Reply {
  const code = problems[0]?.code ?? 'internal';
  const challenge = CHALLENGE[code];
  return refusal(STATUS[code] ?? 500, problems, {
    ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
  });
}

/** Each mistake in what follows the question mark as a problem that names the parameter. */
export function problemsOfQuery(error: z.ZodError, known: readonly string[]): readonly Problem[] {
  return error.issues.flatMap((issue) => {
    const isUnknown = issue.code === 'unrecognized_keys';
    const what = isUnknown ? `There is no such parameter; there are ${known.join(', ')}.` : issue.message;
    return (isUnknown ? issue.keys : issue.path).map((name) => {
      const where = `query ${String(name).slice(0, 100)}`;
      return failure('request-invalid', what, { where }).problem;
    });
  });
}
