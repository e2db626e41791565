import { z } from 'zod';
import { present } from '#domain/optional.ts';
import { mean, type Sample } from '#domain/series.ts';
import { finite, Time, timeOf } from './values.ts';

/** Values over time, thinned out where there are too many. */
export const PointList = z.object({
  last: z.number().optional().describe('Of all points, as the other three.'),
  min: z.number().optional(),
  mean: z.number().optional(),
  max: z.number().optional(),
  points: z
    .array(z.tuple([Time, z.number()]))
    .describe('Moments and values, oldest first; a moment without a value is not among them.'),
  everyNth: z.int().min(1).describe('Of so many points one is given, counted from the last.'),
});
export type PointList = z.infer<typeof PointList>;

/** At most `most` of these samples, the last one always among them, with the figures of all. */
export function pointsOf(samples: readonly Sample[], most: number): PointList {
  const known = samples.filter(({ value }) => Number.isFinite(value));
  const everyNth = Math.max(1, Math.ceil(known.length / most));
  const kept = known.filter((_, index) => (known.length - 1 - index) % everyNth === 0);
  const extremes = known.reduce(
    ({ min, max }, { value }) => ({ min: Math.min(min, value), max: Math.max(max, value) }),
    { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY },
  );
  return {
    points: kept.map(({ at, value }): [string, number] => [timeOf(at), value]),
    everyNth,
    ...present({
      ...{ last: known.at(-1)?.value, mean: finite(mean(known)) },
      ...{ min: finite(extremes.min), max: finite(extremes.max) },
    }),
  };
}
