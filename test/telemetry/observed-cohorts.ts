import type { Flag } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import type { CohortColumns, ObservedCohorts, Stratum } from '#domain/verdict/observed-cohorts.ts';
import { type MadeCounter, openMetricsOfCounters } from './counters.ts';
import { listed } from './observed-services.ts';

/** A flag as tests use it. */
export function flagWith(more: Partial<Flag> = {}): Flag {
  return { name: 'new-checkout', label: 'new_checkout', on: 'true', off: 'false', strata: [], ...more };
}

/** The stratum of a name; one without a name where traffic is not told apart. */
export function stratumOf({ strata }: ObservedCohorts, name = ''): Stratum {
  const found = strata.find((one) => one.name === name);
  if (found === undefined)
    throw new Error(`no stratum "${name}" among ${JSON.stringify(strata.map((one) => one.name))}`);
  return found;
}

/** Requests of a cohort as plain lists; what nobody knows is `undefined`. */
export function requestsOf({ requests }: CohortColumns) {
  return { total: listed(requests?.total), bad: listed(requests?.bad) };
}

/** One cohort's counters as a preset has them: requests by outcome, and buckets. Labels are written as in an exposition. */
export type MadeCohort = {
  readonly labels: string;
  readonly good?: Float64Array;
  readonly bad?: Float64Array;
  /** Buckets, by `le`. */
  readonly within?: Readonly<Record<string, Float64Array>>;
};

/** The counters of OpenTelemetry's HTTP convention. */
export function countersOf(
  { labels, good, bad, within = {} }: MadeCohort,
  life: Omit<MadeCounter, 'series' | 'events'>,
): readonly MadeCounter[] {
  const metric = 'http_server_request_duration_seconds';
  const outcome = (code: string, events: Float64Array | undefined) =>
    events === undefined
      ? []
      : [{ ...life, series: `${metric}_count{${labels},http_response_status_code="${code}"}`, events }];
  return [
    ...outcome('200', good),
    ...outcome('500', bad),
    ...Object.entries(within).map(([le, events]) => ({
      ...life,
      series: `${metric}_bucket{${labels},le="${le}"}`,
      events,
    })),
  ];
}

/** A counter that is not always scraped. */
export type SeenCounter = MadeCounter & { readonly isSeen?: (at: Instant) => boolean };

/** The samples of counters where they are scraped. */
export function scrapesOf(counters: readonly SeenCounter[]): string {
  const isSeenBy = new Map(counters.map(({ series, isSeen }) => [series, isSeen]));
  return openMetricsOfCounters(counters)
    .split('\n')
    .filter((line) => {
      const [series = '', , at] = line.split(/ (?=[\d.]+(?: |$))/);
      return at === undefined || isSeenBy.get(series)?.(Number(at) * 1000) !== false;
    })
    .join('\n');
}
