import { z } from 'zod';
import { present } from '#domain/optional.ts';
import type * as domain from '#domain/service.ts';
import type { Catalog } from '#domain/service.ts';
import { SloWindow, sloWindowOf } from './budgets.ts';
import { Seconds, Share, Time } from './values.ts';

/** Where people look further. */
const Links = z.object({
  dashboard: z.string().optional(),
  runbook: z.string().optional(),
  repository: z.string().optional(),
  traces: z.string().optional(),
  logs: z.string().optional(),
});

/** An objective of a service. */
export const Objective = z.object({
  name: z.string(),
  description: z.string().optional(),
  objective: Share.describe('The target, such as 0.999.'),
  window: SloWindow,
  sli: z.enum(['events', 'latency', 'ratio']).describe('What is counted: requests, slow ones, or time.'),
});
export type Objective = z.infer<typeof Objective>;

/** A service as it is configured. */
export const Service = z.object({
  name: z.string(),
  description: z.string().optional(),
  owner: z.string().optional().describe('The team that owns it.'),
  tier: z.number().optional().describe('1 matters most.'),
  channel: z.string().optional().describe('Its Slack channel.'),
  links: Links,
  source: z.string().describe('The Prometheus that has its metrics.'),
  labels: z.record(z.string(), z.string()).describe('What selects its series there.'),
  preset: z.string().optional().describe('The convention of its metrics.'),
  dependsOn: z.array(z.string()).describe('Services that it calls.'),
  neededBy: z.array(z.string()).describe('Services that call it.'),
  objectives: z.array(Objective),
  flags: z.array(z.string()).describe('Feature flags that its metrics tell apart.'),
  watch: z
    .object({ before: Seconds, after: Seconds })
    .describe('How long a deploy of it is watched, and against how long a baseline.'),
});
export type Service = z.infer<typeof Service>;

/** All services, by name. */
export const ServiceList = z.object({
  at: Time,
  services: z.array(Service),
  environments: z.array(z.string()).describe('Environments whose deploys are watched.'),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type ServiceList = z.infer<typeof ServiceList>;

export const ServiceDetail = z.object({ at: Time, service: Service });
export type ServiceDetail = z.infer<typeof ServiceDetail>;

/** Objectives of all services, or of one. */
export const ObjectiveList = z.object({
  at: Time,
  objectives: z.array(Objective.extend({ service: z.string() })),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type ObjectiveList = z.infer<typeof ObjectiveList>;

export function serviceOf(service: domain.Service, { services }: Catalog): Service {
  const { name, description, owner, tier, channel, links, source, labels, preset } = service;
  return {
    ...{ name, source, labels: { ...labels }, links: { ...links } },
    ...present({ description, owner, tier, channel, preset: preset?.name }),
    dependsOn: [...service.dependsOn],
    neededBy: services.filter(({ dependsOn }) => dependsOn.includes(name)).map((one) => one.name),
    objectives: service.slos.map(objectiveOf),
    flags: service.flags.map((flag) => flag.name),
    watch: { before: service.watch.before / 1000, after: service.watch.after / 1000 },
  };
}

export function objectiveOf({
  name,
  description,
  objective,
  window,
  sli,
}: domain.Service['slos'][number]): Objective {
  return {
    ...{ name, objective, window: sloWindowOf(window), sli: sli.kind },
    ...present({ description }),
  };
}
