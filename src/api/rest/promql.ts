import { z } from 'zod';
import { queried } from '#app/answers/query.ts';
import { sortedByLast } from '#app/lines.ts';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import type { Sample } from '#domain/series.ts';
import { type Duration, formatDuration, MINUTE, SECOND } from '#domain/time.ts';
import { pointsOf } from '../contract/points.ts';
import { QueryResult, type QuerySeries } from '../contract/query.ts';
import { windowOf } from '../contract/readings.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { drawnId, freshId } from './drawn.ts';
import { Draw, lengthIfSaid, lengthOf } from './lengths.ts';
import { Text, wholeNumber } from './query.ts';

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
  maxSeries: wholeNumber(1, 200, 20).describe('How many series are given, the highest last value first.'),
  maxPoints: wholeNumber(1, 1000, 60).describe('How many points of each are given.'),
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
        const shown = series.slice(0, maxSeries);
        const given = shown.map(({ labels, samples }) => ({
          ...{ labels: { ...labels }, ...pointsOf(samples, maxPoints) },
        }));
        return success({
          ...{ at: timeOf(now), query: promql, source: answer.source, unit: answer.unit },
          ...{ window: windowOf(found.value.range), step: step / 1000, found: series.length },
          series: given,
          warnings: [...found.value.warnings],
          ...present({
            leftOut: leftOutOf(series.length - shown.length, pointsLeft(shown, given)),
            snapshot: await drawnId(drawing, draw, ports),
          }),
        });
      },
    }),
  ];
}

/** Steps that a question may have: more than any chart shows, and not so many that an answer fills the memory. */
const MOST_POINTS = 2000;

function tooFine(length: Duration) {
  const least = formatDuration(Math.ceil(length / MOST_POINTS / SECOND) * SECOND);
  const what = `That are more than ${MOST_POINTS} points a series; for this range a step of ${least} is the least.`;
  return failure('query-too-large', what, { where: 'query step' });
}

/** How many points of these series are not given; what is no number is no point. */
function pointsLeft(
  shown: readonly { readonly samples: readonly Sample[] }[],
  given: readonly Pick<QuerySeries, 'points'>[],
): number {
  const known = shown.flatMap(({ samples }) => samples.filter(({ value }) => Number.isFinite(value)));
  return given.reduce((left, { points }) => left - points.length, known.length);
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
