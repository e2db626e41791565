import type { CountedStep, Counting, CountUnit, SliCounter } from '#app/ports.ts';
import { type Counted, countingOf, type Sli } from '#domain/budget/slo.ts';
import { failure, type Problem } from '#domain/problem.ts';
import { alignDown, type Duration, MINUTE, type Range } from '#domain/time.ts';
import { INCREMENT_PARTS } from '#promql/increments.ts';
import { createBoundaries, type EventsSli, type Resolved, recordedShare } from './boundaries.ts';
import { askCounters, askExpressions } from './counters.ts';
import type { Prometheus } from './prometheus.ts';
import { askAlive, sightOf } from './sight.ts';
import type { Asked } from './signals.ts';
import { type Column, type Parts, stepsOf } from './steps.ts';

type Asking = Parameters<SliCounter['count']>[0][number];

/** Without samples for so long a service is silent; for less, a scrape or two was missed. */
const QUIET: Duration = 5 * MINUTE;

/** Counts SLOs by differences of raw counters: one question for all that are alike, in steps that end at multiples of the step. */
export function createSliCounter(asked: readonly Asked[]): SliCounter {
  const boundaries = createBoundaries();
  /** Asks each source for its SLOs, those of the same step together. */
  const countEach = async (
    slos: readonly Asking[],
    stepOf: (slo: Asking['slo']) => Duration,
    gridOf: (step: Duration) => Pick<Grid, 'kept' | 'isWhole'> | undefined,
  ): Promise<ReadonlyMap<string, Counting>> => {
    const found = new Map<string, Counting>();
    for (const [name, ofSource] of Map.groupBy(slos, ({ source }) => source)) {
      const one = asked.find(({ source }) => source.name === name);
      if (one === undefined) {
        const { problem } = failure('prometheus-unreachable', `There is no Prometheus named ${name}.`);
        for (const { key } of ofSource) found.set(key, { steps: [], notes: [], problems: [problem] });
        continue;
      }
      const { client, source } = one;
      const quiet = Math.max(QUIET, 3 * source.scrapeInterval);
      for (const [step, alike] of Map.groupBy(ofSource, ({ slo }) => stepOf(slo))) {
        const grid = gridOf(step);
        if (grid === undefined) continue;
        // Silence may have begun before: what is kept begins later than what is asked for.
        const lead = grid.isWhole || step >= quiet ? 0 : Math.ceil(quiet / step) * step;
        const ends = { from: grid.kept.from - lead + step, to: grid.kept.to };
        for (const [key, counting] of await countAt(
          client,
          alike,
          { ...grid, ends, step, quiet },
          boundaries,
        ))
          found.set(key, counting);
      }
    }
    return found;
  };
  return {
    count: (slos, range) =>
      countEach(
        slos,
        (slo) => countingOf(slo).step,
        (step) => {
          const kept = { from: alignDown(range.from, step), to: alignDown(range.to, step) };
          return kept.to > kept.from ? { kept, isWhole: false } : undefined;
        },
      ),
    async between(slos, range) {
      const to = alignDown(range.to, 1000);
      const length = Math.max(1000, alignDown(range.to - range.from, 1000));
      const counted = await countEach(
        slos,
        // Slices are lost one by one: they are counted one by one, from the end backwards.
        (slo) => (slo.method.kind === 'occurrences' ? length : Math.min(length, slo.method.slice)),
        (step) => ({ kept: { from: to - Math.max(1, Math.floor(length / step)) * step, to }, isWhole: true }),
      );
      return new Map(
        [...counted].map(([key, counting]) => [key, { ...counting, steps: summed(counting.steps) }]),
      );
    },
  };
}

/** All steps as one. */
function summed(steps: readonly CountedStep[]): readonly CountedStep[] {
  const last = steps.at(-1);
  if (last === undefined) return [];
  const sum = (of: Exclude<keyof CountedStep, 'to'>) => steps.reduce((all, step) => all + step[of], 0);
  return [
    {
      to: last.to,
      ...{ bad: sum('bad'), total: sum('total'), lost: sum('lost') },
      ...{ observed: sum('observed'), silent: sum('silent') },
    },
  ];
}

/** Counts in steps that end at `ends`; `isWhole` means that they are kept as they are, not put together. */
async function countAt(
  client: Prometheus,
  slos: readonly Asking[],
  grid: Grid,
  boundaries: ReturnType<typeof createBoundaries>,
): Promise<ReadonlyMap<string, Counting>> {
  const counted = await countResolved(client, await boundaries.resolve(client, slos, grid.ends.to), grid);
  return withRecorded(client, slos, grid, counted);
}

type Grid = {
  /** Ends of the first and of the last step that is asked for. */
  readonly ends: Range;
  readonly step: Duration;
  /** What of it is kept. */
  readonly kept: Range;
  readonly isWhole: boolean;
  readonly quiet: Duration;
};

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
  { ends, step, kept, isWhole, quiet }: Grid,
): Promise<ReadonlyMap<string, Counting>> {
  const [counters, expressions, alive] = await Promise.all([
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
    askAlive(client, ends, step, quiet),
  ]);
  const sight = sightOf({ ends, step }, alive, counters);
  // What an expression says while nothing was scraped (a constant, say) was not measured; what is no number says nothing.
  const seenOf = (column: Column): Column =>
    new Map([...column].filter(([at, value]) => Number.isFinite(value) && !sight.isAway(at)));
  const partsOf = (counted: Counted): readonly Parts[] | Problem => {
    if (counted.kind === 'expression') {
      const answer = expressions.get(counted.promql);
      if (answer === undefined) return [];
      if ('code' in answer) return answer;
      return [{ sign: 1, grown: scaled(seenOf(answer), counted.gives === 'rate' ? step / 1000 : 1) }];
    }
    const parts: Parts[] = [];
    for (const { selector, sign } of counted.terms) {
      const answer = counters.get(selector);
      if (answer === undefined)
        return failure('query-invalid', `\`${selector}\` is not a selector that can be counted.`).problem;
      if ('code' in answer) return answer;
      parts.push({ sign, ...answer });
    }
    return parts;
  };
  return new Map(
    resolved.map(({ key, slo, sli, notes, problems }): [string, Counting] => {
      if (sli === undefined) return [key, { steps: [], notes, problems }];
      const every = isWhole ? undefined : countingOf(slo).every;
      const grids = { ends, step, every, method: slo.method, quiet };
      if (sli.kind === 'ratio') {
        const share = expressions.get(sli.promql) ?? new Map<number, number>();
        if ('code' in share) return [key, { steps: [], notes, problems: [share] }];
        const [seconds, seen] = [step / 1000, seenOf(share)];
        const part = [{ sign: 1 as const, grown: mapped(seen, (value) => clampShare(value) * seconds) }];
        const total = [{ sign: 1 as const, grown: mapped(seen, () => seconds) }];
        const steps = stepsOf(grids, { counts: sli.of, part, total }, sight, kept);
        return [key, { steps, notes, problems, ...unitOf('seconds', total) }];
      }
      const [part, total] = [partsOf(sli.part), partsOf(sli.total)];
      if ('code' in part) return [key, { steps: [], notes, problems: [part] }];
      if ('code' in total) return [key, { steps: [], notes, problems: [total] }];
      const steps = stepsOf(grids, { counts: sli.counts, part, total }, sight, kept);
      return [key, { steps, notes, problems, ...unitOf('events', total) }];
    }),
  );
}

/** A counter that was there, growing or not, says what is counted. */
function unitOf(unit: CountUnit, total: readonly Parts[]): { readonly unit?: CountUnit } {
  const isSeen = total.some((parts) => Object.values(INCREMENT_PARTS).some((name) => parts[name]?.size));
  return isSeen ? { unit } : {};
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
