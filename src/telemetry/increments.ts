import type { Counting, CountUnit, SliCounter } from '#app/ports.ts';
import { type Counted, countingOf, type Sli, WINDOW } from '#domain/budget/slo.ts';
import type { Problem } from '#domain/problem.ts';
import type { Series } from '#domain/series.ts';
import { alignDown, type Duration, formatDuration, type Range } from '#domain/time.ts';
import {
  type CounterGroup,
  groupCounters,
  INCREMENT_PARTS,
  incrementsQuery,
  type Located,
} from '#promql/increments.ts';
import { quote } from '#promql/quote.ts';
import { PART_LABEL } from '#promql/signals.ts';
import { createBoundaries, type EventsSli, type Resolved, recordedShare } from './boundaries.ts';
import type { Prometheus } from './prometheus.ts';
import type { Asked } from './signals.ts';
import { type Column, type Parts, stepsOf } from './steps.ts';

/** Expressions that one query asks. */
const MOST_EXPRESSIONS = 50;

type Asking = { readonly key: string; readonly slo: Parameters<SliCounter['count']>[0][number]['slo'] };

/** Counts SLOs by differences of raw counters: one question for all that are alike, in steps that end at multiples of the step. */
export function createSliCounter(asked: readonly Asked[]): SliCounter {
  const boundaries = createBoundaries();
  return {
    async count(slos, range) {
      const found = new Map<string, Counting>();
      for (const [name, ofSource] of Map.groupBy(slos, ({ source }) => source)) {
        const client = asked.find(({ source }) => source.name === name)?.client;
        if (client === undefined) continue;
        const byStep = Map.groupBy(ofSource, ({ slo }) => countingOf(slo).step);
        for (const [step, alike] of byStep)
          for (const [key, counting] of await countAlike(client, alike, range, step, boundaries))
            found.set(key, counting);
      }
      return found;
    },
    async between(slos, range) {
      const found = new Map<string, Counting>();
      const step = Math.max(1000, alignDown(range.to - range.from, 1000));
      const to = alignDown(range.to, 1000);
      for (const [name, ofSource] of Map.groupBy(slos, ({ source }) => source)) {
        const client = asked.find(({ source }) => source.name === name)?.client;
        if (client === undefined) continue;
        const one = { ends: { from: to, to }, step, isWhole: true };
        for (const [key, counting] of await countAt(client, ofSource, one, boundaries))
          found.set(key, counting);
      }
      return found;
    },
  };
}

function countAlike(
  client: Prometheus,
  slos: readonly Asking[],
  range: Range,
  step: Duration,
  boundaries: ReturnType<typeof createBoundaries>,
): Promise<ReadonlyMap<string, Counting>> {
  const grid = { from: alignDown(range.from, step), to: alignDown(range.to, step) };
  if (grid.to <= grid.from) return Promise.resolve(new Map());
  return countAt(
    client,
    slos,
    { ends: { from: grid.from + step, to: grid.to }, step, isWhole: false },
    boundaries,
  );
}

/** Counts in steps that end at `ends`; `isWhole` means that they are kept as they are, not put together. */
async function countAt(
  client: Prometheus,
  slos: readonly Asking[],
  { ends, step, isWhole }: Grid,
  boundaries: ReturnType<typeof createBoundaries>,
): Promise<ReadonlyMap<string, Counting>> {
  const grid = { ends, step, isWhole };
  const counted = await countResolved(client, await boundaries.resolve(client, slos, ends.to), grid);
  return withRecorded(client, slos, grid, counted);
}

type Grid = { readonly ends: Range; readonly step: Duration; readonly isWhole: boolean };

/**
 * Where nothing of an SLO was seen because Prometheus does not have its counters, only what Sloth or Pyrra record of them (a federated one, say), their error ratio is
 * counted, by time.
 */
async function withRecorded(
  client: Prometheus,
  slos: readonly Asking[],
  grid: Grid,
  counted: ReadonlyMap<string, Counting>,
): Promise<ReadonlyMap<string, Counting>> {
  const without = slos.flatMap(({ key, slo }): readonly Resolved[] => {
    const { recorded } = slo.origin;
    const { unit, problems = [] } = counted.get(key) ?? {};
    if (recorded === undefined || slo.sli.kind === 'ratio' || unit !== undefined || problems.length > 0)
      return [];
    const note = `Its counters are not in this Prometheus: the ratio is read from \`${recorded}\`, and time is counted.`;
    return [
      {
        ...{ key, slo, sli: { kind: 'ratio', of: 'bad', promql: recordedShare(recorded) } },
        ...{ notes: [note], problems: [] },
      },
    ];
  });
  if (without.length === 0) return counted;
  const recorded = await countResolved(client, without, grid);
  return new Map([...counted, ...[...recorded].filter(([, { unit }]) => unit !== undefined)]);
}

async function countResolved(
  client: Prometheus,
  resolved: readonly Resolved[],
  { ends, step, isWhole }: Grid,
): Promise<ReadonlyMap<string, Counting>> {
  const [counters, expressions, sight] = await Promise.all([
    askCounters(
      client,
      resolved.flatMap(({ sli }) => countersOf(sli)),
      ends,
      step,
    ),
    askExpressions(
      client,
      resolved.flatMap(({ sli }) => expressionsOf(sli)),
      ends,
      step,
    ),
    askSight(client, ends, step),
  ]);
  const partsOf = (counted: Counted): readonly Parts[] | Problem => {
    if (counted.kind === 'expression') {
      const answer = expressions.get(counted.promql);
      if (answer === undefined) return [];
      if ('code' in answer) return answer;
      return [{ sign: 1, grown: scaled(answer, counted.gives === 'rate' ? step / 1000 : 1) }];
    }
    const all = counted.terms.map(({ selector, sign }) => ({ sign, answer: counters.get(selector) }));
    const problem = all
      .map(({ answer }) => answer)
      .find((answer) => answer !== undefined && 'code' in answer);
    if (problem !== undefined && 'code' in problem) return problem;
    return all.map(({ sign, answer }) => ({
      sign,
      ...(answer === undefined || 'code' in answer ? {} : answer),
    }));
  };
  return new Map(
    resolved.map(({ key, slo, sli, notes, problems }): [string, Counting] => {
      if (sli === undefined) return [key, { steps: [], notes, problems }];
      const grids = { ends, step, every: isWhole ? undefined : countingOf(slo).every, method: slo.method };
      if (sli.kind === 'ratio') {
        const share = expressions.get(sli.promql) ?? new Map();
        if ('code' in share) return [key, { steps: [], notes, problems: [share] }];
        const seconds = step / 1000;
        const part = [{ sign: 1 as const, grown: mapped(share, (value) => clampShare(value) * seconds) }];
        const total = [{ sign: 1 as const, grown: mapped(share, () => seconds) }];
        const steps = stepsOf(grids, { counts: sli.of, part, total }, sight);
        return [key, { steps, notes, problems, ...unitOf('seconds', total) }];
      }
      const [part, total] = [partsOf(sli.part), partsOf(sli.total)];
      if ('code' in part) return [key, { steps: [], notes, problems: [part] }];
      if ('code' in total) return [key, { steps: [], notes, problems: [total] }];
      const steps = stepsOf(grids, { counts: sli.counts, part, total }, sight);
      return [key, { steps, notes, problems, ...unitOf('events', total) }];
    }),
  );
}

/** A counter that was there, growing or not, says what is counted. */
function unitOf(unit: CountUnit, total: readonly Parts[]): { readonly unit?: CountUnit } {
  const isSeen = total.some((parts) => Object.values(INCREMENT_PARTS).some((name) => parts[name]?.size));
  return isSeen ? { unit } : {};
}

type Answer<T> = ReadonlyMap<string, T | Problem>;

/** Asks for all counters, by selector. */
async function askCounters(
  client: Prometheus,
  selectors: readonly string[],
  ends: Range,
  step: Duration,
): Promise<Answer<Partial<Record<keyof typeof INCREMENT_PARTS, Column>>>> {
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
async function askExpressions(
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

/**
 * Steps in which Prometheus scraped nothing, although it does otherwise: what is silent then was not looked at. Where `up` is not kept at all, nobody
 * can tell, and nothing is taken for blind.
 */
async function askSight(
  client: Prometheus,
  ends: Range,
  step: Duration,
): Promise<{ isBlind(at: number): boolean }> {
  const range = formatDuration(step);
  const answer = await client.range(
    `label_replace(group(last_over_time(up[${range}])), "${PART_LABEL}", "now", "", "") or label_replace(group(last_over_time(up[1d])), "${PART_LABEL}", "ever", "", "")`,
    ends,
    step,
  );
  const at = (part: string) =>
    new Set(
      answer.ok
        ? answer.value.series
            .filter(({ labels }) => labels[PART_LABEL] === part)
            .flatMap(({ samples }) => samples.map((sample) => sample.at))
        : [],
    );
  const [now, ever] = [at('now'), at('ever')];
  return { isBlind: (end) => !answer.ok || (ever.has(end) && !now.has(end)) };
}

function countersOf(sli: EventsSli | Extract<Sli, { kind: 'ratio' }> | undefined): readonly string[] {
  if (sli?.kind !== 'events') return [];
  return [sli.part, sli.total].flatMap((counted) =>
    counted.kind === 'counters' ? counted.terms.map(({ selector }) => selector) : [],
  );
}

function expressionsOf(sli: EventsSli | Extract<Sli, { kind: 'ratio' }> | undefined): readonly string[] {
  if (sli === undefined) return [];
  if (sli.kind === 'ratio') return [sli.promql];
  return [sli.part, sli.total].flatMap((counted) => (counted.kind === 'expression' ? [counted.promql] : []));
}

function scaled(column: Column, by: number): Column {
  return mapped(column, (value) => value * by);
}

function mapped(column: Column, change: (value: number) => number): Column {
  return new Map([...column].map(([at, value]) => [at, change(value)]));
}

function clampShare(share: number): number {
  return Math.min(1, Math.max(0, share));
}
