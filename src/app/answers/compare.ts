import { comparedWindows } from '#domain/compare-windows.ts';
import type { BeforeAfterDrawing } from '#domain/panel.ts';
import type { Request } from '#domain/request.ts';
import { shift } from '#domain/series.ts';
import type { Service } from '#domain/service.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import type { Range } from '#domain/time.ts';
import type { Answered } from '../answer.ts';
import type { AnswerPorts } from './answer.ts';

/** How many deploys back a version is looked for. */
const RUNS = 200;

type CompareRequest = Extract<Request, { ask: 'compare' }>;

/** Two windows of the same length: plain values and changes, and both lines laid over each other. */
export async function compare(
  service: Service,
  request: CompareRequest,
  id: string,
  ports: AnswerPorts,
): Promise<Answered> {
  const { metrics, clock, store, catalog } = ports;
  const deploys = await store.deploys.recent({ service: service.name, limit: RUNS });
  const windows = comparedWindows(request, deploys, clock.now(), catalog.current().zone);
  if (!windows.ok)
    return {
      answer: { kind: 'problem', problem: windows.problem, suggestions: [`deploys ${service.name}`] },
    };
  const { before, after, of, against } = windows.value;
  const [readBefore, readAfter] = await Promise.all([
    metrics.readings([service], request.measures, before),
    metrics.readings([service], request.measures, after),
  ]);
  const was = readBefore.get(service.name);
  const is = readAfter.get(service.name);
  const rows = request.measures.map((measure) => ({
    measure,
    ...(was?.values[measure] === undefined ? {} : { before: was.values[measure] }),
    ...(is?.values[measure] === undefined ? {} : { after: is.values[measure] }),
  }));
  const facts = [of, `against ${against}`];
  return {
    answer: {
      kind: 'compare',
      service: service.name,
      before,
      after,
      of,
      against,
      rows,
      problems: [...(was?.problems ?? []), ...(is?.problems ?? [])],
    },
    drawing: await overlay(service, request.measures, before, after, id, facts, ports),
  };
}

async function overlay(
  service: Service,
  measures: readonly Measure[],
  before: Range,
  after: Range,
  id: string,
  facts: readonly string[],
  { metrics, catalog }: AnswerPorts,
): Promise<BeforeAfterDrawing> {
  const step = metrics.stepFor(after, service.source);
  const [was, is] = await Promise.all([
    metrics.series([service], measures, before, step),
    metrics.series([service], measures, after, step),
  ]);
  const past = was.get(service.name);
  const now = is.get(service.name);
  const by = after.from - before.from;
  return {
    chart: 'before-after',
    layout: 'overlay',
    id,
    title: service.name,
    facts,
    zone: catalog.current().zone,
    range: after,
    step,
    before,
    after,
    marks: [],
    panels: measures.map((measure) => ({
      title: factsOf(measure).title,
      unit: factsOf(measure).unit,
      signal: factsOf(measure).signal,
      fromZero: measure !== 'rate',
      thresholds: [],
      queries: now?.queries.filter(({ line }) => line === measure) ?? [],
      lines: [
        { name: 'before', role: 'before' as const, samples: shift(past?.measures[measure] ?? [], by) },
        { name: 'now', role: 'after' as const, samples: now?.measures[measure] ?? [] },
      ],
    })),
  };
}
