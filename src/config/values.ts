import { z } from 'zod';
import { ROLLBACK_PLACEHOLDERS, unknownPlaceholders } from '#domain/rollback-way.ts';
import { parseDuration } from '#domain/time.ts';
import { cronMistake } from '#runtime/cron.ts';

export const Length = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, {
    error: 'expected a duration such as 30s, 15m, 2h or 7d',
  })
  .transform((text) => parseDuration(text) ?? 0);

export const Url = z.url({ protocol: /^https?$/, error: 'expected an http(s) URL' });
/** What a deploy calls itself must not decide whom the address belongs to. */
export const RollbackLink = Url.superRefine((url, context) => {
  if (/^[a-z]+:\/\/[^/?#]*\{/i.test(url)) context.addIssue('placeholders belong behind the host');
  for (const name of unknownPlaceholders(url))
    context.addIssue(
      `there is no placeholder {${name}}; known: ${ROLLBACK_PLACEHOLDERS.map((known) => `{${known}}`).join(', ')}`,
    );
});
export const Name = z
  .string()
  .regex(/^[a-zA-Z0-9][\w.-]*$/, { error: 'expected letters, digits, dots, dashes or underscores' });
export const Channel = z
  .string()
  .regex(/^(#[^\s#]+|[CGD][A-Z0-9]{8,})$/, { error: 'expected a channel such as "#payments" or its id' });
export const Zone = z.string().refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' });
/** A cron expression of five fields. */
export const Cron = z.string().superRefine((expression, context) => {
  const mistake = cronMistake(expression);
  if (mistake !== undefined)
    context.addIssue(`${mistake}; expected a cron expression such as "0 9 * * 1", Mondays at 9:00`);
});
export const Labels = z.record(
  z.string().regex(/^[a-zA-Z_]\w*$/, { error: 'expected a Prometheus label name' }),
  z.string(),
);

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
