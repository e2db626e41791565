import type { Matcher, Preset, Service } from '#domain/service.ts';
import { type Duration, formatDuration, HOUR, MINUTE } from '#domain/time.ts';
import { boundarySpelt } from './buckets.ts';
import { isLabelName, quote, selector } from './quote.ts';
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

/**
 * Series that are told apart by the values of some labels, and only those that fit. `rest` marks those that are told together as what is left of others, by `REST_LABEL`. What the
 * whole service counted is told beside them, by the parts that begin with `WHOLE`: it tells since when all was seen, and whether what is new began at zero.
 */
export type Groups = {
  readonly by: readonly string[];
  readonly only: readonly Matcher[];
  readonly rest?: { readonly only: readonly Matcher[]; readonly by: readonly string[] };
};

export const WHOLE = 'whole:';
export const REST_LABEL = 'bellbuoy_rest';

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
export function requestsQuery(service: Conventional, step: Duration, groups?: Groups): string {
  return requestMetrics(service.preset)
    .flatMap((metric, i) => [
      ...wholeParts(i, counterOf(selector(metric, matchersOf(service)), service.preset.native, step), {
        ...{ groups, step },
      }),
      ...piecesOf(groups).flatMap((piece) => requestParts({ metric, i, piece }, service, step)),
    ])
    .join(' or ');
}

/**
 * Durations in each step by `le`, in the unit of the convention; of `bounds` (seconds) only, where given. The bucket that holds all is always among them.
 */
export function bucketsQuery(
  service: Conventional,
  bounds: readonly number[] | undefined,
  step: Duration,
  groups?: Groups,
): string {
  const { grown, begun, seen } = OBSERVED_PARTS;
  const { preset } = service;
  const le = bounds?.map((bound) => boundarySpelt(bound * unitsInSecond(preset)));
  const only: readonly Matcher[] =
    le === undefined ? [] : [{ label: 'le', op: '=~', value: [...le, WITHIN_ALL.value].join('|') }];
  const counter = (metric: string, more: readonly Matcher[]) =>
    counterOf(selector(metric, matchersOf(service, more)), false, step);
  // `or` reads what stands before it once more: the parts with most series come last.
  return preset.buckets
    .flatMap((metric, i) => [
      ...wholeParts(i, counter(metric, [WITHIN_ALL]), { groups, step, by: ['le'] }),
      ...piecesOf(groups).flatMap((piece) => {
        const each = counter(metric, [...piece.only, ...only]);
        const all = counter(metric, [...piece.only, WITHIN_ALL]);
        const by = [...piece.by, 'le'];
        const told = partsOf(i, piece);
        return [
          ...eachParts(told, all, { by: piece.by, step }),
          told(grown, over('sum', by, growth(each, step))),
          told(begun, over('sum', by, news(each, step))),
          told(seen, over('count', by, each)),
        ];
      }),
    ])
    .join(' or ');
}

/** As `bucketsQuery`, of native histograms: how many durations there were, and by `le` the share of them that was within each bound. */
export function nativeQuery(
  service: Conventional,
  bounds: readonly number[],
  { step, window }: { readonly step: Duration; readonly window: Duration },
  groups?: Groups,
): string {
  const { grown, begun, seen, within } = OBSERVED_PARTS;
  return requestMetrics(service.preset)
    .flatMap((metric, i) => [
      ...wholeParts(i, counterOf(selector(metric, matchersOf(service)), true, step), { groups, step }),
      ...piecesOf(groups).flatMap((piece) => {
        const { by } = piece;
        const histogram = selector(metric, matchersOf(service, piece.only));
        const counter = counterOf(histogram, true, step);
        const increase = over('sum', by, `increase(${histogram}[${formatDuration(window)}])`);
        const told = partsOf(i, piece);
        return [
          told(grown, over('sum', by, growth(counter, step))),
          told(begun, over('sum', by, news(counter, step))),
          told(seen, over('count', by, counter)),
          ...eachParts(told, counter, { by, step }),
          ...bounds.map((bound) => {
            const le = plain(bound * unitsInSecond(service.preset));
            const share = `histogram_fraction(0, ${le}, ${increase})`;
            return told(within, `label_replace(${share}, "le", "${le}", "", "")`);
          }),
        ];
      }),
    ])
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

/** One metric's parts about requests. */
function requestParts(
  { metric, i, piece }: { readonly metric: string; readonly i: number; readonly piece: Piece },
  service: Conventional,
  step: Duration,
): readonly string[] {
  const { grown, begun, seen, badGrown, badBegun, cut, lost, badLost } = OBSERVED_PARTS;
  const { native, errors } = service.preset;
  const { by, only } = piece;
  const every = selector(metric, matchersOf(service, only));
  const failed = selector(metric, matchersOf(service, [...only, ...errors]));
  const all = counterOf(every, native, step);
  const bad = counterOf(failed, native, step);
  const told = partsOf(i, piece);
  // Samples of native histograms have no greatest one.
  const beforeResets = native
    ? []
    : [
        told(lost, over('sum', by, lostByReset(every, all, step))),
        told(badLost, over('sum', by, lostByReset(failed, bad, step))),
      ];
  return [
    told(grown, over('sum', by, growth(all, step))),
    told(begun, over('sum', by, news(all, step))),
    told(seen, over('count', by, all)),
    told(badGrown, over('sum', by, growth(bad, step))),
    told(badBegun, over('sum', by, news(bad, step))),
    ...eachParts(told, all, { by, step }),
    told(cut, over('count', by, wasReset(all, step))),
    ...beforeResets,
  ];
}

/** What the whole service counted, where its parts are told apart. */
function wholeParts(
  i: number,
  counter: string,
  { groups, step, by = [] }: { groups: Groups | undefined; step: Duration; by?: readonly string[] },
): readonly string[] {
  if (groups === undefined) return [];
  const { grown, begun, seen } = OBSERVED_PARTS;
  const told: Told = (name, of) => part(`${WHOLE}${name}${i}`, of);
  return [
    told(grown, over('sum', by, growth(counter, step))),
    told(begun, over('sum', by, news(counter, step))),
    told(seen, over('count', by, counter)),
    ...eachParts(told, counter, { by: [], step }),
  ];
}

/** What single series of a counter do: by that it is judged whether new ones began at zero. */
function eachParts(
  told: Told,
  counter: string,
  { by, step }: { readonly by: readonly string[]; readonly step: Duration },
): readonly string[] {
  const { pace, newest, fresh } = OBSERVED_PARTS;
  return [
    told(pace, over('max', by, growth(counter, step))),
    told(newest, over('max', by, news(counter, step))),
    told(fresh, over('count', by, news(counter, step))),
  ];
}

/** Series that are told together, or by some labels. */
type Piece = { readonly by: readonly string[]; readonly only: readonly Matcher[]; readonly isRest?: true };

function piecesOf(groups: Groups | undefined): readonly Piece[] {
  if (groups === undefined) return [{ by: [], only: [] }];
  const { by, only, rest } = groups;
  return [...(rest === undefined ? [] : [{ ...rest, isRest: true as const }]), { by, only }];
}

/** An expression under the name of its part. */
type Told = (name: string, of: string) => string;

function partsOf(i: number, { isRest }: Piece): Told {
  return (name, of) => {
    const named = part(`${name}${i}`, of);
    return isRest === true ? `label_replace(${named}, "${REST_LABEL}", "1", "", "")` : named;
  };
}

function over(operator: 'sum' | 'count' | 'max', by: readonly string[], of: string): string {
  const labels = by.map((label) => (isLabelName(label) ? label : quote(label)));
  return by.length === 0 ? `${operator}(${of})` : `${operator} by (${labels.join(', ')}) (${of})`;
}

function part(name: string, of: string): string {
  return `label_replace(${of}, "${PART_LABEL}", "${name}", "", "")`;
}

function plain(value: number): string {
  return String(Number(value.toPrecision(12)));
}
