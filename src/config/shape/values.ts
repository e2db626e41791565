import * as z from 'zod';
import { parseDuration } from '#domain/time.ts';

/** Text that is not empty. */
export const Text = z.string().trim().min(1).meta({ expects: 'text that is not empty' });

/** A length of time as Prometheus writes it; milliseconds once read. */
export const Duration = z
  .string()
  .regex(/^(\d+(ms|[smhdwy]))+$/)
  .transform((text, context) => {
    const length = parseDuration(text);
    if (length !== undefined) return length;
    context.issues.push({ code: 'custom', message: 'a length of nothing', input: text });
    return z.NEVER;
  })
  .meta({ expects: 'a length of time such as 15s, 30m, 1h30m or 7d', type: 'string', kind: 'duration' });

/** An address of another server. User and password do not belong there: addresses are logged. */
export const HttpUrl = z.string().refine(isHttpUrl).meta({
  expects: 'an http:// or https:// address, without user and password in it',
  pattern: '^https?://',
  kind: 'URL',
});

/** A Slack channel, by name or id. */
export const Channel = z
  .string()
  .regex(/^(#[^\s#@,A-Z.]{1,80}|[CG][A-Z0-9]{8,})$/)
  .meta({ expects: 'a channel such as "#payments" (lower case, in quotes) or an id such as C0123456789' });

/** The name of a Prometheus label. */
export const LabelName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
  .meta({ expects: 'a label name: letters, digits and _, not beginning with a digit' });

/** A name that people type in commands, so it has no spaces. */
export const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$/)
  .meta({ expects: 'a name of letters, digits and . _ / - (no spaces), at most 80 long' });

/** A path; what is relative is relative to the folder of bellbuoy.yaml. */
export const FilePath = Text.meta({ expects: 'the path of a file', kind: 'path' });

export const Timezone = z
  .string()
  .refine(isZone)
  .meta({ expects: 'an IANA time zone such as Europe/Berlin or UTC' });

/** A whole number, also as text, because `${PORT}` is text. */
export function whole(least: number, most: number): z.ZodPreprocess<z.ZodInt> {
  return z
    .preprocess(numberFromText, z.int().min(least).max(most))
    .meta({ expects: `a whole number from ${least} to ${most}`, kind: 'whole number' });
}

/** A number between two bounds that are themselves not allowed. */
export function between(low: number, high: number, expects: string): z.ZodPreprocess<z.ZodNumber> {
  return z.preprocess(numberFromText, z.number().gt(low).lt(high)).meta({ expects, kind: 'number' });
}

/** A share from 0 to 1, both allowed. */
export const Share = z
  .preprocess(numberFromText, z.number().min(0).max(1))
  .meta({ expects: 'a share from 0 to 1, such as 0.1 for 10 %', kind: 'number' });

/** Yes or no, also as text, because `${DEBUG}` is text. */
export const Switch = z
  .preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean())
  .meta({ expects: 'true or false', kind: 'true or false' });

function numberFromText(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.hostname !== '' && url.username === '' && url.password === '';
}

function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone.length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
