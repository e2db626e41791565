import { z } from 'zod';
import { present } from '#domain/optional.ts';
import { type Problem as DomainProblem, PROBLEMS, type ProblemCode } from '#domain/problem.ts';

const CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** One thing that went wrong. */
export const Problem = z.object({
  code: z.enum(CODES).describe('One of docs/errors.md.'),
  what: z.string().describe('What was found, in a sentence.'),
  where: z.string().optional().describe('A field, a header, a parameter, a source.'),
  remedy: z.string().describe('What to do about it.'),
});
export type Problem = z.infer<typeof Problem>;

/** How every request is refused: problem details (RFC 9457), with all problems. */
export const Refusal = z.object({
  type: z.string().describe('An address below this server that explains the problem.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  problems: z.array(Problem).min(1),
});
export type Refusal = z.infer<typeof Refusal>;

export function problemOf({ code, what, where }: DomainProblem): Problem {
  return { code, what, remedy: PROBLEMS[code].remedy, ...present({ where }) };
}
