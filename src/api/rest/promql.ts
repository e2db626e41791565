import { z } from 'zod';
import { queried } from '#app/answers/query.ts';
import { sortedByLast } from '#app/lines.ts';
import type { Ports } from '#app/ports.ts';
import { present } from '#domain/optional.ts';
import { failure, success } from '#domain/problem.ts';
import { MINUTE, SECOND } from '#domain/time.ts';
import { pointsOf } from '../contract/points.ts';
import { QueryResult } from '../contract/query.ts';
import { windowOf } from '../contract/readings.ts';
import { timeOf } from '../contract/values.ts';
import { type Operation, operation } from '../operation.ts';
import { drawnId, freshId } from './drawn.ts';
import { Draw, lengthOf } from './lengths.ts';
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
      async ask({ query: promql, range: length, end, source, maxSeries, maxPoints, draw }) {
        const now = clock.now();
        const to = end === undefined ? now : Date.parse(end);
        if (to > now + MINUTE)
          return failure('request-invalid', 'It lies in the future.', { where: 'query end' });
        const range = { from: to - length, to };
        const step = metrics.stepFor(range, source);
        const found = await metrics.query(promql, range, step, source);
        if (!found.ok) return { ok: false, problem: { where: 'query query', ...found.problem } };
        const series = sortedByLast(found.value.series);
        const id = freshId(['query', promql, length, end, source], ports);
        const request = { ask: 'query', promql, length, ...present({ source }) } as const;
        const { answer, drawing } = queried(request, range, found.value, id, catalog.current());
        return success({
          ...{ at: timeOf(now), query: promql, source: answer.source, unit: answer.unit },
          ...{ window: windowOf(found.value.range), step: step / 1000, found: series.length },
          series: series
            .slice(0, maxSeries)
            .map(({ labels, samples }) => ({ labels: { ...labels }, ...pointsOf(samples, maxPoints) })),
          warnings: [...found.value.warnings],
          ...present({ snapshot: await drawnId(drawing, draw, ports) }),
        });
      },
    }),
  ];
}
