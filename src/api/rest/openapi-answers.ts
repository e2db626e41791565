import { STATUS_CODES } from 'node:http';
import { failure, PROBLEMS, type ProblemCode } from '#domain/problem.ts';
import { PROBLEM_TYPE } from '#runtime/server.ts';
import { type Operation, pathNames } from '../operation.ts';
import { refuse, STATUS } from '../problems.ts';

type Json = Readonly<Record<string, unknown>>;

const text = (description: string) => ({ description, schema: { type: 'string' } });

/** Headers of answers. */
export const HEADERS = {
  RateLimit: text(
    'What is left of the token’s requests: `"requests";r=…;t=…`, so many at once, and all of them again after so many seconds.',
  ),
  'RateLimit-Policy': text(
    'How often the token may ask: `"requests";q=…;w=…`, so many at once, over so many seconds.',
  ),
  'Retry-After': {
    description: 'Seconds after which the same is taken.',
    schema: { type: 'integer', minimum: 1 },
  },
  'WWW-Authenticate': text('What the token lacks (RFC 6750).'),
  'X-Request-Id': text('What the request is called in the log: as its sender called it, or made up.'),
};

/** Headers of every answer to somebody who may ask. */
export const ANSWER_HEADERS: Json = headers('RateLimit', 'RateLimit-Policy', 'X-Request-Id');

/** Statuses of refusals that only some operations have; all others are everybody's. */
const ONLY: Readonly<Record<number, (operation: Operation) => boolean>> = {
  409: hasBody,
  413: hasBody,
  414: ({ path }) => pathNames(path).length > 0,
  415: hasBody,
};

function hasBody({ method }: Operation): boolean {
  return method !== 'GET';
}

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** Codes that are refused with a status before anybody is asked, besides those of `STATUS`. */
const BEFORE: Readonly<Record<number, readonly ProblemCode[]>> = {
  414: ['request-invalid'],
  500: ['internal'],
};

/** Codes by the status with which they are refused, lowest status first. */
const BY_STATUS: ReadonlyMap<number, readonly ProblemCode[]> = new Map(
  [...new Set([...Object.values(STATUS), ...Object.keys(BEFORE).map(Number)])]
    .toSorted((a, b) => a - b)
    .map((status) => [status, BEFORE[status] ?? CODES.filter((code) => STATUS[code] === status)]),
);

/** Every refusal that there is, each once. */
export function refused(schema: object): Readonly<Record<string, object>> {
  return Object.fromEntries(
    [...BY_STATUS].map(([status, codes]) => [
      nameOf(status),
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].means}`).join(' '),
        headers: headersOf(status),
        content: { [PROBLEM_TYPE]: { schema, examples: Object.fromEntries(codes.map(exampleOf)) } },
      },
    ]),
  );
}

/** How an operation may refuse, by status. */
export function refusalsOf(operation: Operation): Readonly<Record<string, object>> {
  return Object.fromEntries(
    [...BY_STATUS.keys()]
      .filter((status) => ONLY[status]?.(operation) ?? true)
      .map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
  );
}

/** `Too Many Requests` as `TooManyRequests`. */
function nameOf(status: number): string {
  return (STATUS_CODES[status] ?? `Status${status}`).replaceAll(/\W/g, '');
}

function headersOf(status: number): Json {
  if (status === 401) return headers('WWW-Authenticate', 'X-Request-Id');
  if (status === 414) return headers('X-Request-Id');
  const more = status === 403 ? ['WWW-Authenticate'] : status === 429 ? ['Retry-After'] : [];
  return { ...ANSWER_HEADERS, ...headers(...more) };
}

function headers(...names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function exampleOf(code: ProblemCode) {
  const { body } = refuse([failure(code, PROBLEMS[code].means).problem]);
  return [code, { summary: PROBLEMS[code].means, value: body }] as const;
}
