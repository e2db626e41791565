import type { Range } from '../time.ts';
import type { Observed } from './observed.ts';

/** Bad events and all of them, by step. */
export type Counted = { readonly bad: Float64Array; readonly total: Float64Array };

/** What was observed in the steps whose middle lies within a range. */
export function stretchOf(observed: Observed, range: Range): Observed {
  const { times, step, requests, durations, gauges } = observed;
  const isIn = (at: number) => at + step / 2 >= range.from && at + step / 2 < range.to;
  const first = times.findIndex(isIn);
  const from = first < 0 ? times.length : first;
  const to = times.findLastIndex(isIn) + 1;
  const cut = (values: Float64Array) => values.slice(from, Math.max(from, to));
  return {
    ...observed,
    times: times.slice(from, Math.max(from, to)),
    ...(requests === undefined ? {} : { requests: { total: cut(requests.total), bad: cut(requests.bad) } }),
    ...(durations === undefined
      ? {}
      : { durations: { ...durations, total: cut(durations.total), slower: durations.slower.map(cut) } }),
    gauges: Object.fromEntries(Object.entries(gauges).map(([measure, values]) => [measure, cut(values)])),
  };
}

/** The same with nothing counted in steps of which nobody knows all: such steps say nothing. */
export function known({ bad, total }: Counted): Counted {
  const isKnown = total.map((count, i) =>
    Number.isFinite(count) && Number.isFinite(bad[i] ?? Number.NaN) ? 1 : 0,
  );
  const only = (values: Float64Array) =>
    values.map((count, i) => (isKnown[i] === 1 ? Math.max(0, count) : 0));
  return { bad: only(bad), total: only(total) };
}

/** Requests slower than bound number `index`, of the timed ones. */
export function slowerThan(durations: NonNullable<Observed['durations']>, index: number): Counted {
  return known({
    bad: durations.slower[index] ?? new Float64Array(durations.total.length),
    total: durations.total,
  });
}

/** The bounds beside a quantile: the first that no more than the rest of the requests exceed, and the one below it. */
export function boundsAround(
  durations: NonNullable<Observed['durations']>,
  q: number,
): { readonly above?: number; readonly below?: number } {
  const above = durations.bounds.findIndex((_, i) => {
    const { bad, total } = slowerThan(durations, i);
    return sumOf(bad) <= (1 - q) * sumOf(total);
  });
  const below = above < 0 ? durations.bounds.length - 1 : above - 1;
  return { ...(above < 0 ? {} : { above }), ...(below < 0 ? {} : { below }) };
}

/** All steps added up. */
export function sumOf(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}

/** Without the step with the most bad events from `index` on, or before it where that side has more of them. */
export function withoutLoudest({ bad, total }: Counted, index: number, higher: boolean): Counted {
  const [from, to] = higher ? [index, bad.length] : [0, index];
  let loudest = from;
  for (let i = from; i < to; i += 1) if ((bad[i] ?? 0) > (bad[loudest] ?? 0)) loudest = i;
  const without = (values: Float64Array) => values.map((value, i) => (i === loudest ? 0 : value));
  return { bad: without(bad), total: without(total) };
}
