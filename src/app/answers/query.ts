import type { Line, TimeDrawing } from '#domain/panel.ts';
import type { Request } from '#domain/request.ts';
import { type Frame, type Labels, lastValue, mean, type Sample, type Series } from '#domain/series.ts';
import type { Unit } from '#domain/signal.ts';
import { formatDuration, last } from '#domain/time.ts';
import type { Answered } from '../answer.ts';
import type { AnswerPorts } from './answer.ts';

/** Lines that can be told apart in one panel; the rest is summed. */
const DRAWN = 8;

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
  if (!outcome.ok) return { answer: { kind: 'problem', problem: outcome.problem, suggestions: [] } };
  const series = outcome.value.series.toSorted(
    (a, b) => (lastValue(b.samples) ?? 0) - (lastValue(a.samples) ?? 0),
  );
  const unit = unitOf(request.promql);
  const drawing: TimeDrawing = {
    chart: 'timeseries',
    id,
    title: 'Query',
    facts: [`last ${formatDuration(request.length)}`, ...outcome.value.warnings.slice(0, 1)],
    zone: catalog.current().zone,
    range: outcome.value.range,
    step,
    marks: [],
    panels: [
      {
        title: request.promql,
        unit,
        fromZero: false,
        thresholds: [],
        lines: linesOf(series, outcome.value),
        queries: [{ source: request.source ?? 'default', promql: request.promql, line: 'all' }],
        ...(series.length > DRAWN ? { omitted: series.length - DRAWN + 1 } : {}),
      },
    ],
  };
  const rows = series.slice(0, DRAWN).map((one) => ({ labels: one.labels, ...summary(one.samples) }));
  return {
    drawing,
    answer: {
      kind: 'query',
      promql: request.promql,
      source: request.source ?? 'default',
      window: range,
      step,
      unit,
      rows,
      omitted: series.length - rows.length,
      warnings: outcome.value.warnings,
    },
  };
}

function linesOf(series: readonly Series[], frame: Frame): readonly Line[] {
  const shown = series.length > DRAWN ? series.slice(0, DRAWN - 1) : series;
  const rest = series.slice(shown.length);
  const lines = shown.map(
    ({ labels, samples }): Line => ({ name: nameOf(labels, series), role: 'plain', samples }),
  );
  return rest.length === 0
    ? lines
    : [...lines, { name: 'other', role: 'plain', samples: summed(rest, frame) }];
}

function summed(series: readonly Series[], { range, step }: Frame): readonly Sample[] {
  const sums = new Map<number, number>();
  for (const { samples } of series)
    for (const { at, value } of samples) sums.set(at, (sums.get(at) ?? 0) + value);
  return [...sums]
    .filter(([at]) => at >= range.from && (at - range.from) % step === 0)
    .map(([at, value]) => ({ at, value }))
    .toSorted((a, b) => a.at - b.at);
}

/** The values of the labels in which the series differ. */
function nameOf(labels: Labels, all: readonly Series[]): string {
  const differing = Object.keys(labels).filter((name) =>
    all.some((other) => other.labels[name] !== labels[name]),
  );
  return differing.map((name) => labels[name]).join(' ');
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
