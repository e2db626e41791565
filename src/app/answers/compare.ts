import type { BeforeAfterDrawing } from '#domain/panel.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import type { Request } from '#domain/request.ts';
import { shift } from '#domain/series.ts';
import type { Service } from '#domain/service.ts';
import { factsOf, type Measure } from '#domain/signal.ts';
import { earlier, formatDuration, type Instant, last, type Range } from '#domain/time.ts';
import type { Answered } from '../answer.ts';
import type { AnswerPorts } from './answer.ts';

type CompareRequest = Extract<Request, { ask: 'compare' }>;

/** Two windows of the same length: plain values and changes, and both lines laid over each other. */
export async function compare(
  service: Service,
  request: CompareRequest,
  id: string,
  ports: AnswerPorts,
): Promise<Answered> {
  const { metrics, clock } = ports;
  const after = last(request.length, clock.now());
  const other = await otherWindow(service, request, after, ports);
  if (!other.ok)
    return { answer: { kind: 'problem', problem: other.problem, suggestions: [`deploys ${service.name}`] } };
  const { before, against } = other.value;
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
  const facts = [`last ${formatDuration(request.length)}`, `against ${against}`];
  return {
    answer: {
      kind: 'compare',
      service: service.name,
      before,
      after,
      against,
      rows,
      problems: [...(was?.problems ?? []), ...(is?.problems ?? [])],
    },
    drawing: await overlay(service, request.measures, before, after, id, facts, ports),
  };
}

async function otherWindow(
  service: Service,
  { against, length }: CompareRequest,
  after: Range,
  { store }: AnswerPorts,
): Promise<Outcome<{ before: Range; against: string }>> {
  if (against.kind === 'ago') return success({ before: earlier(after, against.by), against: against.words });
  const deploys = await store.deploys.recent({ service: service.name, limit: 50 });
  const deploy = deploys.find(({ version }) => against.version === undefined || version === against.version);
  if (deploy === undefined) {
    const which = against.version === undefined ? 'deploy' : `deploy of ${against.version}`;
    return failure('words-unclear', `I know no ${which} of ${service.name}.`);
  }
  const to: Instant = deploy.startedAt;
  return success({ before: { from: to - length, to }, against: `before ${deploy.version}` });
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
