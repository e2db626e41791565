import type { Answer } from '#app/answer.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';

/** The answer of a kind, or the problem that was answered in its place. */
export function answeredAs<Kind extends Answer['kind']>(
  answer: Answer,
  kind: Kind,
): Outcome<Extract<Answer, { kind: Kind }>> {
  if (isKind(answer, kind)) return success(answer);
  if (answer.kind === 'problem') return { ok: false, problem: answer.problem };
  return failure('internal', `Asked for ${kind}, and ${answer.kind} was answered.`);
}

function isKind<Kind extends Answer['kind']>(
  answer: Answer,
  kind: Kind,
): answer is Extract<Answer, { kind: Kind }> {
  return answer.kind === kind;
}
