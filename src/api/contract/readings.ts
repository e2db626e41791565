import { z } from 'zod';
import { present } from '#domain/optional.ts';
import type * as domain from '#domain/reading.ts';
import { factsOf, isMeasure, type Measure, type Unit } from '#domain/signal.ts';
import type * as time from '#domain/time.ts';
import { Problem, problemOf } from './problem.ts';
import { finite, Time, timeOf } from './values.ts';

export const MEASURES = [
  'rate',
  'errorRatio',
  'p50',
  'p99',
  'cpu',
  'memory',
  'restarts',
  'throttling',
] as const satisfies readonly Measure[];

export const UNITS = [
  'perSecond',
  'ratio',
  'seconds',
  'bytes',
  'cores',
  'count',
  'short',
] as const satisfies readonly Unit[];

/** From when to when something was looked at. */
export const Window = z.object({ from: Time, to: Time });
export type Window = z.infer<typeof Window>;

/** What a service’s signals were in one window, each as one number. */
export const Reading = z.object({
  values: z
    .array(
      z.object({
        measure: z.enum(MEASURES),
        unit: z
          .enum(UNITS)
          .describe('perSecond: requests a second; ratio: 0 to 1; seconds, bytes, cores, count as they say.'),
        value: z.number(),
      }),
    )
    .describe('A measure that has no data is not among them.'),
  requests: z.number().min(0).optional().describe('Requests counted in the window.'),
  problems: z.array(Problem).describe('Why something is missing.'),
});
export type Reading = z.infer<typeof Reading>;

export function windowOf({ from, to }: time.Range): Window {
  return { from: timeOf(from), to: timeOf(to) };
}

export function readingOf({ values, requests, problems }: domain.Reading): Reading {
  return {
    values: Object.entries(values).flatMap(([name, read]) => {
      const value = finite(read);
      return value === undefined || !isMeasure(name)
        ? []
        : [{ measure: name, unit: factsOf(name).unit, value }];
    }),
    ...present({ requests: finite(requests) }),
    problems: problems.map(problemOf),
  };
}
