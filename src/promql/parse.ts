import { parser } from '@prometheus-io/lezer-promql';
import { failure, type Outcome, success } from '#domain/problem.ts';

/**
 * Checks PromQL by its grammar. Fails with `query-invalid`, naming the line and column of the first place that does not fit.
 * Types are not checked here; Prometheus does that when it is asked.
 */
export function checkPromql(text: string): Outcome<string> {
  const trimmed = text.trim();
  if (trimmed === '') return failure('query-invalid', 'The expression is empty.');
  const cursor = parser.parse(trimmed).cursor();
  do {
    if (cursor.type.isError)
      return failure('query-invalid', misfit(trimmed, cursor.from, cursor.to), {
        where: placeOf(trimmed, cursor.from),
      });
  } while (cursor.next());
  return success(trimmed);
}

function misfit(text: string, from: number, to: number): string {
  if (from >= text.length) return 'The expression ends too early.';
  const rest = text.slice(from, to > from ? to : from + 12);
  return `The expression does not fit PromQL’s grammar at \`${rest}\`.`;
}

function placeOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
