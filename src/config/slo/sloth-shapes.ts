import { z } from 'zod';
import { KubernetesName } from './documents.ts';

export const Labels = z
  .record(
    z.string().regex(/^[a-zA-Z_]\w*$/, { error: 'expected a Prometheus label name' }),
    z.union([z.string(), z.number(), z.boolean()]),
  )
  .nullish();
const Name = z.string().regex(/^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/, {
  error: 'expected letters, digits, dots, dashes or underscores, with a letter or digit at both ends',
});
const Objective = z
  .number()
  .gt(0, { error: 'expected a percentage above 0' })
  .lt(100, { error: 'expected a percentage below 100, such as 99.9' });
const Chain = z.looseObject({}).nullish();
export const Alert = z
  .object({ disable: z.boolean().nullish(), labels: Labels, annotations: Labels })
  .nullish();
const Plugin = z.looseObject({ id: z.string() }).nullish();

/** Sloth’s own file, `version: prometheus/v1`. */
export const PrometheusV1 = z.object({
  version: z.literal('prometheus/v1'),
  service: Name,
  labels: Labels,
  slo_plugins: Chain,
  slos: z
    .array(
      z.object({
        name: Name,
        description: z.string().nullish(),
        objective: Objective,
        labels: Labels,
        plugins: Chain,
        sli: z.object({
          events: z.object({ error_query: z.string(), total_query: z.string() }).nullish(),
          raw: z.object({ error_ratio_query: z.string() }).nullish(),
          plugin: Plugin,
        }),
        alerting: z
          .object({
            name: z.string().nullish(),
            labels: Labels,
            annotations: Labels,
            page_alert: Alert,
            ticket_alert: Alert,
          })
          .nullish(),
      }),
    )
    .min(1, { error: 'expected at least one SLO' }),
});

/** The same as a resource of Kubernetes. */
export const ServiceLevel = z.object({
  apiVersion: z.literal('sloth.slok.dev/v1'),
  kind: z.literal('PrometheusServiceLevel'),
  metadata: z.object({ name: KubernetesName }),
  spec: z.object({
    service: Name,
    labels: Labels,
    sloPlugins: Chain,
    slos: z
      .array(
        z.object({
          name: Name,
          description: z.string().nullish(),
          objective: Objective,
          labels: Labels,
          plugins: Chain,
          sli: z.object({
            events: z.object({ errorQuery: z.string(), totalQuery: z.string() }).nullish(),
            raw: z.object({ errorRatioQuery: z.string() }).nullish(),
            plugin: Plugin,
          }),
          alerting: z
            .object({
              name: z.string().nullish(),
              labels: Labels,
              annotations: Labels,
              pageAlert: Alert,
              ticketAlert: Alert,
            })
            .nullish(),
        }),
      )
      .min(1, { error: 'expected at least one SLO' }),
  }),
});
