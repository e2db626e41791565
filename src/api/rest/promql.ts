import { z } from 'zod';
import { queried } from '#app/answers/query.ts';
import { sortedByLast } from '#app/lines.ts';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import { mean, type Sample } from '#domain/series.ts';
import { type Duration, formatDuration, MINUTE, SECOND } from '#domain/time.ts';
import { labelsOf, QueryResult, type QuerySeries } from '../contract/query.ts';
import { windowOf } from '../contract/readings.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { drawnId, freshId } from './drawn.ts';
import { Draw, lengthIfSaid, lengthOf } from './lengths.ts';
import { Text } from './query.ts';

const whole = (least: number, most: number, usual: number) => {
  const error = `Expected a whole number from ${least} to ${most}.`;
  return z.int({ error }).min(least, { error }).max(most, { error }).default(usual);
};

const QueryInput = z.strictObject({
  query: Text.max(10_000, { error: 'Expected 10000 characters at most.' }).describe(
    'PromQL; `$__rate_interval` and `$__range` are filled in.',
  ),
  range: lengthOf('1h', 'How far back it reaches', 15 * SECOND),
  end: z.iso
    .datetime({ offset: true, error: 'Expected a moment such as 2026-11-26T08:00:00Z.' })
    .optional()
    .describe('When it ends, ISO 8601; now if nothing is said.'),
  step: lengthIfSaid(SECOND).describe(
    'How far points are apart, such as 15s or 5m; what suits the range if nothing is said.',
  ),
  source: Text.optional().describe('The name of a Prometheus; the first one if nothing is said.'),
  maxSeries: whole(1, 200, 20).describe('How many series are given, the highest last value first.'),
  maxPoints: whole(1, 1000, 60).describe('How many points of each are given.'),
  draw: Draw,
});

/** Any PromQL, within bounds. */
export function promqlOperations(ports: Ports): readonly Operation[] {
  const { metrics, clock, catalog } = ports;
  return [
    operation({
      name: 'query',
      method: 'GET',
      path: '/api/v1/query',
      summary: 'Any PromQL over a range, within bounds.',
      scope: 'read',
      input: QueryInput,
      answer: QueryResult,
      tool: {
        description:
          'Asks Prometheus any PromQL over a range and gives the series with last, min, mean and max and their points. It is parsed first, and refused with the place of a mistake. Use it for what compare and get_service_status do not show, such as one label’s values; aggregate in PromQL to keep the answer small.',
        bound: 24_000,
        more: 'Aggregate in PromQL, or ask for fewer with `maxSeries` and `maxPoints`.',
      },
      async ask({ query: promql, range: length, end, step: apart, source, maxSeries, maxPoints, draw }) {
        const now = clock.now();
        const to = end === undefined ? now : Date.parse(end);
        if (to > now + MINUTE)
          return failure('request-invalid', 'It lies in the future.', { where: 'query end' });
        const range = { from: to - length, to };
        const step = apart ?? metrics.stepFor(range, source);
        if (length / step > MOST_POINTS) return tooFine(length);
        const found = await metrics.query(promql, range, step, source);
        if (!found.ok) return { ok: false, problem: { where: 'query query', ...found.problem } };
        const series = sortedByLast(found.value.series);
        const id = freshId(['query', promql, length, end, source], ports);
        const request = { ask: 'query', promql, length, ...present({ source }) } as const;
        const { answer, drawing } = queried(request, range, found.value, id, {
          ...{ zone: catalog.current().zone, isPast: end !== undefined },
        });
        const given = series.slice(0, maxSeries).map((one) => seriesOf(one, maxPoints));
        return success({
          ...{ at: timeOf(now), query: promql, source: answer.source, unit: answer.unit },
          ...{ window: windowOf(found.value.range), step: step / 1000, found: series.length },
          series: given.map(({ series: one }) => one),
          warnings: [...found.value.warnings],
          ...present({
            leftOut: leftOutOf(
              series.length - given.length,
              given.reduce((sum, { left }) => sum + left, 0),
            ),
            snapshot: await drawnId(drawing, draw, ports),
          }),
        });
      },
    }),
  ];
}

function seriesOf(
  {
    labels,
    samples,
  }: { readonly labels: Readonly<Record<string, string>>; readonly samples: readonly Sample[] },
  maxPoints: number,
): { readonly series: QuerySeries; readonly left: number } {
  const known = samples.filter(({ value }) => Number.isFinite(value));
  const values = known.map(({ value }) => value);
  const everyNth = Math.max(1, Math.ceil(known.length / maxPoints));
  // Counted from the end: the last value is the one that is looked for most.
  const kept = known.filter((_, index) => (known.length - 1 - index) % everyNth === 0);
  const one = {
    labels: labelsOf(labels),
    points: kept.map(({ at, value }): [string, number] => [timeOf(at), value]),
    everyNth,
    ...(values.length === 0
      ? {}
      : present({
          ...{ last: values.at(-1), min: Math.min(...values), max: Math.max(...values) },
          mean: mean(known),
        })),
  };
  return { series: one, left: known.length - kept.length };
}

/** Steps that a question may have: more than any chart shows, and not so many that an answer fills the memory. */
const MOST_POINTS = 2000;

function tooFine(length: Duration) {
  const least = formatDuration(Math.ceil(length / MOST_POINTS / SECOND) * SECOND);
  const what = `That are more than ${MOST_POINTS} points a series; for this range a step of ${least} is the least.`;
  return failure('query-too-large', what, { where: 'query step' });
}

function leftOutOf(series: number, points: number): QueryResult['leftOut'] {
  if (series === 0 && points === 0) return undefined;
  const how = [
    ...(series > 0
      ? ['for more series raise maxSeries, or aggregate in PromQL, such as `sum by (route) (…)`']
      : []),
    ...(points > 0 ? ['for all points raise maxPoints, or ask for a shorter range'] : []),
  ].join('; ');
  return { series, points, how: `${how.charAt(0).toUpperCase()}${how.slice(1)}.` };
}
