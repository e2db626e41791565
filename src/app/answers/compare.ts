import { besideOf, rankCauses } from '#domain/causes.ts';
import { comparedWindows, type Windows } from '#domain/compare-windows.ts';
import type { BeforeAfterDrawing, Drawing } from '#domain/panel.ts';
import type { Request } from '#domain/request.ts';
import { shift } from '#domain/series.ts';
import type { Service } from '#domain/service.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import { HOUR } from '#domain/time.ts';
import type { Onset } from '#domain/verdict/verdict.ts';
import type { CompareAnswer, ProblemAnswer, RecentChange } from '../answer.ts';
import { marksOf, onsetMarks } from '../panels.ts';
import { distinct } from '../problems.ts';
import type { AnswerPorts } from './answer.ts';
import { changesIn, NAMED, onceEach } from './changes.ts';
import { evidence } from './evidence.ts';

/** How many deploys back a version is looked for. */
const RUNS = 200;

/** Changes this long before the windows may still be why something began in them. */
const CAUSES = HOUR;

type CompareRequest = Extract<Request, { ask: 'compare' }>;

/** Two windows of the same length: values, changes and how sure they are, where they began, and, with an id, both lines laid over each other. */
export async function compare(
  service: Service,
  request: CompareRequest,
  id: string | undefined,
  ports: AnswerPorts,
): Promise<{ readonly answer: CompareAnswer | ProblemAnswer; readonly drawing?: Drawing }> {
  const { metrics, clock, store, catalog } = ports;
  const now = clock.now();
  const deploys = await store.deploys.recent({ service: service.name, limit: RUNS });
  const windows = comparedWindows(request, deploys, now, catalog.current().zone);
  if (!windows.ok)
    return {
      answer: { kind: 'problem', problem: windows.problem, suggestions: [`deploys ${service.name}`] },
    };
  const { before, after, of, against } = windows.value;
  const { measures } = request;
  const [readBefore, readAfter, seen, changes, drawing] = await Promise.all([
    metrics.readings([service], measures, before),
    metrics.readings([service], measures, after),
    evidence(service, measures, before, after, ports),
    changesIn(service, { from: after.from - (after.to - after.from) - CAUSES, to: after.to }, store),
    id === undefined
      ? undefined
      : overlay(service, measures, windows.value, after.to === now ? 'now' : 'after', id, ports),
  ]);
  const was = readBefore.get(service.name);
  const is = readAfter.get(service.name);
  const rows = measures.map((measure) => {
    const [from, to] = [was?.values[measure], is?.values[measure]];
    const confidence = seen.confidence(measure, from, to);
    return {
      measure,
      ...(from === undefined ? {} : { before: from }),
      ...(to === undefined ? {} : { after: to }),
      ...(confidence === undefined ? {} : { confidence }),
    };
  });
  return {
    answer: {
      ...{ kind: 'compare', service: service.name, before, after, of, against, rows },
      ...{ began: seen.began, changes: changesToName(changes, seen.began) },
      problems: distinct([...(was?.problems ?? []), ...(is?.problems ?? []), ...seen.problems]),
    },
    ...(drawing === undefined
      ? {}
      : { drawing: { ...drawing, marks: [...drawing.marks, ...onsetMarks(seen.began[0], after)] } }),
  };
}

/**
 * The changes that matter for what began, likeliest first: of each onset the one that is named beside it, whatever else came since; then those closest to the clearest.
 */
export function changesToName(
  changes: readonly RecentChange[],
  began: readonly Onset[],
): readonly RecentChange[] {
  const [clearest] = began;
  if (clearest === undefined) return [];
  const named = began.flatMap((onset) => {
    const beside = besideOf(changes, onset);
    return beside === undefined ? [] : [beside.change];
  });
  return onceEach([...named, ...rankCauses(changes, clearest)]).slice(0, 2 * NAMED);
}

async function overlay(
  service: Service,
  measures: readonly Measure[],
  { before, after, of, against }: Windows,
  later: 'now' | 'after',
  id: string,
  { metrics, catalog, store }: AnswerPorts,
): Promise<BeforeAfterDrawing> {
  const step = metrics.stepFor(after, service.source);
  const [was, is, marks] = await Promise.all([
    metrics.series([service], measures, before, step),
    metrics.series([service], measures, after, step),
    marksOf(service, after, store),
  ]);
  const past = was.get(service.name);
  const now = is.get(service.name);
  const by = after.from - before.from;
  return {
    chart: 'before-after',
    layout: 'overlay',
    id,
    title: service.name,
    facts: [of, `against ${against}`],
    zone: catalog.current().zone,
    range: after,
    step,
    before,
    after,
    marks,
    panels: measures.map((measure) => ({
      title: factsOf(measure).title,
      unit: factsOf(measure).unit,
      signal: factsOf(measure).signal,
      fromZero: measure !== 'rate',
      thresholds: [],
      queries: now?.queries.filter(({ line }) => line === measure) ?? [],
      lines: [
        { name: 'before', role: 'before' as const, samples: shift(past?.measures[measure] ?? [], by) },
        { name: later, role: 'after' as const, samples: now?.measures[measure] ?? [] },
      ],
    })),
  };
}
