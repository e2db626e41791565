import type { Metrics, SignalSeries } from '#app/ports.ts';
import type { PanelQuery } from '#domain/panel.ts';
import { failure, type Outcome, type Problem, type ProblemCode, success } from '#domain/problem.ts';
import type { Reading } from '#domain/reading.ts';
import type { Sample } from '#domain/series.ts';
import type { Service } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import { alignDown, type Duration, lengthOf, type Range } from '#domain/time.ts';
import { checkPromql } from '#promql/parse.ts';
import { fillIn, groupsOf, versionQuery } from '#promql/signals.ts';
import type { Prometheus, Source } from './prometheus.ts';
import { type Question, questionsOf } from './questions.ts';
import type { Samples } from './samples.ts';
import { versionsIn } from './versions.ts';

/** A named source with its client. */
export type Asked = { readonly source: Source; readonly client: Prometheus };

/** Points that a chart of this house shows well. */
const POINTS = 120;

/** Steps that people can read: a chart's step is the first of these that is long enough. */
const STEPS: readonly Duration[] = [
  5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
].map((s) => s * 1000);

/** What one service's own PromQL can do to a question that it shares with others. */
const SPOILED: ReadonlySet<ProblemCode> = new Set(['query-invalid', 'query-too-large', 'prometheus-timeout']);

/** Bounds on user-written PromQL. */
const MAX_SERIES = 500;
const MAX_TEXT = 4000;

/** Answers the port's questions: composes one query for a whole group of services, and takes the answer apart again. */
export function createMetrics(asked: readonly Asked[]): Metrics {
  const clientOf = (name: string) => asked.find(({ source }) => source.name === name);
  const first = asked[0];
  const questionsFor = (
    services: readonly Service[],
    measures: readonly Measure[],
    window: (source: Source) => Duration,
  ) =>
    asked.flatMap(({ source }) =>
      questionsOf(
        source.name,
        services.filter((service) => service.source === source.name),
        measures,
        window(source),
      ),
    );
  const ask = async (
    services: readonly Service[],
    measures: readonly Measure[],
    window: (source: Source) => Duration,
    call: (client: Prometheus, promql: string) => Promise<Outcome<Samples>>,
  ) => {
    const found = new Map(services.map(({ name }) => [name, emptyFinding()]));
    const put = async (question: Question): Promise<void> => {
      const client = clientOf(question.source)?.client;
      if (client === undefined) return;
      const answer = await call(client, question.promql);
      if (!answer.ok && question.apart.length > 0 && SPOILED.has(answer.problem.code))
        await Promise.all(question.apart.map(put));
      else take(found, question, answer);
    };
    await Promise.all(questionsFor(services, measures, window).map(put));
    return found;
  };
  return {
    async readings(services, measures, range) {
      const found = await ask(
        services,
        measures,
        () => lengthOf(range),
        // On whole seconds, so that those who ask in the same second are answered by one question.
        (client, promql) => client.instant(promql, alignDown(range.to, 1000)),
      );
      return new Map([...found].map(([name, finding]) => [name, readingOf(finding, lengthOf(range))]));
    },
    readingQueries: (services, measures, range) =>
      questionsFor(services, measures, () => lengthOf(range)).map(
        ({ source, promql, measures: [line = ''] }) => ({
          source,
          promql,
          line,
        }),
      ),
    async series(services, measures, range, step) {
      const aligned = onGrid(range, step, Math.min(...asked.map(({ source }) => source.scrapeInterval)));
      const found = await ask(
        services,
        measures,
        (source) => rateWindow(source, step),
        (client, promql) => client.range(promql, aligned, step),
      );
      return new Map(
        [...found].map(([name, { samples, queries, problems }]): [string, SignalSeries] => [
          name,
          { measures: Object.fromEntries(samples), queries, problems },
        ]),
      );
    },
    stepFor(range, name) {
      const scrape = (clientOf(name ?? '') ?? first)?.source.scrapeInterval ?? 15_000;
      const wanted = Math.max(scrape, lengthOf(range) / POINTS);
      return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400_000) * 86_400_000;
    },
    async query(promql, range, step, name) {
      const target = name === undefined ? first : clientOf(name);
      if (target === undefined) return failure('query-invalid', `There is no Prometheus named ${name}.`);
      if (promql.length > MAX_TEXT)
        return failure('query-too-large', `The expression is longer than ${MAX_TEXT} characters.`);
      const filled = fillIn(promql, {
        rateInterval: rateWindow(target.source, step),
        range: lengthOf(range),
      });
      const checked = checkPromql(filled);
      if (!checked.ok) return checked;
      const aligned = onGrid(range, step, target.source.scrapeInterval);
      const answer = await target.client.range(checked.value, aligned, step);
      if (!answer.ok) return answer;
      const { series } = answer.value;
      if (series.length > MAX_SERIES) {
        return failure(
          'query-too-large',
          `The answer has ${series.length} series; at most ${MAX_SERIES} are read.`,
        );
      }
      return success({ range: aligned, step, ...answer.value });
    },
    async versions(services, at) {
      const found = await Promise.all(
        asked.flatMap(({ source, client }) =>
          groupsOf(services.filter((service) => service.source === source.name)).map(async (group) => {
            const answer = await client.instant(versionQuery(group), alignDown(at, 1000));
            return answer.ok ? [...versionsIn(group, answer.value.series)] : [];
          }),
        ),
      );
      return new Map(found.flat());
    },
  };
}

type Finding = {
  readonly samples: Map<Measure, readonly Sample[]>;
  readonly queries: PanelQuery[];
  readonly problems: Problem[];
};

function emptyFinding(): Finding {
  return { samples: new Map(), queries: [], problems: [] };
}

/**
 * Rates need four scrapes to survive a missed one, and one scrape more than the step: an increase between the last scrape of one
 * step and the first of the next lies in neither's window otherwise.
 */
function rateWindow(source: Source, step: Duration): Duration {
  return Math.max(4 * source.scrapeInterval, step + source.scrapeInterval);
}

/** The range on a grid of steps that ends with the newest scrape, so that the last point is what is true now, not a step ago. */
function onGrid(range: Range, step: Duration, scrape: Duration): Range {
  const to = alignDown(range.to, Math.min(scrape, step));
  return { from: to - Math.floor(lengthOf(range) / step) * step, to };
}

function take(found: Map<string, Finding>, question: Question, answer: Outcome<Samples>): void {
  for (const service of question.services) {
    const finding = found.get(service.name);
    for (const measure of question.measures) {
      finding?.queries.push({ source: question.source, promql: question.promql, line: measure });
    }
    const problem = answer.ok ? partialOf(question.source, answer.value) : answer.problem;
    if (problem !== undefined && finding?.problems.every(({ code }) => code !== problem.code) === true) {
      finding.problems.push(problem);
    }
  }
  if (!answer.ok) return;
  for (const series of answer.value.series) {
    for (const { service, measure } of question.locate(series))
      found.get(service)?.samples.set(measure, series.samples);
  }
}

/** What a source says of its own answer, where that is less than whole. */
export function partialOf(source: string, { partial, warnings }: Samples): Problem | undefined {
  if (!partial) return undefined;
  const words = warnings.length === 0 ? 'The answer is partial.' : `${warnings.join('; ')}.`;
  return failure('prometheus-partial', words, { where: source }).problem;
}

function readingOf({ samples, problems }: Finding, window: Duration): Reading {
  const values = Object.fromEntries(
    [...samples].flatMap(([measure, [sample]]) => (sample === undefined ? [] : [[measure, sample.value]])),
  );
  const rate = samples.get('rate')?.[0]?.value;
  return {
    values,
    problems,
    ...(rate === undefined ? {} : { requests: Math.round((rate * window) / 1000) }),
  };
}
