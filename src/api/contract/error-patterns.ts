import { z } from 'zod';
import * as domain from '#domain/error-pattern.ts';
import { present } from '#domain/optional.ts';
import { Time, timeOf, Untrusted } from './values.ts';

/** Services, versions and incidents of a pattern that are told. */
const TOLD = 20;

const Count = z.int().min(0);
const Service = z.string().optional().describe('Absent where none that is configured fits.');
const Version = Untrusted.optional().describe('Absent where it is not known.');

/** An error that comes again and again, in short. */
export const ErrorPatternSummary = z.object({
  id: z.string().describe('Follows from the signature: it is the same for good.'),
  source: z.enum(['alerts']).describe('What tells of it; more may come.'),
  name: Untrusted.describe('Of the alert.'),
  signature: Untrusted.describe(
    'The name and the text that all occurrences have in common; `<*>` stands where it varies.',
  ),
  example: Untrusted.optional().describe('The text of the latest occurrence, as it came.'),
  services: z
    .array(z.object({ service: z.string(), count: Count }))
    .describe('Where it occurred, most often first.'),
  versions: z
    .array(z.object({ service: Service, version: Untrusted, count: Count, firstSeen: Time, lastSeen: Time }))
    .describe('Versions that ran when it began, where they are known; the latest seen first.'),
  leftOut: z
    .object({ services: Count, versions: Count, incidents: Count })
    .describe('So many of each are not among them.'),
  firstSeen: Time,
  firstVersion: Version.describe('What ran when it was first seen; absent where that is not known.'),
  lastSeen: Time.describe('When it last began or fired again.'),
  counts: z
    .object({ total: Count, lastDay: Count, lastWeek: Count, last30Days: Count })
    .describe('How often it occurred: an episode of an alert is one, however often it fired again.'),
  firesNow: z.boolean(),
  incidents: z.array(z.string()).describe('Incidents to which occurrences belong, that of the latest first.'),
});
export type ErrorPatternSummary = z.infer<typeof ErrorPatternSummary>;

/** One with its latest occurrences. */
export const ErrorPattern = ErrorPatternSummary.extend({
  occurrences: z
    .array(
      z.object({
        alert: z.string().describe('The id of the episode, for get_alert.'),
        ...{ service: Service, version: Version },
        startedAt: Time,
        resolvedAt: Time.optional().describe('Absent while it fires.'),
        flaps: Count.describe('How often it fired again after it had resolved.'),
        incident: z.string().optional(),
      }),
    )
    .describe('The latest first; of old ones only the counts are kept, but for those of incidents.'),
  days: z
    .array(z.object({ day: z.iso.date(), count: Count }))
    .describe('The last 30 days (UTC) on which it began, and how often; the others are not among them.'),
});
export type ErrorPattern = z.infer<typeof ErrorPattern>;

/** Patterns, the latest seen first. */
export const ErrorPatternList = z.object({
  at: Time,
  patterns: z.array(ErrorPatternSummary),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type ErrorPatternList = z.infer<typeof ErrorPatternList>;

export const ErrorPatternDetail = z.object({ at: Time, pattern: ErrorPattern });
export type ErrorPatternDetail = z.infer<typeof ErrorPatternDetail>;

export function errorPatternSummaryOf(pattern: domain.ErrorPattern): ErrorPatternSummary {
  const { id, source, name, example, firstAt, firstVersion, lastAt, counts, firesNow, incidents } = pattern;
  const services = domain.servicesOf(pattern);
  const versions = pattern.versions.flatMap(({ service, version, count, ...seen }) =>
    version === undefined
      ? []
      : {
          ...{ version, count, firstSeen: timeOf(seen.firstAt), lastSeen: timeOf(seen.lastAt) },
          ...present({ service }),
        },
  );
  const leftOut = (all: readonly unknown[]) => Math.max(0, all.length - TOLD);
  return {
    ...{ id, source, name, signature: domain.wordsOf(pattern), counts, firesNow },
    ...{ services: services.slice(0, TOLD), versions: versions.slice(0, TOLD) },
    incidents: incidents.slice(0, TOLD),
    leftOut: { services: leftOut(services), versions: leftOut(versions), incidents: leftOut(incidents) },
    ...{ firstSeen: timeOf(firstAt), lastSeen: timeOf(lastAt) },
    ...present({ example, firstVersion }),
  };
}

export function errorPatternOf(
  pattern: domain.ErrorPattern,
  occurrences: readonly domain.ErrorOccurrence[],
  days: readonly domain.ErrorDay[],
): ErrorPattern {
  return {
    ...errorPatternSummaryOf(pattern),
    occurrences: occurrences.map(({ startedAt, resolvedAt, ...occurred }) => ({
      ...{ ...occurred, startedAt: timeOf(startedAt) },
      ...present({ resolvedAt: resolvedAt === undefined ? undefined : timeOf(resolvedAt) }),
    })),
    days: days.map(({ day, count }) => ({ day: timeOf(day).slice(0, 'yyyy-mm-dd'.length), count })),
  };
}
