import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AlertNotification } from '#domain/alert-notification.ts';
import type { DeployReport, FlagReport } from '#domain/event.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Labels } from '#domain/series.ts';
import { HOUR, type Instant } from '#domain/time.ts';

/** So many problems of a body are told; a body of ten thousand alerts may have ten thousand. */
const MAX_TOLD = 20;

/** An ISO 8601 time with offset, as milliseconds since the epoch (UTC). */
export const Time = z.iso
  .datetime({
    offset: true,
    error: 'expected an ISO 8601 time with a zone, such as 2026-11-24T10:00:00Z',
  })
  .transform((text) => Date.parse(text));

/**
 * A label set. Senders that are careless with types are met half-way: numbers and booleans become text, null is left out. Read by hand
 * and not as a record, which would lose a label named `__proto__` without a word.
 */
export const LabelSet = z
  .unknown()
  .optional()
  .transform((given, context): Labels => {
    if (given === undefined || given === null) return {};
    if (typeof given !== 'object' || Array.isArray(given)) {
      context.addIssue({ code: 'custom', message: `expected labels by name, received ${kindOf(given)}` });
      return z.NEVER;
    }
    const labels: [string, string][] = [];
    for (const [name, value] of Object.entries(given)) {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        labels.push([name, String(value)]);
      else if (value !== null) {
        const message = `expected a label’s text, received ${kindOf(value)}`;
        context.addIssue({ code: 'custom', path: [name], message });
      }
    }
    return Object.fromEntries(labels);
  });

/** Clocks differ, but not by more. */
const SKEW = HOUR;

/** Whether something can have happened at this time: later than 1970 (senders write year 1 for "none"), and not ahead of us by more than clocks differ. */
export function isPlausible(time: Instant, now: Instant): boolean {
  return time > 0 && time <= now + SKEW;
}

/** A deploy or flag change as its sender tells it, by our clock: what a clock that is ahead calls later than now is now. */
export function byOurClock<T extends AlertNotification | DeployReport | FlagReport>(
  event: T,
  now: Instant,
): T {
  if (event.type === 'alertNotification') return event;
  if (event.type === 'flagReport') return event.at <= now ? event : { ...event, at: now };
  const { at, startedAt = at } = event;
  return at <= now && startedAt <= now
    ? event
    : {
        ...event,
        at: Math.min(at, now),
        ...(event.startedAt === undefined ? {} : { startedAt: Math.min(startedAt, now) }),
      };
}

/** Each time that cannot be meant, as a problem that names its field. */
export function implausibleTimes(
  times: Readonly<Record<string, Instant | undefined>>,
  now: Instant,
): readonly Problem[] {
  return Object.entries(times).flatMap(([where, time]) =>
    time === undefined || isPlausible(time, now)
      ? []
      : [
          failure('body-invalid', 'The time is before 1970, or in the future by more than an hour.', {
            where,
          }).problem,
        ],
  );
}

/** Each issue as a problem that names the field, below `within` where only a part of the body was read; of very many, the first. */
export function problemsOf(error: z.ZodError, within: readonly PropertyKey[] = []): readonly Problem[] {
  const told = error.issues.slice(0, MAX_TOLD).map((issue) => {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
    const where = fieldPath([...within, ...path]);
    return failure('body-invalid', `${issue.message.slice(0, 300)}.`, { where }).problem;
  });
  const rest = error.issues.length - told.length;
  return rest === 0
    ? told
    : [...told, failure('body-invalid', `There are ${rest} more problems.`, { where: 'the body' }).problem];
}

/** A short stable digest of anything that JSON can hold, for recognising what was sent before. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

/** A path as `alerts[0].labels.severity`; names that are no plain words are quoted, `labels["a b"]`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the body';
  return path.map(step).join('').slice(0, 200);
}

function step(part: PropertyKey, i: number): string {
  if (typeof part === 'number') return `[${part}]`;
  const name = String(part);
  if (!/^[\w-]+$/.test(name)) return `[${JSON.stringify(name)}]`;
  return i > 0 ? `.${name}` : name;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
