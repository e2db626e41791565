import { z } from 'zod';
import { DAY, type Duration, formatDuration, MINUTE, parseDuration } from '#domain/time.ts';

/** Longest stretch that is read at once: what Prometheus keeps is seldom more. */
const MOST = 31 * DAY;

/** A length of time as Prometheus writes it, in milliseconds once read; `usual` where nothing is said. */
export function lengthOf(usual: string, what: string, least = MINUTE) {
  return once.default(usual).transform(read(least)).describe(`${what}, such as 30m, 6h or 7d.`);
}

/** The same, absent where nothing is said. */
export function lengthIfSaid(least = MINUTE) {
  return once.transform(read(least)).optional();
}

const once = z.string({ error: 'Expected it once.' });

function read(least: Duration) {
  return (text: string, context: z.RefinementCtx): Duration => {
    const length = parseDuration(text);
    if (length !== undefined && length >= least && length <= MOST) return length;
    context.addIssue(
      `Expected a length such as 30m, 6h or 7d, from ${formatDuration(least)} to ${formatDuration(MOST)}.`,
    );
    return z.NEVER;
  };
}

export const Draw = z
  .boolean({ error: 'Expected true or false.' })
  .default(false)
  .describe('Whether it is drawn too; the picture’s snapshot id is in the answer.');
