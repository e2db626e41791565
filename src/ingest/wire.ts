import { createHash } from 'node:crypto';
import { z } from 'zod';
import { failure, type Problem } from '#domain/problem.ts';

/** An ISO 8601 time with offset, as milliseconds since the epoch (UTC). */
export const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** A label set. Senders that are careless with types are met half-way: numbers and booleans become text, null is left out. */
export const LabelSet = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .nullish()
  .transform((labels) =>
    Object.fromEntries(
      Object.entries(labels ?? {}).flatMap(([name, value]) =>
        value === null ? [] : [[name, String(value)]],
      ),
    ),
  );

/** Each issue as a problem that names the field. */
export function problemsOf(error: z.ZodError): readonly Problem[] {
  return error.issues.map(
    (issue) => failure('body-invalid', `${issue.message}.`, { where: fieldPath(issue.path) }).problem,
  );
}

/** A short stable digest of anything that JSON can hold, for recognising what was sent before. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

function fieldPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the body';
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('');
}
