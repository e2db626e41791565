import { z } from 'zod';

/** Most values of an alert that are kept: an alert rule has a handful of queries. */
const MOST = 20;

/** One value of a `valueString`: `[ var='B' labels={instance=a} type='reduce' value=44.2 ]`; older ones say `metric` for `var`. */
const WRITTEN =
  /\[ (?:var|metric)='([^']{0,200})' labels=\{[^}]{0,2000}\} (?:type='[^']{0,50}' )?value=(\S{1,40}) \]/g;

/**
 * What the rule's queries read, by refID. Grafana writes `null` where it has none; what is no finite number (`"NaN"`, `null`) is left
 * out. Read by hand and not as a record, which would lose a query named `__proto__` without a word.
 */
export const Values = z
  .unknown()
  .optional()
  .transform((given, context): Readonly<Record<string, number>> => {
    if (given === undefined || given === null) return {};
    if (typeof given === 'object' && !Array.isArray(given)) return numbersIn(Object.entries(given));
    context.addIssue({ code: 'custom', message: 'expected numbers by the name of their query' });
    return z.NEVER;
  });

/** The values that a `valueString` tells, for bodies without `values`. */
export function valuesIn(text: string): Readonly<Record<string, number>> {
  return numbersIn([...text.matchAll(WRITTEN)].map(([, name = '', value]) => [name, value]));
}

/** What of these is a finite number. */
export function numbersIn(
  entries: readonly (readonly [string, unknown])[],
): Readonly<Record<string, number>> {
  const numbers = entries.flatMap(([name, value]): [string, number][] => {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? [[name, number]] : [];
  });
  return Object.fromEntries(numbers.slice(0, MOST));
}
