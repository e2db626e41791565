import { hasCohorts, type RolloutStep } from '#domain/flag.ts';
import type { CohortsDrawing, Line, Mark, Panel } from '#domain/panel.ts';
import { explain } from '#domain/problem.ts';
import type { Flag, Service } from '#domain/service.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import { type Duration, type Instant, lengthOf, type Range } from '#domain/time.ts';
import { runningCohorts } from '#domain/verdict/cohort-running.ts';
import { cohortsWithin, type ObservedCohorts } from '#domain/verdict/observed-cohorts.ts';
import { gridOf } from './cohorts-grid.ts';
import { marksOf } from './panels.ts';
import type { Ports } from './ports.ts';

const MEASURES = ['errorRatio', 'p99', 'p50'] as const satisfies readonly Measure[];

/** Of what came before a step so many times its own length is drawn at most: an hour at 1 % beside a day at 10 %, not a week beside a minute. */
const BEFORE = 3;

/** A picture of less would be empty. */
const SHORTEST: Duration = 60_000;

/** What is drawn of a step up to a moment: the step itself, and before it those that are not too long against it. */
export function shownOf(steps: readonly RolloutStep[], step: RolloutStep, until: Instant): Range {
  const length = Math.max(SHORTEST, until - step.at);
  const [first = step.at] = steps.filter(hasCohorts).map(({ at }) => at);
  const from = Math.min(step.at, Math.max(first, step.at - BEFORE * length));
  return { from, to: Math.max(until, from + SHORTEST) };
}

/** Those with a flag and those without it over a range, counted anew from each step of the rollout on. */
export async function cohortsDrawing(
  about: {
    readonly service: Service;
    readonly flag: Flag;
    readonly steps: readonly RolloutStep[];
    readonly range: Range;
    readonly id: string;
    readonly facts: readonly string[];
    readonly measures?: readonly Measure[];
  },
  { cohorts, store, catalog, metrics }: Pick<Ports, 'cohorts' | 'store' | 'catalog' | 'metrics'>,
): Promise<CohortsDrawing> {
  const { service, flag, steps, range, id, facts } = about;
  const shortest = Math.max(service.watch.lag, 1000);
  const step = Math.max(gridOf(range, shortest).step, metrics.stepFor(range, service.source));
  const [observed, marks] = await Promise.all([
    cohorts.observe(service, flag, range, step),
    marksOf(service, range, store),
  ]);
  const measures = MEASURES.filter((measure) => about.measures?.includes(measure) ?? true);
  return {
    ...{ chart: 'cohorts', id, title: `${flag.name} · ${service.name}`, facts, range, step: observed.step },
    zone: catalog.current().zone,
    marks: namedOnce(marks, flag.name),
    panels: panelsOf(observed, stretchesOf(steps, range, service.watch.warmUp), measures),
  };
}

/** The stretches in which the share of those with the flag stayed as it was; what is not watched of a step is left out. */
function stretchesOf(steps: readonly RolloutStep[], range: Range, warmUp: Duration): readonly Range[] {
  const inside = steps.filter(({ at }) => at < range.to);
  const begun = inside.map(({ at }, i) => ({ from: at + warmUp, to: inside[i + 1]?.at ?? range.to }));
  const held = begun.filter((stretch, i) => {
    const step = inside[i];
    return step !== undefined && hasCohorts(step) && stretch.to > range.from && lengthOf(stretch) > 0;
  });
  return held.length === 0 && inside.length === 0 ? [range] : held;
}

function panelsOf(
  observed: ObservedCohorts,
  stretches: readonly Range[],
  measures: readonly Measure[],
): readonly Panel[] {
  const told = stretches.map((stretch) => runningCohorts(cohortsWithin(observed, stretch), measures));
  return measures.map((measure): Panel => {
    const line = (role: 'on' | 'off'): Line => {
      const parts = told.flatMap((running) => running.find((one) => one.measure === measure)?.[role] ?? []);
      return {
        ...{ name: role, role },
        samples: parts.flatMap(({ samples }) => samples),
        band: parts.flatMap(({ band }) => band),
      };
    };
    const lines = [line('off'), line('on')];
    const [problem] = observed.problems;
    const isEmpty = lines.every(({ samples }) => samples.length === 0);
    return {
      ...{ title: factsOf(measure).title, unit: factsOf(measure).unit, signal: factsOf(measure).signal },
      ...{ lines, thresholds: [], fromZero: true },
      queries: observed.queries.filter((query) => query.line === measure),
      ...(isEmpty && problem !== undefined ? { problem: explain(problem) } : {}),
    };
  });
}

/** In a picture of one flag its marks need not name it each time. */
function namedOnce(marks: readonly Mark[], flag: string): readonly Mark[] {
  return marks.map((mark) =>
    mark.kind === 'flag' && mark.label.startsWith(`${flag} `)
      ? { ...mark, label: mark.label.slice(flag.length + 1) }
      : mark,
  );
}
