import type { CountedSlo } from '#app/ports.ts';
import { type Sli, WINDOW } from '#domain/budget/slo.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Series } from '#domain/series.ts';
import { type Duration, HOUR, type Instant } from '#domain/time.ts';
import { boundariesQuery, groupCounters } from '#promql/increments.ts';
import { selector } from '#promql/quote.ts';
import { readSelector } from '#promql/selector.ts';
import type { Prometheus } from './prometheus.ts';

export type EventsSli = Extract<Sli, { kind: 'events' }>;

/** An SLO whose latency is told by counters: the bucket that is used, and in `notes` that it is not the threshold, where so. */
export type Resolved = Pick<CountedSlo, 'key' | 'slo'> & {
  readonly sli: EventsSli | Extract<Sli, { kind: 'ratio' }> | undefined;
  readonly notes: readonly string[];
  readonly problems: readonly Problem[];
};

/** Boundaries change with a deploy at most. */
const KEPT_FOR: Duration = HOUR;

/** Finds the buckets that latency thresholds mean; what was found is kept for an hour. */
export function createBoundaries() {
  const known = new Map<string, { at: Instant; bounds: readonly string[] }>();
  return {
    async resolve(
      client: Prometheus,
      slos: readonly Pick<CountedSlo, 'key' | 'slo'>[],
      at: Instant,
    ): Promise<readonly Resolved[]> {
      const buckets = slos.flatMap(({ slo: { sli } }) =>
        sli.kind === 'latency' ? [bucketsOf(sli.histogram)] : [],
      );
      const stale = buckets.filter((text) => Math.abs(at - (known.get(text)?.at ?? 0)) > KEPT_FOR);
      const problems = await refresh(client, stale, at, known);
      return slos.map(({ key, slo }): Resolved => {
        const { sli } = slo;
        if (sli.kind === 'ratio' && slo.origin.recorded !== undefined)
          return { key, slo, ...byRecording(sli, slo.origin.recorded) };
        if (sli.kind !== 'latency') return { key, slo, sli, notes: [], problems: [] };
        const text = bucketsOf(sli.histogram);
        const problem = problems.get(text);
        if (problem !== undefined) return { key, slo, sli: undefined, notes: [], problems: [problem] };
        return { key, slo, ...byBucket(sli, known.get(text)?.bounds ?? []) };
      });
    },
  };
}

async function refresh(
  client: Prometheus,
  texts: readonly string[],
  at: Instant,
  known: Map<string, { at: Instant; bounds: readonly string[] }>,
): Promise<ReadonlyMap<string, Problem>> {
  const located = groupCounters(texts);
  const problems = new Map<string, Problem>();
  for (const [group, members] of Map.groupBy([...located], ([, place]) => place.group)) {
    const answer = await client.instant(boundariesQuery(group), at);
    for (const [text, { values }] of members) {
      if (!answer.ok) {
        problems.set(text, answer.problem);
        continue;
      }
      const isOurs = ({ labels }: Series) => group.by.every((label, i) => labels[label] === values[i]);
      const bounds = answer.value.series.filter(isOurs).flatMap(({ labels }) => labels.le ?? []);
      // Nothing found is asked again the next time: the service may not have begun.
      if (bounds.length > 0) known.set(text, { at, bounds });
    }
  }
  return problems;
}

function bucketsOf(histogram: string): string {
  const read = readSelector(histogram);
  if (read === undefined) return histogram;
  return selector(read.metric.endsWith('_bucket') ? read.metric : `${read.metric}_bucket`, read.matchers);
}

/** The error ratio that an installed tool records, over the window. */
export function recordedShare(recorded: string): string {
  return `avg(avg_over_time(${recorded}[${WINDOW}]))`;
}

/** What an installed tool records is read, and where it does not run, the expression. */
function byRecording(
  { of, promql }: Extract<Sli, { kind: 'ratio' }>,
  recorded: string,
): Pick<Resolved, 'sli' | 'notes' | 'problems'> {
  const bad = of === 'bad' ? promql : `1 - (${promql})`;
  return {
    sli: { kind: 'ratio', of: 'bad', promql: `${recordedShare(recorded)} or (${bad})` },
    notes: [`Where it is recorded, the ratio is read from \`${recorded}\`.`],
    problems: [],
  };
}

type LatencySli = Extract<Sli, { kind: 'latency' }>;

/** The share within the largest boundary that is not above the threshold. Without buckets the histogram is taken for a native one. */
function byBucket(
  { histogram, threshold }: LatencySli,
  bounds: readonly string[],
): Pick<Resolved, 'sli' | 'notes' | 'problems'> {
  const read = readSelector(histogram);
  if (read === undefined)
    return {
      sli: undefined,
      notes: [],
      problems: [failure('query-invalid', `\`${histogram}\` is not a selector of a histogram.`).problem],
    };
  const base = read.metric.replace(/_bucket$/, '');
  const seconds = threshold / 1000;
  const sorted = bounds.filter((text) => text !== '+Inf').toSorted((a, b) => Number(a) - Number(b));
  if (sorted.length === 0) return native(selector(base, read.matchers), seconds);
  const lower = sorted.findLast((text) => Number(text) <= seconds * (1 + 1e-9));
  const upper = sorted.find((text) => Number(text) > seconds * (1 + 1e-9));
  if (lower === undefined)
    return {
      sli: undefined,
      notes: [],
      problems: [
        failure(
          'query-invalid',
          `The threshold of ${seconds} s lies below all buckets; the lowest is ${upper} s.`,
        ).problem,
      ],
    };
  const part = selector(`${base}_bucket`, [...read.matchers, { label: 'le', op: '=', value: lower }]);
  const isExact = Math.abs(Number(lower) - seconds) <= seconds * 1e-9;
  return {
    sli: {
      kind: 'events',
      counts: 'good',
      part: { kind: 'counters', terms: [{ selector: part, sign: 1 }] },
      total: { kind: 'counters', terms: [{ selector: selector(`${base}_count`, read.matchers), sign: 1 }] },
    },
    notes: isExact
      ? []
      : [
          `No bucket ends at ${seconds} s: requests within ${lower} s are counted as good; the nearest thresholds are ${lower} s${upper === undefined ? '' : ` and ${upper} s`}.`,
        ],
    problems: [],
  };
}

function native(metric: string, seconds: number): Pick<Resolved, 'sli' | 'notes' | 'problems'> {
  const rates = `sum(rate(${metric}[${WINDOW}]))`;
  const count = `histogram_count(${rates})`;
  return {
    sli: {
      kind: 'events',
      counts: 'good',
      part: {
        kind: 'expression',
        gives: 'rate',
        promql: `histogram_fraction(0, ${seconds}, ${rates}) * ${count}`,
      },
      total: { kind: 'expression', gives: 'rate', promql: count },
    },
    notes: [],
    problems: [],
  };
}
