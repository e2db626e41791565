import { z } from 'zod';
import type { IncidentTimes } from '#domain/incident/incident.ts';
import { doubtWords, spansOf, TIME_NAMES, type TimeDoubt } from '#domain/incident/time-doubts.ts';
import { finite, Seconds, secondsOf, Time, timeOf } from './values.ts';

export const Times = z.object({
  started: Time.optional().describe('When the harm began, ISO 8601 in UTC.'),
  detected: Time.optional().describe('When somebody or something noticed it.'),
  acknowledged: Time.optional().describe('When a person took it on.'),
  mitigated: Time.optional().describe('When the harm had ceased, or a fix was in place.'),
  resolved: Time.optional().describe('When the work on it ended.'),
});
export type Times = z.infer<typeof Times>;

export const Durations = z.object({
  toDetect: Seconds.optional().describe('Seconds from started to detected.'),
  toAcknowledge: Seconds.optional().describe('Seconds from detected to acknowledged.'),
  toMitigate: Seconds.optional().describe('Seconds from started to mitigated.'),
  toResolve: Seconds.optional().describe('Seconds from started to resolved.'),
});
export type Durations = z.infer<typeof Durations>;

export const Doubt = z.object({
  kind: z
    .enum(['missing', 'order', 'zero', 'future', 'changed'])
    .describe(
      'missing: not known; order: out of order; zero: took no time at all; future: lay ahead when it was written; changed: people wrote another than the record has.',
    ),
  times: z.array(z.enum(TIME_NAMES)).min(1).describe('The names of the times that it is about.'),
  recorded: Time.optional().describe('Of `changed`: what the incident’s own record has.'),
  what: z.string().describe('The same in a sentence.'),
});
export type Doubt = z.infer<typeof Doubt>;

export function timesOf(times: IncidentTimes): Times {
  return Object.fromEntries(
    TIME_NAMES.flatMap((name) => {
      const at = finite(times[name]);
      return at === undefined ? [] : [[name, timeOf(at)]];
    }),
  );
}

export function durationsOf(times: IncidentTimes): Durations {
  return Object.fromEntries(Object.entries(spansOf(times)).map(([name, span]) => [name, secondsOf(span)]));
}

export function doubtOf(doubt: TimeDoubt): Doubt {
  const what = doubtWords(doubt);
  switch (doubt.kind) {
    case 'order':
      return { kind: 'order', times: [doubt.first, doubt.second], what };
    case 'zero':
      return { kind: 'zero', times: [doubt.from, doubt.to], what };
    case 'changed':
      return { kind: 'changed', times: [doubt.time], recorded: timeOf(doubt.recorded), what };
    default:
      return { kind: doubt.kind, times: [doubt.time], what };
  }
}
