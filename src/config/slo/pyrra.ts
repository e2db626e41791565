import { z } from 'zod';
import { type Counted, type Sli, type Slo, WINDOW } from '#domain/budget/slo.ts';
import { present } from '#domain/optional.ts';
import { parseDuration } from '#domain/time.ts';
import { selector } from '#promql/quote.ts';
import { readSelector, selectorIn } from '#promql/selector.ts';
import { type Item, KubernetesName, type Path, type Remarks, readItem } from './documents.ts';
import type { Imported } from './import.ts';
import { upSli } from './own.ts';
import { PyrraAlerting, pyrraAlerting, SERVICE, Texts } from './pyrra-alerting.ts';
import { shareOf } from './queries.ts';

const Metric = z.object({ metric: z.string() });
const Grouping = z.array(z.string()).nullish();
const Percent = z.union([z.string(), z.number()]).refine((text) => Number(text) > 0 && Number(text) < 100, {
  error: 'expected a percentage above 0 and below 100, such as "99.5"',
});
const Length = z.string().refine((text) => parseDuration(text) !== undefined, {
  error: 'expected a duration such as 4w',
});

const ServiceLevelObjective = z.object({
  apiVersion: z.literal('pyrra.dev/v1alpha1'),
  kind: z.literal('ServiceLevelObjective'),
  metadata: z.object({ name: KubernetesName, labels: Texts, annotations: Texts }),
  spec: z.object({
    description: z.string().nullish(),
    target: Percent,
    window: Length,
    indicator: z.object({
      ratio: z.object({ errors: Metric, total: Metric, grouping: Grouping }).nullish(),
      latency: z.object({ success: Metric, total: Metric, grouping: Grouping }).nullish(),
      latencyNative: z.object({ latency: Length, total: Metric, grouping: Grouping }).nullish(),
      bool_gauge: z.object({ metric: z.string(), grouping: Grouping }).nullish(),
      boolGauge: z.object({ metric: z.string(), grouping: Grouping }).nullish(),
    }),
    alerting: PyrraAlerting,
  }),
});
type ServiceLevelObjective = z.infer<typeof ServiceLevelObjective>;

/** The SLO of Pyrra’s Kubernetes resource. Its service is the label `pyrra.dev/service`, else its name. */
export function pyrraSlos(item: Item, remarks: Remarks): readonly Imported[] {
  const file = readItem(item, ServiceLevelObjective, remarks);
  if (file === undefined) return [];
  const { metadata, spec } = file;
  const sli = sliOf(spec.indicator, item, remarks);
  if (sli === undefined) return [];
  const service = String(metadata.labels?.[SERVICE] || metadata.name);
  if (!/^[a-zA-Z0-9]([\w.-]*[a-zA-Z0-9])?$/.test(service)) {
    remarks.problems.push(
      item.at(
        ['metadata', 'labels', SERVICE],
        'expected a service’s name of letters, digits, dots and dashes',
      ),
    );
    return [];
  }
  return [
    {
      service,
      where: item.at(['metadata', 'name'], ''),
      slo: {
        name: metadata.name,
        ...present({ description: spec.description || undefined }),
        objective: shareOf(Number(spec.target)),
        window: { kind: 'rolling', length: parseDuration(spec.window) ?? 0 },
        ...{ method: { kind: 'occurrences' }, sli, absent: 'unknown', policy: {} },
        alerting: pyrraAlerting(spec.alerting, metadata, item, remarks),
        origin: { format: 'pyrra', file: item.file, ...recordedByPyrra(spec.indicator, metadata.name) },
      },
    },
  ];
}

/** Pyrra’s own recording of an SLO’s error ratio, named after the metric of its total. */
function recordedByPyrra(
  { ratio, latency, latencyNative, bool_gauge, boolGauge }: ServiceLevelObjective['spec']['indicator'],
  slo: string,
): Pick<Slo['origin'], 'recorded'> {
  const total = (ratio ?? latency ?? latencyNative)?.total ?? bool_gauge ?? boolGauge;
  const metric = readSelector(total?.metric ?? '')?.metric;
  if (metric === undefined) return {};
  const base = metric.replace(/_(total|count|bucket)$/, '');
  return { recorded: selector(`${base}:burnrate5m`, [{ label: 'slo', op: '=', value: slo }]) };
}

function sliOf(
  indicator: ServiceLevelObjective['spec']['indicator'],
  item: Item,
  remarks: Remarks,
): Sli | undefined {
  const root: Path = ['spec', 'indicator'];
  const given = Object.entries(indicator).filter(([, value]) => value !== null && value !== undefined);
  const [only] = given;
  if (only === undefined || given.length > 1) {
    remarks.problems.push(
      item.at(root, 'expected exactly one of ratio, latency, latencyNative and bool_gauge'),
    );
    return undefined;
  }
  const [kind, { grouping }] = only as [string, { grouping?: readonly string[] | null }];
  if (grouping && grouping.length > 0)
    remarks.notices.push(
      item.at(
        [...root, kind, 'grouping'],
        `not one budget for each ${grouping.join(', ')}; all are counted as one`,
      ),
    );
  const selected = (metric: string, path: Path): string | undefined => {
    const selected = selectorIn(metric);
    if (selected !== undefined) return selected;
    remarks.problems.push(
      item.at(
        [...root, kind, ...path],
        'expected a selector of one metric, such as requests_total{job="api"}',
      ),
    );
    return undefined;
  };
  if (indicator.ratio) {
    const part = selected(indicator.ratio.errors.metric, ['errors', 'metric']);
    const total = selected(indicator.ratio.total.metric, ['total', 'metric']);
    if (part === undefined || total === undefined) return undefined;
    return { kind: 'events', counts: 'bad', part: counter(part), total: counter(total) };
  }
  if (indicator.latency) {
    const part = selected(indicator.latency.success.metric, ['success', 'metric']);
    const total = selected(indicator.latency.total.metric, ['total', 'metric']);
    if (part === undefined || total === undefined) return undefined;
    if (readSelector(part)?.matchers.some(({ label, op }) => label === 'le' && op === '=') !== true) {
      remarks.problems.push(
        item.at(
          [...root, kind, 'success', 'metric'],
          'expected the bucket of the threshold, such as le="0.5"',
        ),
      );
      return undefined;
    }
    return { kind: 'events', counts: 'good', part: counter(part), total: counter(total) };
  }
  if (indicator.latencyNative) {
    const total = selected(indicator.latencyNative.total.metric, ['total', 'metric']);
    if (total === undefined) return undefined;
    const seconds = (parseDuration(indicator.latencyNative.latency) ?? 0) / 1000;
    const rates = `sum(rate(${total}[${WINDOW}]))`;
    const count = `histogram_count(${rates})`;
    const rate = (promql: string): Counted => ({ kind: 'expression', promql, gives: 'rate' });
    const part = rate(`histogram_fraction(0, ${seconds}, ${rates}) * ${count}`);
    return { kind: 'events', counts: 'good', part, total: rate(count) };
  }
  const metric = selected((indicator.bool_gauge ?? indicator.boolGauge)?.metric ?? '', ['metric']);
  return metric === undefined ? undefined : upSli(metric);
}

function counter(selector: string): Counted {
  return { kind: 'counters', terms: [{ selector, sign: 1 }] };
}
