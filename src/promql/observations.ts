import type { Matcher, Preset, Service } from '#domain/service.ts';
import { type Duration, formatDuration, HOUR, MINUTE } from '#domain/time.ts';
import { boundarySpelt } from './buckets.ts';
import { selector } from './quote.ts';
import { fillIn, PART_LABEL } from './signals.ts';

/** A service with a convention. */
export type Conventional = Service & { readonly preset: Preset };

/**
 * The parts of an answer, by `PART_LABEL` and followed by the number of the metric's name: growth of known series, values of new ones, how many series were seen; the same
 * of failed requests; the most that one series grew and that a new one begins with, how many are new; how many were reset, what they grew before that in the step, and
 * failed requests of it; and the share of durations within a bound.
 */
export const OBSERVED_PARTS = {
  grown: 'grown',
  begun: 'begun',
  seen: 'seen',
  badGrown: 'badGrown',
  badBegun: 'badBegun',
  pace: 'pace',
  newest: 'newest',
  fresh: 'fresh',
  cut: 'cut',
  lost: 'lost',
  badLost: 'badLost',
  within: 'within',
} as const;

/** A series that was away for no longer goes on where it was; after longer nobody knows what was counted meanwhile. */
const QUIET: Duration = 5 * MINUTE;

/** Who was not there for so long is new. */
const REMEMBERED: Duration = HOUR;

/** Where a native histogram is read if nobody says: the boundaries that OpenTelemetry advises for HTTP, in seconds. */
export const NATIVE_BOUNDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** The bucket that holds all, as it is spelt. */
const WITHIN_ALL: Matcher = { label: 'le', op: '=~', value: '\\+?Inf' };

/** Requests and failed ones in each step, of every metric name that the convention knows. */
export function requestsQuery(service: Conventional, step: Duration): string {
  const { grown, begun, seen, badGrown, badBegun, cut, lost, badLost } = OBSERVED_PARTS;
  const { preset } = service;
  return requestMetrics(preset)
    .flatMap((metric, i) => {
      const every = selector(metric, matchersOf(service));
      const failed = selector(metric, matchersOf(service, preset.errors));
      const all = counterOf(every, preset.native, step);
      const bad = counterOf(failed, preset.native, step);
      // Samples of native histograms have no greatest one.
      const beforeResets = preset.native
        ? []
        : [
            part(lost, i, `sum(${lostByReset(every, all, step)})`),
            part(badLost, i, `sum(${lostByReset(failed, bad, step)})`),
          ];
      return [
        part(grown, i, `sum(${growth(all, step)})`),
        part(begun, i, `sum(${news(all, step)})`),
        part(seen, i, `count(${all})`),
        part(badGrown, i, `sum(${growth(bad, step)})`),
        part(badBegun, i, `sum(${news(bad, step)})`),
        ...eachParts(i, all, step),
        part(cut, i, `count(${wasReset(all, step)})`),
        ...beforeResets,
      ];
    })
    .join(' or ');
}

/**
 * Durations in each step by `le`, in the unit of the convention; of `bounds` (seconds) only, where given. The bucket that holds all is always among them.
 */
export function bucketsQuery(
  service: Conventional,
  bounds: readonly number[] | undefined,
  step: Duration,
): string {
  const { grown, begun, seen } = OBSERVED_PARTS;
  const { preset } = service;
  const le = bounds?.map((bound) => boundarySpelt(bound * unitsInSecond(preset)));
  const only: readonly Matcher[] =
    le === undefined ? [] : [{ label: 'le', op: '=~', value: [...le, WITHIN_ALL.value].join('|') }];
  return preset.buckets
    .flatMap((metric, i) => {
      const counter = counterOf(selector(metric, matchersOf(service, only)), false, step);
      const every = counterOf(selector(metric, matchersOf(service, [WITHIN_ALL])), false, step);
      return [
        part(grown, i, `sum by (le) (${growth(counter, step)})`),
        part(begun, i, `sum by (le) (${news(counter, step)})`),
        part(seen, i, `count by (le) (${counter})`),
        ...eachParts(i, every, step),
      ];
    })
    .join(' or ');
}

/** As `bucketsQuery`, of native histograms: how many durations there were, and by `le` the share of them that was within each bound. */
export function nativeQuery(
  service: Conventional,
  bounds: readonly number[],
  { step, window }: { readonly step: Duration; readonly window: Duration },
): string {
  const { grown, begun, seen, within } = OBSERVED_PARTS;
  return requestMetrics(service.preset)
    .flatMap((metric, i) => {
      const histogram = selector(metric, matchersOf(service));
      const counter = counterOf(histogram, true, step);
      const increase = `sum(increase(${histogram}[${formatDuration(window)}]))`;
      return [
        part(grown, i, `sum(${growth(counter, step)})`),
        part(begun, i, `sum(${news(counter, step)})`),
        part(seen, i, `count(${counter})`),
        ...eachParts(i, counter, step),
        ...bounds.map((bound) => {
          const le = plain(bound * unitsInSecond(service.preset));
          const share = `histogram_fraction(0, ${le}, ${increase})`;
          return part(within, i, `label_replace(${share}, "le", "${le}", "", "")`);
        }),
      ];
    })
    .join(' or ');
}

/**
 * PromQL of a service's own as one value a step. What has a window of `$__rate_interval` covers the step by that; anything else is averaged over it.
 */
export function gaugeQuery(
  promql: string,
  { step, window, scrape }: { readonly step: Duration; readonly window: Duration; readonly scrape: Duration },
): string {
  // The expression stands on lines of its own because it may end with a comment.
  const one = `sum(\n${fillIn(promql, { rateInterval: window, range: step })}\n)`;
  const hasWindow = /\$(__rate_interval|__interval|__range)\b|\$\{(__rate_interval|__interval|__range)\}/;
  if (hasWindow.test(promql) || step < 2 * scrape) return one;
  return `avg_over_time(${one}[${formatDuration(step - 1)}:${formatDuration(scrape)}])`;
}

/** What the boundaries of a convention's buckets are in, per second. */
export function unitsInSecond({ bucketUnit }: Preset): number {
  return bucketUnit === 'milliseconds' ? 1000 : 1;
}

function requestMetrics(preset: Preset): readonly string[] {
  return preset.native ? preset.buckets.map((name) => name.replace(/_bucket$/, '')) : preset.requests;
}

function matchersOf({ labels, preset }: Conventional, more: readonly Matcher[] = []): readonly Matcher[] {
  const own = Object.entries(labels).map(([label, value]): Matcher => ({ label, op: '=', value }));
  return [...own, ...preset.always, ...more];
}

/**
 * A counter's last value in the step that ends here: also of a series that ended within it, and of none that was not scraped in it. Of a native histogram it is the
 * count; the last sample of such a range is not read by every Prometheus, so that the value at the step's end is taken.
 */
function counterOf(series: string, isNative: boolean, step: Duration): string {
  // Prometheus 2 takes a sample at the step's very beginning for one of the step, Prometheus 3 does not: it is of the step before.
  const range = formatDuration(step - 1);
  return isNative
    ? `(histogram_count(${series}) and present_over_time(${series}[${range}]))`
    : `last_over_time(${series}[${range}])`;
}

/**
 * How much each series grew in the step: the difference of its values at the step's ends, or what it has since it was reset. `irate` of a subquery whose points are the
 * steps' ends extrapolates nothing, and finds earlier values without matching series with series, which costs several times as much. A series that was away
 * for a while grew by the average of that time: what was counted meanwhile is no burst.
 */
function growth(counter: string, step: Duration): string {
  const back = formatDuration(quietSteps(step) * step + step / 2);
  return `(irate(${counter}[${back}:${formatDuration(step)}]) and ${counter}) * ${step / 1000}`;
}

/** Series with less at the step's end than at its beginning. */
function wasReset(counter: string, step: Duration): string {
  return `(resets(${counter}[${formatDuration(step + step / 2)}:${formatDuration(step)}]) > 0)`;
}

/**
 * How much each series grew in the step before it was reset: its greatest sample, which `growth` does not have, above what it had when the step began. What it was reset to
 * first and again is left out. In nearly all steps nothing was reset: its matching comes first, so that all else has nothing to match with.
 */
function lostByReset(series: string, counter: string, step: Duration): string {
  const peak = `max_over_time(${series}[${formatDuration(step - 1)}])`;
  const before = `last_over_time(${series}[${formatDuration(step - 1)}] offset ${formatDuration(step)})`;
  return `((0 * ${wasReset(counter, step)} + ${peak} - ${before}) > 0)`;
}

/** Steps that make up the longest time that a series may be away, at least one. */
export function quietSteps(step: Duration): number {
  return Math.max(1, Math.floor(QUIET / step));
}

/** Series that are there for the first time: they began at zero, or somewhere else, or have other labels now. */
function news(counter: string, step: Duration): string {
  const range = formatDuration(Math.max(REMEMBERED, 2 * step));
  return `${counter} and (count_over_time(${counter}[${range}:${formatDuration(step)}]) == 1)`;
}

/** What single series of a counter do: by that it is judged whether new ones began at zero. */
function eachParts(i: number, counter: string, step: Duration): readonly string[] {
  const { pace, newest, fresh } = OBSERVED_PARTS;
  return [
    part(pace, i, `max(${growth(counter, step)})`),
    part(newest, i, `max(${news(counter, step)})`),
    part(fresh, i, `count(${news(counter, step)})`),
  ];
}

function part(name: string, i: number, of: string): string {
  return `label_replace(${of}, "${PART_LABEL}", "${name}${i}", "", "")`;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(12)));
}
