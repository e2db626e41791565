import type { Matcher } from '#domain/service.ts';
import { type Duration, formatDuration } from '#domain/time.ts';
import { oneOf, selector } from './quote.ts';
import { readSelector, type Selected } from './selector.ts';
import { PART_LABEL } from './signals.ts';

/**
 * Counters that one query counts: the same metric under the same conditions, but for the values of the labels in `by`, which tell them apart.
 */
export type CounterGroup = {
  readonly metric: string;
  readonly conditions: readonly Matcher[];
  readonly by: readonly string[];
  /** One set of values for each counter, in the order of `by`. */
  readonly values: readonly (readonly string[])[];
};

/** Which counter of which group a selector is. */
export type Located = { readonly group: CounterGroup; readonly values: readonly string[] };

/** How far back the last value of a counter is looked for, sample by sample. */
const RECENT = '15m';

/** How far back a counter is looked for that was away for longer, at five-minute marks: what was away for more than this began anew. */
const REMEMBERED = '1d:5m';

/** Counters in one query; more are asked for in several, so that each stays bounded. */
const MOST_IN_GROUP = 400;

/**
 * Groups selectors so that as few queries as possible count them. The answer maps each selector to where it is counted; a selector that
 * cannot be taken apart is not in it.
 */
export function groupCounters(selectors: readonly string[]): ReadonlyMap<string, Located> {
  const read = [...new Set(selectors)].flatMap((text) => {
    const selected = readSelector(text);
    return selected === undefined ? [] : [{ text, ...partsOf(selected) }];
  });
  const found = new Map<string, Located>();
  for (const alike of Map.groupBy(read, ({ key }) => key).values()) {
    for (let i = 0; i < alike.length; i += MOST_IN_GROUP) {
      const some = alike.slice(i, i + MOST_IN_GROUP);
      const [first] = some;
      if (first === undefined) continue;
      const values = [...new Map(some.map((one) => [JSON.stringify(one.values), one.values])).values()];
      const { metric, conditions, by } = first;
      const group: CounterGroup = { metric, conditions, by, values };
      for (const one of some) found.set(one.text, { group, values: one.values });
    }
  }
  return found;
}

function partsOf({ metric, matchers }: Selected) {
  const sorted = matchers.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  // A label named twice cannot be told by its value.
  const isNaming = ({ label, op, value }: Matcher) =>
    op === '=' && value !== '' && sorted.filter((other) => other.label === label).length === 1;
  const naming = sorted.filter(isNaming);
  const conditions = sorted.filter((matcher) => !isNaming(matcher));
  const by = naming.map(({ label }) => label);
  return {
    metric,
    conditions,
    by,
    values: naming.map(({ value }) => value),
    key: JSON.stringify([metric, conditions, by]),
  };
}

/** The selector of all of a group; of several labels it may select more, which the labels of the answer tell apart. */
export function groupSelector({ metric, conditions, by, values }: CounterGroup): string {
  const naming = by.map((label, i): Matcher => {
    const all = [...new Set(values.map((set) => set[i] ?? ''))].toSorted();
    const [only = ''] = all;
    return all.length === 1 ? { label, op: '=', value: only } : { label, op: '=~', value: oneOf(all) };
  });
  return selector(metric, [...conditions, ...naming]);
}

/**
 * The parts of an answer, by `PART_LABEL`: growth of known series, what resets hid of it, growth of series that were away, new series, and
 * that there were series before.
 */
export const INCREMENT_PARTS = {
  grown: 'grown',
  reset: 'reset',
  returned: 'returned',
  begun: 'begun',
  known: 'known',
} as const;

/**
 * How much each counter of a group grew in the `step` that ends at each point, as differences of raw values: what `increase` would
 * extrapolate is counted instead, and the differences of neighbouring steps add up to the whole.
 *
 * A series without a value before began at zero; whether it did is up to who reads `begun`, for all series are new when scraping begins.
 * One that was away (its target could not be scraped) goes on from the value that it had. A series that ended within the step counts up to its last sample.
 *
 * After one reset a counter grew by what it has now, and by what it had risen to above its last value before. Where it was reset several times, or
 * climbed past what it had before, the values between are not seen at the ends: `increase` adds them up, and what it says is taken where it is more.
 */
export function incrementsQuery(group: CounterGroup, step: Duration): string {
  const series = groupSelector(group);
  const range = formatDuration(step);
  const now = `last_over_time(${series}[${range}])`;
  const before = `last_over_time(${series}[${RECENT}] offset ${range})`;
  const long = `last_over_time(${series}[${REMEMBERED}] offset ${range})`;
  const peak = `max_over_time(${series}[${range}])`;
  const resets = `resets(${series}[${range}])`;
  const isReset = `((${resets} > 0) or (min_over_time(${series}[${range}]) < ${before}))`;
  // Added to now − before: what the counter had before it was reset, and what it had risen to since.
  const once = `(${before} + (${peak} > bool ${now}) * (${peak} - (${peak} >= bool ${before}) * ${before}))`;
  const isOften = `(${resets} > 1 or (${resets} == 1 and ${peak} == ${now}))`;
  const often = `(((increase(${series}[${range}]) - ${now} + ${before}) and ${isOften}) > ${once})`;
  const back = `((((${now} - ${long}) >= 0) or (${now} and ${long})) unless ${before})`;
  const by = group.by.join(', ');
  const part = (name: string, of: string) => `label_replace(${of}, "${PART_LABEL}", "${name}", "", "")`;
  const { grown, reset, returned, begun, known } = INCREMENT_PARTS;
  return [
    part(grown, `sum by (${by}) (${now} - ${before})`),
    part(reset, `sum by (${by}) (${often} or (${once} and ${isReset}))`),
    part(returned, `sum by (${by}) (${back})`),
    part(begun, `sum by (${by}) (${now} unless ${before} unless ${long})`),
    part(known, `group by (${by}) (${before})`),
  ].join(' or ');
}

/** The bucket boundaries that a histogram of each counter has: one series for each `le`. */
export function boundariesQuery(group: CounterGroup): string {
  const by = [...group.by, 'le'].join(', ');
  return `group by (${by}) (last_over_time(${groupSelector(group)}[1h]))`;
}
