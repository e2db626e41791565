import type { Series } from '#domain/series.ts';
import type { Service } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import type { Duration } from '#domain/time.ts';
import {
  durationQuery,
  errorRatioQuery,
  type Group,
  groupsOf,
  overrideQuery,
  PART_LABEL,
  rateQuery,
  SERVICE_LABEL,
} from '#promql/signals.ts';

/** One query that tells measures of many services, and how to take its answer apart. */
export type Question = {
  readonly source: string;
  readonly promql: string;
  readonly services: readonly Service[];
  readonly measures: readonly Measure[];
  /** Which measure of which services a series of the answer is. */
  readonly locate: (series: Series) => readonly { service: string; measure: Measure }[];
  /** The same question in pieces, where PromQL of somebody's own may have spoiled it for the others; else empty. */
  readonly apart: readonly Question[];
};

/**
 * What has to be asked of one source: at most one question a grouping (convention and label names) for rate, for errors and for
 * durations, the services' own PromQL included; what no convention knows (saturation) is one question a measure.
 */
export function questionsOf(
  source: string,
  services: readonly Service[],
  measures: readonly Measure[],
  window: Duration,
): readonly Question[] {
  const wanted = (...some: Measure[]) => measures.filter((measure) => some.includes(measure));
  const kinds = [wanted('rate'), wanted('errorRatio'), wanted('p50', 'p99')];
  const others = measures.filter((measure) => !kinds.flat().includes(measure));
  const groups = groupsOf(services);
  const bare = services.filter(({ preset }) => preset === undefined);
  const grouped = groups.flatMap((group) => kinds.map((kind) => ofGroup(source, group, kind, window)));
  const bareOnes = kinds.map((kind) => kind.flatMap((measure) => own(source, bare, measure, window)));
  const rest = others.map((measure) => own(source, services, measure, window));
  return [...grouped, ...bareOnes, ...rest].flatMap(together);
}

/** The parts that tell these measures of a group: by its convention where nothing is overridden, and each service's own PromQL. */
function ofGroup(
  source: string,
  group: Group,
  measures: readonly Measure[],
  window: Duration,
): readonly Question[] {
  return measures.flatMap((measure) => {
    const services = group.services.filter(({ overrides }) => overrides[measure] === undefined);
    const conventional: Question = {
      source,
      services,
      measures: [measure],
      promql: promqlOf({ ...group, services }, measure, window),
      locate: locator(group, services, measure),
      apart: [],
    };
    return [
      ...(services.length === 0 ? [] : [conventional]),
      ...own(source, group.services, measure, window),
    ];
  });
}

function promqlOf(group: Group, measure: Measure, window: Duration): string {
  if (measure === 'rate') return rateQuery(group, window);
  return measure === 'errorRatio'
    ? errorRatioQuery(group, window)
    : durationQuery(group, [quantileOf(measure)], window);
}

function quantileOf(measure: Measure): number {
  return measure === 'p50' ? 0.5 : 0.99;
}

function locator(group: Group, services: readonly Service[], measure: Measure): Question['locate'] {
  const part = measure === 'p50' || measure === 'p99' ? String(quantileOf(measure)) : undefined;
  const key = (labels: Service['labels']) => JSON.stringify(group.labels.map((label) => labels[label]));
  const byLabels = Map.groupBy(services, ({ labels }) => key(labels));
  return ({ labels }) =>
    labels[SERVICE_LABEL] !== undefined || labels[PART_LABEL] !== part
      ? []
      : (byLabels.get(key(labels)) ?? []).map(({ name }) => ({ service: name, measure }));
}

function own(
  source: string,
  services: readonly Service[],
  measure: Measure,
  window: Duration,
): readonly Question[] {
  return services.flatMap((service): readonly Question[] => {
    const promql = service.overrides[measure];
    if (promql === undefined) return [];
    return [
      {
        source,
        services: [service],
        measures: [measure],
        promql: overrideQuery(service.name, measure, promql, window),
        locate: ({ labels }) =>
          labels[SERVICE_LABEL] === service.name && labels[PART_LABEL] === measure
            ? [{ service: service.name, measure }]
            : [],
        apart: [],
      },
    ];
  });
}

function together(parts: readonly Question[]): readonly Question[] {
  const [first, ...more] = parts;
  if (first === undefined || more.length === 0) return parts;
  const hasOwn = parts.some(({ services, measures }) =>
    services.some(({ overrides }) => measures.some((measure) => overrides[measure] !== undefined)),
  );
  return [
    {
      source: first.source,
      promql: parts.map(({ promql }) => promql).join(' or '),
      services: [...new Set(parts.flatMap(({ services }) => services))],
      measures: [...new Set(parts.flatMap(({ measures }) => measures))],
      locate: (series) => parts.flatMap(({ locate }) => locate(series)),
      apart: hasOwn ? parts : [],
    },
  ];
}
