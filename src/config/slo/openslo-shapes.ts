import { z } from 'zod';

/** `openslo/v1alpha` is Sloth’s dialect, `openslo.com/v2alpha` a proposal; all three are read. */
export const VERSIONS = ['openslo/v1', 'openslo/v1alpha', 'openslo.com/v2alpha'] as const;

const Name = z.string().regex(/^[a-zA-Z0-9]([-a-zA-Z0-9_.]*[a-zA-Z0-9])?$/, {
  error: 'expected a name of letters, digits and dashes, without spaces',
});
const Metadata = z.object({ name: Name });
const Description = z.string().nullish();
const Ref = z.string().nullish();

const DataSourceSpec = z.object({ type: z.string() });

/** Where a metric comes from: v1 nests it in `metricSource`, v2alpha does not. */
export const Metric = z.object({
  metricSource: z
    .object({ metricSourceRef: Ref, type: z.string().nullish(), spec: z.looseObject({}).nullish() })
    .nullish(),
  dataSourceRef: Ref,
  dataSourceSpec: DataSourceSpec.nullish(),
  spec: z.looseObject({}).nullish(),
});
export type Metric = z.infer<typeof Metric>;

export const Indicator = z.object({
  thresholdMetric: Metric.nullish(),
  ratioMetric: z
    .object({
      counter: z.boolean().nullish(),
      good: Metric.nullish(),
      bad: Metric.nullish(),
      total: Metric.nullish(),
      raw: Metric.nullish(),
      rawType: z.enum(['success', 'failure']).nullish(),
    })
    .nullish(),
});
export type Indicator = z.infer<typeof Indicator>;

const InlineIndicator = z.object({ metadata: Metadata.nullish(), spec: Indicator }).nullish();

const Share = z.number().min(0, { error: 'expected a share of at least 0' }).lt(1, {
  error: 'expected a share below 1, such as 0.999',
});

const AlphaMetric = z.object({
  source: z.string().nullish(),
  queryType: z.string().nullish(),
  query: z.string(),
});

export const Objective = z.object({
  displayName: z.string().nullish(),
  op: z.enum(['lte', 'gte', 'lt', 'gt']).nullish(),
  value: z.number().nullish(),
  target: Share.nullish(),
  targetPercent: z.number().min(0).lt(100, { error: 'expected a percentage below 100' }).nullish(),
  timeSliceTarget: z.number().gt(0).lte(1).nullish(),
  timeSliceWindow: z.union([z.string(), z.number()]).nullish(),
  indicator: InlineIndicator,
  indicatorRef: Ref,
  sli: InlineIndicator,
  sliRef: Ref,
  compositeWeight: z.number().nullish(),
  /** v1alpha */
  ratioMetrics: z
    .object({
      incremental: z.boolean().nullish(),
      counter: z.boolean().nullish(),
      good: AlphaMetric.nullish(),
      bad: AlphaMetric.nullish(),
      total: AlphaMetric,
    })
    .nullish(),
});
export type Objective = z.infer<typeof Objective>;

const Calendar = z.object({ startTime: z.string(), timeZone: z.string() }).nullish();

const Policy = z.looseObject({ alertPolicyRef: Ref, kind: z.string().nullish() });

export const SloObject = z.object({
  apiVersion: z.enum(VERSIONS),
  kind: z.literal('SLO'),
  metadata: z.object({ name: Name, displayName: z.string().nullish() }),
  spec: z.object({
    description: Description,
    service: Name.nullish(),
    serviceRef: Name.nullish(),
    indicator: InlineIndicator,
    indicatorRef: Ref,
    sli: InlineIndicator,
    sliRef: Ref,
    timeWindow: z
      .array(z.object({ duration: z.string(), isRolling: z.boolean().nullish(), calendar: Calendar }))
      .max(1, { error: 'expected exactly one time window' })
      .nullish(),
    /** v1alpha */
    timeWindows: z
      .array(
        z.object({
          count: z.number(),
          unit: z.string(),
          isRolling: z.boolean().nullish(),
          calendar: Calendar,
        }),
      )
      .max(1, { error: 'expected exactly one time window' })
      .nullish(),
    budgetingMethod: z.enum(['Occurrences', 'Timeslices', 'RatioTimeslices']).nullish(),
    objectives: z.array(Objective).min(1, { error: 'expected at least one objective' }),
    alertPolicies: z.array(z.union([Policy, z.string()])).nullish(),
  }),
});
export type SloObject = z.infer<typeof SloObject>;

export const SliObject = z.object({
  apiVersion: z.enum(VERSIONS),
  kind: z.literal('SLI'),
  metadata: Metadata,
  spec: Indicator,
});

export const DataSourceObject = z.object({
  apiVersion: z.enum(VERSIONS),
  kind: z.literal('DataSource'),
  metadata: Metadata,
  spec: DataSourceSpec,
});

const object = <K extends string, S extends z.ZodType>(kind: K, spec: S) =>
  z.object({
    ...{ apiVersion: z.enum(VERSIONS), kind: z.literal(kind), spec },
    metadata: z.looseObject({ name: Name, displayName: z.string().nullish() }),
  });

/** What is checked and otherwise left alone: alerts are Bellbuoy’s own, services are named in bellbuoy.yaml. */
export const OTHER_KINDS = {
  Service: object('Service', z.looseObject({ description: z.string().nullish() }).nullish()),
  AlertPolicy: object(
    'AlertPolicy',
    z.looseObject({
      conditions: z.array(z.looseObject({})).max(1, { error: 'expected one condition' }).nullish(),
      notificationTargets: z.array(z.looseObject({})).nullish(),
    }),
  ),
  AlertCondition: object(
    'AlertCondition',
    z.looseObject({
      condition: z.looseObject({
        kind: z.string(),
        op: z.enum(['lte', 'gte', 'lt', 'gt']),
        threshold: z.number(),
        lookbackWindow: z.string(),
      }),
    }),
  ),
  AlertNotificationTarget: object(
    'AlertNotificationTarget',
    z.looseObject({ target: z.string(), description: Description }),
  ),
} as const;
