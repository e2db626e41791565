import type { Observed } from '#domain/verdict/observed.ts';
import { OBSERVED_PARTS } from '#promql/observations.ts';
import type { Columns } from './observer-history.ts';
import { type Counters, shareOfNew, valueAt, type Window } from './observer-new.ts';

/** Requests in each step, whether all that was counted since the step before is of this one, and the share of them (0…1) that is of counters that were reset. */
export type CountedRequests = {
  readonly total: Float64Array;
  readonly bad: Float64Array;
  readonly whole: readonly boolean[];
  readonly reset: Float64Array;
};

/**
 * What a group of series is a part of: the whole service, and the number of the metric name that is used in each step. Where the service was scraped, a group that is not there had
 * nothing, and one that is there for the first time began at zero.
 */
export type Service = { readonly columns: Columns; readonly used: readonly (number | undefined)[] };

const { grown, begun, seen, fresh, badGrown, badBegun, cut, lost, badLost, within } = OBSERVED_PARTS;

/** The requests; `undefined` where no counter of them was seen in any step. */
export function requestsOf(
  columns: Columns,
  names: number,
  window: Window,
  service?: Service,
): CountedRequests | undefined {
  const own = metricsUsed(columns, names, window, '');
  if (own.every((i) => i === undefined)) return undefined;
  const used = service?.used ?? own;
  const total = unknown(window.count);
  const bad = unknown(window.count);
  const reset = new Float64Array(window.count);
  const whole = used.map((metric, i) => valueAt(columns, `${seen}${metric}`, window.lead + i - 1) > 0);
  used.forEach((metric, i) => {
    if (metric === undefined) return;
    const at = window.lead + i;
    const share = shareKnown({ columns, metric, suffix: '' }, at, window, service);
    if (share === undefined) return;
    if (share === 0) whole[i] = false;
    const countOf = (name: string) => countAt(columns, `${name}${metric}`, at);
    const every = countOf(grown) + countOf(lost) + share * countOf(begun);
    total[i] = Math.round(every);
    bad[i] = Math.round(countOf(badGrown) + countOf(badLost) + share * countOf(badBegun));
    // Series that nobody asks for are many and are not reset: what was lost tells of those that are used.
    reset[i] = Math.max(countOf(cut) / Math.max(1, countOf(seen)), every > 0 ? countOf(lost) / every : 0);
  });
  return { total, bad, whole, reset };
}

/** The durations by classic buckets, whose boundaries are `perSecond` to a second; `undefined` where none were seen. */
export function durationsOf(
  columns: Columns,
  names: number,
  window: Window,
  perSecond: number,
  service?: Service,
): Observed['durations'] {
  const own = metricsUsed(columns, names, window, '|Infinity');
  if (own.every((i) => i === undefined)) return undefined;
  const used = service?.used ?? own;
  const limits = limitsIn(columns, grown);
  const total = unknown(window.count);
  const slower = limits.map(() => unknown(window.count));
  used.forEach((metric, i) => {
    if (metric === undefined) return;
    const all = `${seen}${metric}|Infinity`;
    const at = window.lead + i;
    const share = shareKnown({ columns, metric, suffix: '|Infinity' }, at, window, service);
    if (share === undefined) return;
    const countOf = (le: number) =>
      countAt(columns, `${grown}${metric}|${le}`, at) +
      share * countAt(columns, `${begun}${metric}|${le}`, at);
    const every = countOf(Number.POSITIVE_INFINITY);
    total[i] = Math.round(every);
    limits.forEach((le, b) => {
      // Where some have this boundary and others do not, the others' durations are not known by it. Where there is nothing, none took longer.
      const isWhole =
        !(valueAt(columns, all, at) > 0) || hasBoundary(columns, { all, le: `${seen}${metric}|${le}` }, at);
      const rest = Math.round(every - countOf(le));
      // A boundary that is suddenly spelt differently seems to be new, with more than there is.
      const values = slower[b];
      if (values !== undefined && isWhole && rest >= 0) values[i] = rest;
    });
  });
  return { total, bounds: limits.map((le) => le / perSecond), slower };
}

/** The durations by native histograms, as `durationsOf`. */
export function nativeDurationsOf(
  columns: Columns,
  names: number,
  window: Window,
  perSecond: number,
  service?: Service,
): Observed['durations'] {
  const counted = requestsOf(columns, names, window, service);
  if (counted === undefined) return undefined;
  const used = service?.used ?? metricsUsed(columns, names, window, '');
  const limits = limitsIn(columns, within);
  const slower = limits.map((le) =>
    counted.total.map((total, i) => {
      if (!(total > 0)) return total;
      const share = valueAt(columns, `${within}${used[i]}|${le}`, window.lead + i);
      return Math.round(total * (1 - Math.min(1, Math.max(0, share))));
    }),
  );
  return { total: counted.total, bounds: limits.map((le) => le / perSecond), slower };
}

/** Of the metric names in each step the first that has series. */
export function metricsUsed(
  columns: Columns,
  names: number,
  { lead, count }: Window,
  suffix: string,
): readonly (number | undefined)[] {
  const all = Array.from({ length: names }, (_, metric) => metric);
  return Array.from({ length: count }, (_, i) =>
    all.find((metric) => valueAt(columns, `${seen}${metric}${suffix}`, lead + i) > 0),
  );
}

/**
 * Whether all series have a boundary in a step. A process that is restarted in place with other boundaries has the old ones and the new ones in it; that fewer have it
 * in the next step, where others go on, tells so.
 */
function hasBoundary(
  columns: Columns,
  { all, le }: { readonly all: string; readonly le: string },
  at: number,
): boolean {
  const have = valueAt(columns, le, at);
  const [next, haveNext] = [countAt(columns, all, at + 1), countAt(columns, le, at + 1)];
  return have === valueAt(columns, all, at) && !(haveNext < have && haveNext < next);
}

/** How much of what new series begin with counts in a step, `undefined` where nobody knows the step. */
function shareKnown(
  counters: Counters,
  at: number,
  window: Window,
  service: Service | undefined,
): number | undefined {
  const { columns, metric, suffix } = counters;
  const key = `${seen}${metric}${suffix}`;
  const isKnown = wasSeenBefore(columns, key, at, window);
  if (service === undefined) return isKnown ? shareOfNew(counters, at, window) : undefined;
  const whole = { ...counters, columns: service.columns };
  // Else all seems new, and nobody knows since when it counts.
  if (!wasSeenBefore(whole.columns, key, at, window)) return undefined;
  if (!(valueAt(columns, key, at) > 0)) return hadNothing(counters, whole, at, window) ? 0 : undefined;
  const isNew = valueAt(columns, `${fresh}${metric}`, at) === valueAt(columns, key, at);
  // A group that comes back was somewhere else meanwhile.
  return isKnown || isNew ? shareOfNew(counters, at, window, { whole, isKnown }) : undefined;
}

/** Whether anything was seen a short time before the step. */
function wasSeenBefore(columns: Columns, key: string, at: number, { lead }: Window): boolean {
  return (
    columns
      .get(key)
      ?.subarray(at - lead, at)
      .some((value) => value > 0) ?? false
  );
}

/**
 * Whether a group that is not there had no request, and was not out of sight: the service is there, and the group comes back with new series, or does not for longer than any
 * may be away.
 */
function hadNothing(
  { columns, metric, suffix }: Counters,
  whole: Counters,
  at: number,
  { lead, count }: Window,
): boolean {
  const key = `${seen}${metric}${suffix}`;
  if (!(valueAt(whole.columns, key, at) > 0)) return false;
  const values = columns.get(key);
  if (values === undefined) return true;
  const next = values.findIndex((value, i) => i > at && value > 0);
  if (next >= 0) return valueAt(columns, `${fresh}${metric}`, next) === values[next];
  const last = values.findLastIndex((value, i) => i < at && value > 0);
  return last < 0 || lead + count - 1 - last > lead;
}

function limitsIn(columns: Columns, part: string): readonly number[] {
  const limits = [...columns.keys()].flatMap((key) => {
    const [name = '', le] = key.split('|');
    return le !== undefined && le !== 'Infinity' && name.startsWith(part) ? [Number(le)] : [];
  });
  return [...new Set(limits)].toSorted((a, b) => a - b);
}

/** What was counted, 0 where there was nothing to count. */
function countAt(columns: Columns, key: string, at: number): number {
  const value = valueAt(columns, key, at);
  return Number.isNaN(value) ? 0 : value;
}

function unknown(count: number): Float64Array {
  return new Float64Array(count).fill(Number.NaN);
}
