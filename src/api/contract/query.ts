import { z } from 'zod';
import { PointList } from './points.ts';
import { UNITS, Window } from './readings.ts';
import { Seconds, Time, Untrusted } from './values.ts';

/** One series. */
export const QuerySeries = PointList.extend({ labels: z.record(Untrusted, Untrusted) });
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
  warnings: z.array(Untrusted).describe('What the source said of its answer.'),
  snapshot: z.string().optional().describe('The id of the chart, where `draw` was asked for.'),
});
export type QueryResult = z.infer<typeof QueryResult>;
