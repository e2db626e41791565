import { z } from 'zod';
import type { Labels } from '#domain/series.ts';
import { UNITS, Window } from './readings.ts';
import { Seconds, Time, Untrusted } from './values.ts';

const Point = z.tuple([Time, z.number()]).describe('A moment and the value then.');

/** One series. */
export const QuerySeries = z.object({
  labels: z.record(Untrusted, Untrusted),
  last: z.number().optional(),
  min: z.number().optional(),
  mean: z.number().optional(),
  max: z.number().optional(),
  points: z.array(Point).describe('Oldest first; thinned out to `maxPoints`, where `everyNth` is above 1.'),
  everyNth: z.int().min(1).describe('Of so many points one is given; the figures are of all.'),
});
export type QuerySeries = z.infer<typeof QuerySeries>;

/** What a PromQL expression gave. */
export const QueryResult = z.object({
  at: Time,
  query: Untrusted,
  source: z.string().describe('The Prometheus that was asked.'),
  window: Window,
  step: Seconds,
  unit: z.enum(UNITS).describe('A guess from the names of metrics.'),
  series: z.array(QuerySeries).describe('The highest last value first.'),
  found: z.int().min(0).describe('How many series there are; those beyond `maxSeries` are not given.'),
  leftOut: z
    .object({
      series: z.int().min(0).describe('Series that are not given.'),
      points: z.int().min(0).describe('Points of the series given that are not given.'),
      how: z.string().describe('How to ask for them.'),
    })
    .optional()
    .describe('What was left out; absent where all is given.'),
  warnings: z.array(Untrusted).describe('What the source said of its answer.'),
  snapshot: z.string().optional().describe('The id of the chart, where `draw` was asked for.'),
});
export type QueryResult = z.infer<typeof QueryResult>;

export function labelsOf(labels: Labels): Record<string, string> {
  return { ...labels };
}
