import { z } from 'zod';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Sample, Series } from '#domain/series.ts';

/** A sample as Prometheus writes it: seconds since the epoch, and the value as text. */
const Point = z.tuple([z.number(), z.string()]);
/** A native histogram at one instant; only how many observations it holds is read. */
const NativeHistogram = z.tuple([z.number(), z.object({ count: z.string() })]);
const Metric = z.record(z.string(), z.string()).default({});

const Data = z.discriminatedUnion('resultType', [
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({
        metric: Metric,
        values: z.array(Point).default([]),
        histograms: z.array(NativeHistogram).default([]),
      }),
    ),
  }),
  z.object({
    resultType: z.literal('vector'),
    result: z.array(
      z.object({ metric: Metric, value: Point.optional(), histogram: NativeHistogram.optional() }),
    ),
  }),
  z.object({ resultType: z.literal('scalar'), result: Point }),
  z.object({ resultType: z.literal('string'), result: Point }),
]);

const Answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: Data,
    warnings: z.array(z.string()).default([]),
    infos: z.array(z.string()).default([]),
    isPartial: z.boolean().default(false),
  }),
  z.object({ status: z.literal('error'), errorType: z.string().default(''), error: z.string().default('') }),
]);

export type Samples = {
  readonly series: readonly Series[];
  readonly warnings: readonly string[];
  readonly partial: boolean;
};

/** Reads an answer of `/api/v1/query` or `query_range`. NaN is no measurement and left out; ±Inf is kept. `where` names the source. */
export function readSamples(body: string, where: string): Outcome<Samples> {
  const parsed = Answer.safeParse(parseJson(body));
  if (!parsed.success) {
    return failure(
      'prometheus-unreadable',
      `The answer is not one of Prometheus: ${JSON.stringify(body.slice(0, 80))}.`,
      { where },
    );
  }
  const answer = parsed.data;
  if (answer.status === 'error') return refusal(answer.errorType, answer.error, where);
  const partial = answer.isPartial || answer.warnings.length > 0;
  const native = isNative(answer.data) ? [NATIVE] : [];
  const warnings = [...answer.warnings, ...answer.infos, ...native];
  return success({ series: seriesOf(answer.data), warnings, partial });
}

const NATIVE = 'native histograms are shown by their count; ask for a quantile to see durations';

function isNative(data: z.infer<typeof Data>): boolean {
  if (data.resultType === 'matrix') return data.result.some(({ histograms }) => histograms.length > 0);
  return data.resultType === 'vector' && data.result.some(({ histogram }) => histogram !== undefined);
}

function countOf([at, { count }]: z.infer<typeof NativeHistogram>): z.infer<typeof Point> {
  return [at, count];
}

function refusal(type: string, error: string, where: string): Outcome<never> {
  if (type === 'bad_data')
    return failure('query-invalid', `Prometheus does not take the query: ${error}.`, { where });
  if (type === 'timeout' || type === 'canceled')
    return failure('prometheus-timeout', `Prometheus gave up: ${error}.`, { where });
  if (/too many samples|exceeded maximum resolution/.test(error))
    return failure('query-too-large', `${error}.`, { where });
  return failure(type === 'execution' ? 'query-invalid' : 'prometheus-failed', `Prometheus said: ${error}.`, {
    where,
  });
}

function seriesOf(data: z.infer<typeof Data>): readonly Series[] {
  switch (data.resultType) {
    case 'matrix':
      return data.result.map(({ metric, values, histograms }) => ({
        labels: metric,
        samples: [...values, ...histograms.map(countOf)].flatMap(toSample).toSorted((a, b) => a.at - b.at),
      }));
    case 'vector':
      return data.result.map(({ metric, value, histogram }) => ({
        labels: metric,
        samples: [
          ...(value === undefined ? [] : toSample(value)),
          ...(histogram === undefined ? [] : toSample(countOf(histogram))),
        ],
      }));
    case 'scalar':
      return [{ labels: {}, samples: toSample(data.result) }];
    case 'string':
      return [];
  }
}

function toSample([seconds, text]: z.infer<typeof Point>): readonly Sample[] {
  const value =
    text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
  return Number.isNaN(value) ? [] : [{ at: Math.round(seconds * 1000), value }];
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
