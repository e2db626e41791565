import type { Clock, SignalObserver } from '#app/ports.ts';
import type { PanelQuery } from '#domain/panel.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Service } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import type { Duration } from '#domain/time.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import {
  bucketsQuery,
  type Conventional,
  gaugeQuery,
  NATIVE_BOUNDS,
  nativeQuery,
  requestsQuery,
  unitsInSecond,
} from '#promql/observations.ts';
import { durationQuery, groupsOf } from '#promql/signals.ts';
import { durationsOf, nativeDurationsOf, requestsOf } from './observer-counts.ts';
import { distinct, layOut, timesOf } from './observer-grid.ts';
import { type Columns, createHistory, type Grid } from './observer-history.ts';
import type { Window } from './observer-new.ts';
import type { Source } from './prometheus.ts';
import type { Asked } from './signals.ts';

/**
 * Observes services by differences of their raw counters. The step is rounded up to a multiple of the source's scrape interval: in less there may be no sample.
 *
 * A step in which nothing of the service was scraped is unknown. After at most five minutes of that, its series go on with their average pace meanwhile, so that neither rate nor
 * ratio jumps; after more, and where nothing was known before, the first step is unknown too.
 */
export function createObserver(asked: readonly Asked[], { clock }: { clock: Clock }): SignalObserver {
  const history = createHistory(clock);
  return {
    async observe(service, range, step, bounds) {
      const one = asked.find(({ source }) => source.name === service.source);
      if (one === undefined) {
        const what = `There is no Prometheus named ${service.source}.`;
        return nothing(timesOf(range, step), step, failure('prometheus-unreachable', what).problem);
      }
      const { times, step: rounded, window, grid } = layOut(range, step, one.source.scrapeInterval);
      if (window.count === 0) return nothing(times, rounded);
      const questions = questionsFor(service, one.source, rounded, bounds);
      const told = await Promise.all(
        questions.map(async (question) => ({
          question,
          ...(await history.tell(
            one,
            { promql: question.promql, by: [] },
            question.isGauge ? ofGauge(grid, window) : grid,
          )),
        })),
      );
      const parts = told.map(({ question, columns }) => question.read(columns, window));
      return {
        times,
        step: rounded,
        ...Object.assign({}, ...parts.map(({ counted }) => counted)),
        gauges: Object.assign({}, ...parts.map(({ gauges }) => gauges)),
        queries: questions.flatMap(({ promql, lines }) =>
          lines.map((line): PanelQuery => ({ source: service.source, promql, line })),
        ),
        problems: distinct(told.flatMap(({ problems }) => problems)),
      };
    },
  };
}

type Read = {
  readonly counted?: Pick<Observed, 'requests' | 'durations'>;
  readonly gauges?: Observed['gauges'];
};

/** One query, the measures that it is evidence of, and what its answer means. */
type Question = {
  readonly promql: string;
  readonly lines: readonly Measure[];
  readonly isGauge: boolean;
  readonly read: (columns: Columns, window: Window) => Read;
};

function questionsFor(
  service: Service,
  source: Source,
  step: Duration,
  bounds: readonly number[] | undefined,
): readonly Question[] {
  const scrape = source.scrapeInterval;
  // A rate needs two samples.
  const window = Math.max(step, 2 * scrape);
  const own = Object.entries(service.overrides).flatMap(([measure, promql]) =>
    promql === undefined ? [] : [gauge(measure as Measure, gaugeQuery(promql, { step, window, scrape }))],
  );
  const { preset } = service;
  if (preset === undefined) return own;
  const conventional = { ...service, preset };
  return [
    ...requestQuestions(conventional, { step, scrape }),
    ...durationQuestions(conventional, bounds, { step, scrape }),
    ...own,
  ];
}

/** Where a restart may have hidden more of a step's requests than this, nobody knows their rate. */
const MOST_HIDDEN = 0.1;

function requestQuestions(
  service: Conventional,
  { step, scrape }: { readonly step: Duration; readonly scrape: Duration },
): readonly Question[] {
  const { preset, overrides } = service;
  const isRateOwn = overrides.rate !== undefined;
  const isRatioOwn = overrides.errorRatio !== undefined;
  if (isRateOwn && isRatioOwn) return [];
  const names = preset.native ? preset.buckets.length : preset.requests.length;
  return [
    {
      promql: requestsQuery(service, step),
      lines: [...(isRateOwn ? [] : (['rate'] as const)), ...(isRatioOwn ? [] : (['errorRatio'] as const))],
      isGauge: false,
      read: (columns, window) => {
        const counted = requestsOf(columns, names, window);
        const rate = new Float64Array(window.count).fill(Number.NaN);
        // Of a counter that is reset what came since the last scrape before is lost; of native histograms all that came before.
        const hidden = (reset: number) => reset * (preset.native ? 1 : scrape / step);
        counted?.total.forEach((total, i) => {
          // After a gap some of what was counted belongs to it.
          if (counted.whole[i] === true && hidden(counted.reset[i] ?? 0) <= MOST_HIDDEN)
            rate[i] = total / (step / 1000);
        });
        const requests = counted === undefined ? undefined : { total: counted.total, bad: counted.bad };
        return {
          counted: requests === undefined || isRatioOwn ? {} : { requests },
          gauges: isRateOwn ? {} : { rate },
        };
      },
    },
  ];
}

const QUANTILES = { p50: 0.5, p99: 0.99 } as const;

/** Where one quantile is told by PromQL of the service's own, the other is a measure too. */
function durationQuestions(
  service: Conventional,
  bounds: readonly number[] | undefined,
  { step, scrape }: { readonly step: Duration; readonly scrape: Duration },
): readonly Question[] {
  const { preset, overrides } = service;
  const measures = ['p50', 'p99'] as const;
  const left = measures.filter((measure) => overrides[measure] === undefined);
  const window = step + scrape;
  if (left.length < measures.length) {
    const groups = groupsOf([service]);
    return left.flatMap((measure) =>
      groups.map((group) => gauge(measure, `sum(${durationQuery(group, [QUANTILES[measure]], window)})`)),
    );
  }
  const perSecond = unitsInSecond(preset);
  const names = preset.buckets.length;
  const promql = preset.native
    ? nativeQuery(service, bounds ?? NATIVE_BOUNDS, { step, window })
    : bucketsQuery(service, bounds, step);
  const read = preset.native ? nativeDurationsOf : durationsOf;
  return [
    {
      promql,
      lines: measures,
      isGauge: false,
      read: (columns, told) => {
        const durations = read(columns, names, told, perSecond);
        return durations === undefined ? {} : { counted: { durations } };
      },
    },
  ];
}

function gauge(measure: Measure, promql: string): Question {
  return {
    promql,
    lines: [measure],
    isGauge: true,
    read: (columns, { count }) => {
      const [values] = columns.values();
      return { gauges: { [measure]: values ?? new Float64Array(count).fill(Number.NaN) } };
    },
  };
}

/** What is measured needs nothing from before. */
function ofGauge({ from, count, step }: Grid, { lead }: Window): Grid {
  return { from: from + lead * step, count: count - lead, step };
}

function nothing(times: readonly number[], step: Duration, ...problems: readonly Problem[]): Observed {
  return { times, step, gauges: {}, queries: [], problems };
}
