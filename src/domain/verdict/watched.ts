import { alignDown, type Duration, type Instant, type Range } from '../time.ts';
import { bucketOf, sum } from './buckets.ts';
import type { Observed } from './observed.ts';
import type { Surroundings } from './ordinary.ts';

/** The quantiles that a watch judges, with the measure that tells them. */
export const WATCHED_QUANTILES = [
  { measure: 'p50', share: 0.5 },
  { measure: 'p99', share: 0.99 },
] as const;

/**
 * Where a watch lies on a grid, in steps: the baseline ends before `moment`, which is when the rollout began; what is judged begins at `first`, is `planned` steps long, and `seen` of
 * them are over. `before` and `history` are lengths.
 */
export type Place = {
  readonly moment: number;
  readonly first: number;
  readonly seen: number;
  readonly planned: number;
  readonly before: number;
  readonly history: number;
};

/**
 * Finds a watch on the grid of what was observed. Steps that the rollout or the end of the warm-up touches belong to neither side; the watch is as long as it was meant to be, so that its last step may
 * end up to a step later.
 */
export function placeOf(
  { times, step }: Pick<Observed, 'times' | 'step'>,
  { baseline, window }: { readonly baseline: Range; readonly window: Range },
): Place {
  const from = times[0] ?? 0;
  const moment = Math.floor((baseline.to - from) / step);
  const first = Math.ceil((window.from - from) / step);
  const planned = Math.max(1, Math.round((window.to - window.from) / step));
  const seen = Math.min(planned, Math.max(0, times.length - first));
  const before = Math.max(1, Math.round((baseline.to - baseline.from) / step));
  return { moment, first, seen, planned, before, history: moment };
}

/** The surroundings that a judge asks for. */
export function surroundingsOf({ before, planned, history }: Place, past: Past): Surroundings {
  return { before, after: planned, history, ...past };
}

/** Which steps are not ordinary, and of which anything is known. */
export type Past = { readonly excluded: Uint8Array; readonly known: Uint8Array };

/** Marks the steps of which any signal knows anything. */
export function knownSteps({ times, requests, durations, gauges }: Observed): Uint8Array {
  const columns = [requests?.total, durations?.total, ...Object.values(gauges)];
  return Uint8Array.from(times, (_, i) => (columns.some((column) => Number.isFinite(column?.[i])) ? 1 : 0));
}

/** Marks the steps that any of the stretches touches. */
export function excludedSteps(
  { times, step }: Pick<Observed, 'times' | 'step'>,
  stretches: readonly Range[],
): Uint8Array {
  const from = times[0] ?? 0;
  const excluded = new Uint8Array(times.length);
  for (const stretch of stretches) {
    const begin = Math.max(0, Math.floor((stretch.from - from) / step));
    excluded.fill(1, begin, Math.max(begin, Math.ceil((stretch.to - from) / step)));
  }
  return excluded;
}

/** The bounds (seconds) whose slower requests tell the watched quantiles of a stretch: what a history has to be asked for. */
export function boundsOf(observed: Observed, stretch: Range): readonly number[] {
  const counts = bucketsIn(observed, stretch);
  if (counts === undefined) return [];
  const bounds = observed.durations?.bounds ?? [];
  return [...new Set(WATCHED_QUANTILES.flatMap(({ share }) => boundFor(bounds, counts, share) ?? []))];
}

/** The first bound (seconds) at which a share of requests is reached; the last one where that is beyond it. `undefined` without requests. */
export function boundFor(
  bounds: readonly number[],
  counts: readonly number[],
  share: number,
): number | undefined {
  if (!counts.some((count) => count > 0)) return undefined;
  return bounds[bucketOf(counts, share) ?? bounds.length - 1];
}

/** How many requests fell into each bucket in a stretch, those above the last bound last; `undefined` without durations. */
export function bucketsIn(observed: Observed, stretch: Range): readonly number[] | undefined {
  const { durations, step } = observed;
  if (durations === undefined) return undefined;
  const [from, to] = indicesOf(observed, stretch, step);
  const within = (column: Float64Array) => sum(known(column.subarray(from, to)));
  const slower = durations.slower.map(within);
  const all = within(durations.total);
  return [all, ...slower].map((count, i) => Math.max(0, count - (slower[i] ?? 0)));
}

/** What was seen earlier and later as one, on one grid; durations only at the bounds that the earlier part has. */
export function joined(past: Observed, recent: Observed): Observed {
  const join = (a: Float64Array | undefined, b: Float64Array | undefined) => {
    const whole = new Float64Array(past.times.length + recent.times.length).fill(Number.NaN);
    if (a !== undefined) whole.set(a);
    if (b !== undefined) whole.set(b, past.times.length);
    return whole;
  };
  const bounds = past.durations?.bounds ?? recent.durations?.bounds ?? [];
  const slowerThan = ({ durations }: Observed, bound: number) =>
    durations?.slower[durations.bounds.findIndex((one) => isSame(one, bound))];
  const gauges = new Set([...Object.keys(past.gauges), ...Object.keys(recent.gauges)]) as Set<
    keyof Observed['gauges']
  >;
  return {
    times: [...past.times, ...recent.times],
    step: recent.step,
    ...(past.requests === undefined && recent.requests === undefined
      ? {}
      : {
          requests: {
            total: join(past.requests?.total, recent.requests?.total),
            bad: join(past.requests?.bad, recent.requests?.bad),
          },
        }),
    ...(past.durations === undefined && recent.durations === undefined
      ? {}
      : {
          durations: {
            total: join(past.durations?.total, recent.durations?.total),
            bounds,
            slower: bounds.map((bound) => join(slowerThan(past, bound), slowerThan(recent, bound))),
          },
        }),
    gauges: Object.fromEntries(
      [...gauges].map((name) => [name, join(past.gauges[name], recent.gauges[name])]),
    ),
    queries: recent.queries,
    problems: [...recent.problems, ...past.problems],
  };
}

/** The steps from one index up to another. */
export function sliced(observed: Observed, from: number, to: number): Observed {
  const cut = (column: Float64Array) => column.subarray(from, to);
  const { requests, durations } = observed;
  return {
    ...observed,
    times: observed.times.slice(from, to),
    ...(requests === undefined ? {} : { requests: { total: cut(requests.total), bad: cut(requests.bad) } }),
    ...(durations === undefined
      ? {}
      : { durations: { ...durations, total: cut(durations.total), slower: durations.slower.map(cut) } }),
    gauges: Object.fromEntries(Object.entries(observed.gauges).map(([name, column]) => [name, cut(column)])),
  };
}

/** The same bound however it is spelled. */
export function isSame(a: number, b: number): boolean {
  return a === b || (Number.isFinite(a - b) && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)));
}

/** What nobody knows counts as nothing, of no requests. */
export function known(column: Float64Array): Float64Array {
  return column.map((value) => (Number.isFinite(value) ? value : 0));
}

/** The first step within a stretch, and the first after it. */
function indicesOf({ times }: Observed, { from, to }: Range, step: Duration): readonly [number, number] {
  const start: Instant = times[0] ?? 0;
  const index = (at: Instant) => Math.max(0, Math.round((alignDown(at, step) - start) / step));
  return [index(from), index(to)];
}
