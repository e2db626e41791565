import type { Clock, CohortObserver } from '#app/ports.ts';
import type { PanelQuery } from '#domain/panel.ts';
import { failure, type Problem } from '#domain/problem.ts';
import type { Flag, Service } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import type { Duration } from '#domain/time.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import type { CohortColumns, Stratum } from '#domain/verdict/observed-cohorts.ts';
import {
  bucketsQuery,
  type Conventional,
  type Groups,
  NATIVE_BOUNDS,
  nativeQuery,
  requestsQuery,
  unitsInSecond,
} from '#promql/observations.ts';
import { busiest, type Grouped, grouped, groupsFor, labelsOf, serviceOf, strataIn } from './cohort-groups.ts';
import { durationsOf, nativeDurationsOf, requestsOf, type Service as Whole } from './observer-counts.ts';
import { distinct, layOut, timesOf } from './observer-grid.ts';
import { type Columns, createHistory } from './observer-history.ts';
import type { Window } from './observer-new.ts';
import type { Asked } from './signals.ts';

/**
 * Observes those with a flag and those without it by the counters and histograms of the service's preset, as `createObserver` does a whole service: also where the service tells its own error
 * ratio or durations by PromQL, which cannot be taken apart by the flag.
 *
 * Where the service was scraped, a cohort whose series are not there had no requests, and what its first series begin with is counted. The busiest strata are told one by one, all others as one.
 */
export function createCohortObserver(asked: readonly Asked[], { clock }: { clock: Clock }): CohortObserver {
  const history = createHistory(clock);
  return {
    async observe(service, flag, range, step) {
      const one = asked.find(({ source }) => source.name === service.source);
      const { preset } = service;
      if (one === undefined || preset === undefined) {
        const problem = one === undefined ? noSource(service) : noPreset(service, flag);
        return { times: timesOf(range, step), step, strata: [], queries: [], problems: [problem] };
      }
      const { times, step: rounded, window, grid } = layOut(range, step, one.source.scrapeInterval);
      if (window.count === 0) return { times, step: rounded, strata: [], queries: [], problems: [] };
      const conventional = { ...service, preset };
      const scrape = one.source.scrapeInterval;
      const queries: PanelQuery[] = [];
      const problems: Problem[] = [];
      const tell = async ({ promqlOf, lines }: Question, groups: Groups): Promise<Grouped> => {
        const promql = promqlOf(groups);
        queries.push(...lines.map((line) => ({ source: service.source, promql, line })));
        const told = await history.tell(one, { promql, by: labelsOf(flag) }, grid);
        problems.push(...told.problems);
        return grouped(told.columns, flag);
      };
      const [counted, timed] = questionsFor(conventional, rounded, scrape);
      const requests = await tell(counted, groupsFor(flag));
      const chosen = busiest(requests, window);
      // Which of many strata are told one by one is known by now; buckets of all would be too many.
      const isMany = chosen.length < requests.kinds.length && !preset.native;
      const durations = await tell(timed, groupsFor(flag, isMany ? chosen : []));
      const told = chosen.length > 0 ? chosen : busiest(durations, window);
      return {
        times,
        step: rounded,
        strata: strataOf(told, window, [
          { ...counted, answer: requests },
          { ...timed, answer: durations },
        ]),
        queries,
        problems: distinct(problems),
      };
    },
  };
}

/** What the strata that are not told one by one are called together. */
const REST = 'other routes';

/** One query, the measures that it is evidence of, and what the columns of one group mean. */
type Question = {
  readonly promqlOf: (groups: Groups) => string;
  readonly lines: readonly Measure[];
  /** How many metric names there are, and which of a metric's columns has all. */
  readonly names: number;
  readonly suffix: '' | '|Infinity';
  readonly read: (columns: Columns, window: Window, whole: Whole) => CohortColumns;
};

function questionsFor(
  service: Conventional,
  step: Duration,
  scrape: Duration,
): readonly [requests: Question, durations: Question] {
  const { preset } = service;
  const perSecond = unitsInSecond(preset);
  const requestNames = preset.native ? preset.buckets.length : preset.requests.length;
  const names = preset.buckets.length;
  const readDurations = preset.native ? nativeDurationsOf : durationsOf;
  return [
    {
      promqlOf: (groups) => requestsQuery(service, step, groups),
      lines: ['rate', 'errorRatio'],
      names: requestNames,
      suffix: '',
      read: (columns, window, whole) => {
        const counted = requestsOf(columns, requestNames, window, whole);
        return counted === undefined ? {} : { requests: { total: counted.total, bad: counted.bad } };
      },
    },
    {
      promqlOf: (groups) =>
        preset.native
          ? nativeQuery(service, NATIVE_BOUNDS, { step, window: step + scrape }, groups)
          : bucketsQuery(service, undefined, step, groups),
      lines: ['p50', 'p99'],
      names,
      suffix: preset.native ? '' : '|Infinity',
      read: (columns, window, whole) => {
        const durations = readDurations(columns, names, window, perSecond, whole);
        return durations === undefined ? {} : { durations };
      },
    },
  ];
}

/** Each stratum with what every question tells of it; one of which neither cohort was seen is left out. */
function strataOf(
  chosen: readonly (readonly string[])[],
  window: Window,
  told: readonly (Question & { readonly answer: Grouped })[],
): readonly Stratum[] {
  const parts = told.map(({ answer, names, suffix, read }) => {
    const whole = serviceOf(answer, names, window, suffix);
    const strata = strataIn(answer, chosen, REST);
    return { strata, read: (columns: Columns) => read(columns, window, whole) };
  });
  const names = [...new Set(parts.flatMap(({ strata }) => [...strata.keys()]))];
  const strata = names.map((name): Stratum => {
    const of = (cohort: 'on' | 'off'): CohortColumns =>
      Object.assign({}, ...parts.map(({ strata, read }) => read(strata.get(name)?.[cohort] ?? new Map())));
    return { name, on: of('on'), off: of('off') };
  });
  const bounds = [
    ...new Set(strata.flatMap(({ on, off }) => [on, off].flatMap((one) => one.durations?.bounds ?? []))),
  ].toSorted((a, b) => a - b);
  return strata
    .filter(({ on, off }) => isSeen(on) || isSeen(off))
    .map(({ name, on, off }) => ({
      name,
      on: withBounds(on, bounds),
      off: withBounds(off, bounds),
    }));
}

function isSeen({ requests, durations }: CohortColumns): boolean {
  return requests !== undefined || durations !== undefined;
}

/** The same with all of `bounds`: by one that it has not, only of no requests is it known how many took longer. */
function withBounds({ durations, ...rest }: CohortColumns, bounds: readonly number[]): CohortColumns {
  if (durations === undefined) return rest;
  const slowerThan = (bound: number): Float64Array =>
    durations.slower[durations.bounds.indexOf(bound)] ??
    durations.total.map((total) => (total === 0 ? 0 : Number.NaN));
  const slower: NonNullable<Observed['durations']>['slower'] = bounds.map(slowerThan);
  return { ...rest, durations: { total: durations.total, bounds, slower } };
}

function noSource({ source }: Service): Problem {
  return failure('prometheus-unreachable', `There is no Prometheus named ${source}.`).problem;
}

function noPreset({ name }: Service, flag: Flag): Problem {
  const what = `The flag ${flag.name} cannot be compared: cohorts are counted by the metrics of a preset, and the service ${name} has none.`;
  return failure('query-invalid', what, { where: `services.${name}.preset` }).problem;
}
