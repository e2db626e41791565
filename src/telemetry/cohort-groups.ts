import type { Flag } from '#domain/service.ts';
import { type Groups, OBSERVED_PARTS, REST_LABEL, WHOLE } from '#promql/observations.ts';
import { oneOf } from '#promql/quote.ts';
import { metricsUsed, type Service } from './observer-counts.ts';
import type { Columns } from './observer-history.ts';
import { valueAt, type Window } from './observer-new.ts';

/** One kind of traffic by its values of the strata's labels, with the columns of both cohorts; an empty map where there is nothing of one. */
export type Kind = { readonly values: readonly string[]; readonly on: Columns; readonly off: Columns };

/** An answer by groups: the whole service, and each kind of traffic. */
export type Grouped = { readonly whole: Columns; readonly kinds: readonly Kind[] };

/** Kinds of traffic that are told one by one. */
const MOST_KINDS = 20;

/** Stands for a value that is missing. */
const NONE = '(none)';

const { grown, begun, seen, pace, newest, within } = OBSERVED_PARTS;

/** The labels that tell strata apart. One that tells the cohorts apart already, or the buckets, cannot. */
export function strataOf({ label, strata }: Flag): readonly string[] {
  return [...new Set(strata)].filter((one) => one !== label && one !== 'le');
}

/** Both cohorts by strata. With `kinds`, which are some of them, those with other values of the label in which they differ most are told together. */
export function groupsFor(flag: Flag, kinds: readonly (readonly string[])[] = []): Groups {
  const both = { label: flag.label, op: '=~', value: oneOf([flag.on, flag.off]) } as const;
  const strata = strataOf(flag);
  const [most] = strata
    .map((label, i) => ({ label, values: [...new Set(kinds.map((values) => values[i] ?? ''))].toSorted() }))
    .toSorted((a, b) => b.values.length - a.values.length);
  const by = [flag.label, ...strata];
  if (most === undefined || kinds.length === 0) return { by, only: [both] };
  const value = oneOf(most.values);
  return {
    ...{ by, only: [both, { label: most.label, op: '=~', value }] },
    rest: { by: [flag.label], only: [both, { label: most.label, op: '!~', value }] },
  };
}

/** The labels by which an answer to such groups is told apart. */
export function labelsOf(flag: Flag): readonly string[] {
  return [flag.label, ...strataOf(flag), REST_LABEL];
}

/** Takes an answer apart, by `labelsOf`. */
export function grouped(columns: Columns, { on, off }: Flag): Grouped {
  const whole = new Map<string, Float64Array>();
  const groups = new Map<string, Map<string, Float64Array>>();
  for (const [key, values] of columns) {
    const space = key.indexOf(' ');
    const [part, group] = [key.slice(0, space), key.slice(space + 1)];
    if (key.startsWith(WHOLE)) whole.set(part.slice(WHOLE.length), values);
    else groups.set(group, (groups.get(group) ?? new Map<string, Float64Array>()).set(part, values));
  }
  const apart = [...groups].map(([group, own]) => {
    const [cohort = '', ...values] = JSON.parse(group) as readonly string[];
    return { cohort, values, own };
  });
  const kinds = [...Map.groupBy(apart, ({ values }) => JSON.stringify(values)).values()].map((alike) => {
    const of = (cohort: string): Columns => alike.find((one) => one.cohort === cohort)?.own ?? new Map();
    return { values: alike[0]?.values ?? [], on: of(on), off: of(off) };
  });
  return { whole, kinds };
}

/** The values of those kinds that have the most requests, the first by name among equals; all of them where they are few. Values only, without the mark of the rest. */
export function busiest({ kinds }: Grouped, window: Window): readonly (readonly string[])[] {
  return kinds
    .map(({ values, on, off }) => ({
      values: values.slice(0, -1),
      requests: trafficOf(on, window) + trafficOf(off, window),
    }))
    .toSorted((a, b) => b.requests - a.requests || (nameOf(a.values) < nameOf(b.values) ? -1 : 1))
    .slice(0, MOST_KINDS)
    .map(({ values }) => values);
}

/** The strata of `chosen`, by their names, and all others as one more. */
export function strataIn(
  { kinds }: Grouped,
  chosen: readonly (readonly string[])[],
  rest: string,
): ReadonlyMap<string, Omit<Kind, 'values'>> {
  const keys = new Map(chosen.map((values) => [JSON.stringify([...values, '']), nameOf(values)]));
  const byName = Map.groupBy(kinds, ({ values }) => keys.get(JSON.stringify(values)) ?? rest);
  return new Map(
    [...new Set([...keys.values(), rest])].flatMap((name) => {
      const some = byName.get(name);
      if (some === undefined) return [];
      return [[name, { on: together(some.map(({ on }) => on)), off: together(some.map(({ off }) => off)) }]];
    }),
  );
}

/** What all groups are a part of. `suffix` is that of the column that has all of a metric. */
export function serviceOf(
  { whole, kinds }: Grouped,
  names: number,
  window: Window,
  suffix: '' | '|Infinity',
): Service {
  const flagged = together(kinds.flatMap(({ on, off }) => [on, off]));
  const ever = Array.from({ length: names }, (_, metric) => metric).filter((metric) =>
    flagged.get(`${seen}${metric}${suffix}`)?.some((count) => count > 0),
  );
  const used = metricsUsed(flagged, names, window, suffix).map(
    (metric, i) =>
      metric ?? ever.find((one) => valueAt(whole, `${seen}${one}${suffix}`, window.lead + i) > 0),
  );
  return { columns: whole, used };
}

/** A name for people: values as they are. */
function nameOf(values: readonly string[]): string {
  return values.map((value) => (value === '' ? NONE : value)).join(' ');
}

function trafficOf(columns: Columns, { lead }: Window): number {
  let sum = 0;
  for (const [key, values] of columns) {
    const [part = '', le] = key.split('|');
    const counts = (part.startsWith(grown) || part.startsWith(begun)) && (le ?? 'Infinity') === 'Infinity';
    if (counts)
      sum += values.subarray(lead).reduce((all, value) => all + (Number.isNaN(value) ? 0 : value), 0);
  }
  return sum;
}

/** The columns of several groups as if they were one: counts are added, the most of single series is the most of all, shares are weighed by their counts. */
function together(groups: readonly Columns[]): Columns {
  const some = groups.filter(({ size }) => size > 0);
  const [only] = some;
  if (some.length <= 1) return only ?? new Map();
  const keys = new Set(some.flatMap((columns) => [...columns.keys()]));
  return new Map(
    [...keys].map((key): [string, Float64Array] => {
      if (key.startsWith(within)) return [key, weighed(some, key)];
      const isMost = key.startsWith(pace) || key.startsWith(newest);
      const columns = some.flatMap((one) => one.get(key) ?? []);
      return [key, joined(columns, isMost ? Math.max : (a, b) => a + b)];
    }),
  );
}

/** Column by column; NaN only where none has a value. */
function joined(columns: readonly Float64Array[], join: (a: number, b: number) => number): Float64Array {
  const all = new Float64Array(columns[0]?.length ?? 0).fill(Number.NaN);
  for (const values of columns) {
    values.forEach((value, i) => {
      const before = all[i] ?? Number.NaN;
      if (!Number.isNaN(value)) all[i] = Number.isNaN(before) ? value : join(before, value);
    });
  }
  return all;
}

/** The shares of some groups within a bound as that of all of them. */
function weighed(groups: readonly Columns[], key: string): Float64Array {
  const metric = key.slice(within.length).split('|')[0] ?? '';
  const weights = groups.map((columns) =>
    joined(
      [grown, begun].flatMap((name) => columns.get(`${name}${metric}`) ?? []),
      (a, b) => a + b,
    ),
  );
  const shares = groups.map((columns) => columns.get(key));
  const isTold = (g: number, i: number) =>
    (weights[g]?.[i] ?? 0) > 0 && !Number.isNaN(shares[g]?.[i] ?? Number.NaN);
  const length = shares.find((share) => share !== undefined)?.length ?? 0;
  return Float64Array.from({ length }, (_, i) => {
    const told = [...groups.keys()].filter((g) => isTold(g, i));
    const sumOf = (value: (g: number) => number) => told.reduce((sum, g) => sum + value(g), 0);
    return sumOf((g) => (weights[g]?.[i] ?? 0) * (shares[g]?.[i] ?? 0)) / sumOf((g) => weights[g]?.[i] ?? 0);
  });
}
