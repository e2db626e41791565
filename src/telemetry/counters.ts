import { WINDOW } from '#domain/budget/slo.ts';
import type { Problem } from '#domain/problem.ts';
import type { Series } from '#domain/series.ts';
import { type Duration, formatDuration, type Range } from '#domain/time.ts';
import {
  type CounterGroup,
  groupCounters,
  type INCREMENT_PARTS,
  incrementsQuery,
  type Located,
} from '#promql/increments.ts';
import { quote } from '#promql/quote.ts';
import { PART_LABEL } from '#promql/signals.ts';
import type { Prometheus } from './prometheus.ts';
import type { Column } from './steps.ts';

/** Expressions that one query asks. */
const MOST_EXPRESSIONS = 50;

/** What was asked for, by its text. */
export type Answer<T> = ReadonlyMap<string, T | Problem>;

/** How a counter grew in each step, by the parts of `incrementsQuery`. */
export type GrownColumns = Partial<Record<keyof typeof INCREMENT_PARTS, Column>>;

/** Asks for all counters, by selector. */
export async function askCounters(
  client: Prometheus,
  selectors: readonly string[],
  ends: Range,
  step: Duration,
): Promise<Answer<GrownColumns>> {
  const located = groupCounters(selectors);
  const groups = new Set([...located.values()].map(({ group }) => group));
  const answers = new Map<CounterGroup, ReadonlyMap<string, Record<string, Column>> | Problem>();
  await Promise.all(
    [...groups].map(async (group) => {
      const answer = await client.range(incrementsQuery(group, step), ends, step);
      answers.set(group, answer.ok ? bySeries(group, answer.value.series) : answer.problem);
    }),
  );
  const keyOf = ({ values }: Located) => JSON.stringify(values);
  return new Map(
    [...located].flatMap(([selector, place]) => {
      const answer = answers.get(place.group);
      if (answer === undefined) return [];
      return [[selector, 'code' in answer ? (answer as Problem) : (answer.get(keyOf(place)) ?? {})]];
    }),
  );
}

function bySeries(
  group: CounterGroup,
  series: readonly Series[],
): ReadonlyMap<string, Record<string, Column>> {
  const found = new Map<string, Record<string, Column>>();
  for (const { labels, samples } of series) {
    const key = JSON.stringify(group.by.map((label) => labels[label] ?? ''));
    const parts = found.get(key) ?? {};
    parts[labels[PART_LABEL] ?? ''] = new Map(samples.map(({ at, value }) => [at, value]));
    found.set(key, parts);
  }
  return found;
}

/** Asks for all expressions, several in one query; where one of them spoils it, each by itself. */
export async function askExpressions(
  client: Prometheus,
  wanted: readonly string[],
  ends: Range,
  step: Duration,
): Promise<Answer<Column>> {
  const all = [...new Set(wanted)];
  const found = new Map<string, Column | Problem>();
  const ask = async (some: readonly string[], offset: number): Promise<void> => {
    const promql = some
      .map((one, i) => {
        const filled = one.replaceAll(WINDOW, formatDuration(step));
        return `label_replace(sum(\n${filled}\n), "${PART_LABEL}", ${quote(String(offset + i))}, "", "")`;
      })
      .join(' or ');
    const answer = await client.range(promql, ends, step);
    if (!answer.ok && some.length > 1) {
      await Promise.all(some.map((one, i) => ask([one], offset + i)));
      return;
    }
    some.forEach((one, i) => {
      if (!answer.ok) found.set(one, answer.problem);
      const series = answer.ok
        ? answer.value.series.find(({ labels }) => labels[PART_LABEL] === String(offset + i))
        : undefined;
      if (series !== undefined) found.set(one, new Map(series.samples.map(({ at, value }) => [at, value])));
    });
  };
  const batches: Promise<void>[] = [];
  for (let i = 0; i < all.length; i += MOST_EXPRESSIONS)
    batches.push(ask(all.slice(i, i + MOST_EXPRESSIONS), i));
  await Promise.all(batches);
  return found;
}
