import type { TimeDrawing } from '#domain/panel.ts';
import type { Request } from '#domain/request.ts';
import { type Frame, mean, type Sample } from '#domain/series.ts';
import type { Unit } from '#domain/signal.ts';
import { formatDuration, last, type Range } from '#domain/time.ts';
import type { Answered, QueryAnswer } from '../answer.ts';
import { linesOf, MOST_LINES, sortedByLast } from '../lines.ts';
import type { AnswerPorts } from './answer.ts';

type QueryRequest = Extract<Request, { ask: 'query' }>;

/** User-written PromQL, as a chart and a table. */
export async function query(
  request: QueryRequest,
  id: string,
  { metrics, catalog, clock }: Pick<AnswerPorts, 'metrics' | 'catalog' | 'clock'>,
): Promise<Answered> {
  const range = last(request.length, clock.now());
  const step = metrics.stepFor(range, request.source);
  const outcome = await metrics.query(request.promql, range, step, request.source);
  return outcome.ok
    ? queried(request, range, outcome.value, id, { zone: catalog.current().zone, isPast: false })
    : { answer: { kind: 'problem', problem: outcome.problem, suggestions: [] } };
}

/** What a query gave in a window, as an answer and a chart. `isPast`: the window does not end now. */
export function queried(
  request: QueryRequest,
  window: Range,
  frame: Frame,
  id: string,
  { zone, isPast }: { readonly zone: string; readonly isPast: boolean },
): { readonly answer: QueryAnswer; readonly drawing: TimeDrawing } {
  const { step, warnings } = frame;
  const series = sortedByLast(frame.series);
  const unit = unitOf(request.promql);
  const source = request.source ?? 'default';
  const rows = series.slice(0, MOST_LINES).map((one) => ({ labels: one.labels, ...summary(one.samples) }));
  return {
    drawing: {
      chart: 'timeseries',
      id,
      title: 'Query',
      facts: [`${isPast ? '' : 'last '}${formatDuration(request.length)}`, ...warnings.slice(0, 1)],
      zone,
      range: frame.range,
      step,
      marks: [],
      panels: [
        {
          title: request.promql,
          unit,
          fromZero: false,
          thresholds: [],
          lines: linesOf(series, frame),
          queries: [{ source, promql: request.promql, line: 'all' }],
          ...(series.length > MOST_LINES ? { omitted: series.length - MOST_LINES + 1 } : {}),
        },
      ],
    },
    answer: {
      kind: 'query',
      promql: request.promql,
      source,
      window,
      step,
      unit,
      rows,
      omitted: series.length - rows.length,
      warnings,
    },
  };
}

/** A guess from the name, by Prometheus' naming rules; anything else is a plain number. */
function unitOf(promql: string): Unit {
  if (/_bytes\b/.test(promql)) return 'bytes';
  if (/histogram_quantile\(.*_seconds/s.test(promql)) return 'seconds';
  return /^\s*(sum\b.*)?\(?\s*(rate|irate)\(/s.test(promql) ? 'perSecond' : 'short';
}

function summary(samples: readonly Sample[]) {
  const values = samples.map(({ value }) => value);
  const average = mean(samples);
  const latest = values.at(-1);
  if (latest === undefined) return {};
  return {
    last: latest,
    min: Math.min(...values),
    max: Math.max(...values),
    ...(average === undefined ? {} : { mean: average }),
  };
}
