import { OBSERVED_PARTS } from '#promql/observations.ts';
import type { Columns } from './observer-history.ts';

/** Where the steps that are told lie among those that were asked: `lead` of them come before, as far back as a service may be away. */
export type Window = { readonly lead: number; readonly count: number };

/** Counters of one metric, by the number of its name; `suffix` is that of the column with all of it. */
export type Counters = {
  readonly columns: Columns;
  readonly metric: number;
  readonly suffix: '' | '|Infinity';
};

/** A new series that begins with up to so many times what others grow by may have begun at zero in the step. */
const MOST_TIMES = 4;

/** Requests that any new series may begin with: where there is little traffic, that is no evidence. */
const FEW = 10;

/** Where a larger part of the series is new and did not begin at zero, what the others counted does not stand for the service. */
const MOST_LEFT_OUT = 0.1;

const { grown, begun, seen, pace, newest, fresh } = OBSERVED_PARTS;

/** The service that a group of series is of, and whether that group was there a short time before the step. */
export type Around = { readonly whole: Counters; readonly isKnown: boolean };

/**
 * How much of what new series begin with counts in a step, `undefined` where the step is not known.
 *
 * All of it where they began at zero. A series may also be new because its target was not scraped for long, or got another label: it begins with all that its process
 * ever counted. Which of the series in such a step are like that is not told (few failed requests may be those of a lifetime), so that none of them counts, or,
 * where they are many, nothing. Where nothing was scraped for some steps and known series came back with their average meanwhile, it is the same part of the new ones: else the
 * first errors would stand beside a part of the requests that they are of.
 *
 * A group that was not there before has nothing of its own to be compared with: what its first series begin with is held against what the whole service does.
 */
export function shareOfNew(
  counters: Counters,
  at: number,
  { lead }: Window,
  around?: Around,
): number | undefined {
  const { columns, metric, suffix } = counters;
  const steps = stepsSinceSeen(counters, at);
  const stepsOfWhole = around === undefined ? 1 : stepsSinceSeen(around.whole, at);
  const isSuspect =
    (around?.isKnown !== false && hasLifetimes(counters, at, { lead, steps })) ||
    (around !== undefined && hasLifetimes(around.whole, at, { lead, steps: stepsOfWhole }));
  if (!isSuspect) return 1 / Math.max(steps, stepsOfWhole);
  const share = valueAt(columns, `${fresh}${metric}`, at) / valueAt(columns, `${seen}${metric}${suffix}`, at);
  return share <= MOST_LEFT_OUT ? 0 : undefined;
}

/** A column's value in a step, NaN where there was none. */
export function valueAt(columns: Columns, key: string, at: number): number {
  return columns.get(key)?.[at] ?? Number.NaN;
}

/**
 * Whether new series begin with more than the service can have counted in the step: one with more than known ones grow by, or all together with more than the whole does,
 * in this step and those beside it. Those after it tell of a service that wakes up. Where nothing grew there is nothing to compare with.
 */
function hasLifetimes(
  { columns, metric, suffix }: Counters,
  at: number,
  { lead, steps }: { readonly lead: number; readonly steps: number },
): boolean {
  const isBeyond = (value: number, usual: number) => value > MOST_TIMES * steps * usual + FEW;
  const usually = (key: string) => mostIn(columns.get(key)?.subarray(Math.max(0, at - lead), at + 2));
  const [one, all] = [usually(`${pace}${metric}`), usually(`${grown}${metric}${suffix}`)];
  if (one === undefined || all === undefined) return false;
  return (
    isBeyond(valueAt(columns, `${newest}${metric}`, at), one) ||
    isBeyond(valueAt(columns, `${begun}${metric}${suffix}`, at), all)
  );
}

/** Steps whose counts came in this one: several where nothing was scraped for a while and known series go on. */
function stepsSinceSeen({ columns, metric, suffix }: Counters, at: number): number {
  const seenBefore = (i: number) => valueAt(columns, `${seen}${metric}${suffix}`, i) > 0;
  if (seenBefore(at - 1) || Number.isNaN(valueAt(columns, `${grown}${metric}${suffix}`, at))) return 1;
  let steps = 1;
  while (steps < at && !seenBefore(at - steps)) steps += 1;
  return steps;
}

function mostIn(values: Float64Array | undefined): number | undefined {
  const known = values?.filter((value) => !Number.isNaN(value)) ?? [];
  return known.length === 0 ? undefined : Math.max(...known);
}
