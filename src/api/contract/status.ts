import { z } from 'zod';
import type { FleetAnswer, FleetStatusRow, ServiceAnswer } from '#app/answer.ts';
import type { IncidentLine as AppIncidentLine } from '#app/incident-answers.ts';
import { present } from '#domain/optional.ts';
import type { Health as DomainHealth } from '#domain/panel.ts';
import { Budget, budgetOf } from './budgets.ts';
import { Change, changeOf, OpenAlert, openAlertOf } from './changes.ts';
import { Reading, readingOf, Window, windowOf } from './readings.ts';
import { Time, timeOf, Untrusted } from './values.ts';

const HEALTHS = [
  'page',
  'burning',
  'degraded',
  'ticket',
  'atRisk',
  'noData',
  'healthy',
] as const satisfies readonly DomainHealth[];

export const Health = z
  .enum(HEALTHS)
  .describe(
    'The worst of: page (an alert that pages fires), burning (a budget is spent or burns fast), degraded (its last deploy was found so, or a flag does harm), ticket (another alert fires), atRisk (a budget is), noData; else healthy.',
  );

const Why = z.array(Untrusted).describe('Why, in sentences, the worst first; empty where it is healthy.');

/** An incident in a line. */
export const IncidentLine = z.object({
  id: z.string(),
  title: Untrusted,
  severity: z.string(),
  status: z.string(),
  services: z.array(z.string()),
  declaredAt: Time,
});
export type IncidentLine = z.infer<typeof IncidentLine>;

/** One service among all. */
const FleetRow = z.object({
  service: z.string(),
  health: Health,
  why: Why,
  reading: Reading,
  alerts: z.array(OpenAlert),
  lastDeploy: z
    .object({ version: Untrusted, at: Time, isWatched: z.boolean() })
    .optional()
    .describe('The newest that was heard of.'),
  budget: Budget.pick({ slo: true, colour: true, word: true, share: true, remaining: true })
    .optional()
    .describe('The worst of its budgets; `remaining` in seconds of total failure.'),
});

/** How the whole fleet does, the worst first. */
export const FleetStatus = z.object({
  at: Time,
  window: Window.describe('What the readings are of.'),
  counts: z.partialRecord(z.enum(HEALTHS), z.int()).describe('How many services have each health.'),
  services: z.array(FleetRow),
  incidents: z.array(IncidentLine).describe('Open ones, oldest first.'),
});
export type FleetStatus = z.infer<typeof FleetStatus>;

/** How one service does, beside yesterday and last week. */
export const ServiceStatus = z.object({
  at: Time,
  service: z.string(),
  description: z.string().optional(),
  owner: z.string().optional(),
  health: Health,
  why: Why,
  version: Untrusted.optional().describe('What runs, where the metrics tell.'),
  window: Window,
  now: Reading,
  yesterday: Reading.describe('In the same window a day earlier.'),
  lastWeek: Reading.describe('In the same window a week earlier.'),
  alerts: z.array(OpenAlert),
  changes: z.array(Change).describe('Recent deploys and flag changes of it and of what it depends on.'),
  budgets: z.array(Budget),
  incidents: z.array(IncidentLine).describe('Open ones that hit it.'),
  links: z.record(z.string(), z.string()).describe('Dashboard, runbook and so on, as configured.'),
  snapshot: z.string().optional().describe('The id of its panels, where `draw` was asked for.'),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

export function fleetStatusOf({ window, rows, incidents = [] }: FleetAnswer, at: number): FleetStatus {
  const counts = Map.groupBy(rows, ({ health }) => health);
  return {
    ...{ at: timeOf(at), window: windowOf(window) },
    counts: Object.fromEntries([...counts].map(([health, { length }]) => [health, length])),
    services: rows.map(rowOf),
    incidents: incidents.map(incidentLineOf),
  };
}

export function serviceStatusOf(answer: ServiceAnswer, at: number, snapshot?: string): ServiceStatus {
  const { service, description, owner, health, why, version, links } = answer;
  return {
    ...{
      at: timeOf(at),
      service,
      health,
      why: [...why],
      window: windowOf(answer.window),
      links: { ...links },
    },
    now: readingOf(answer.now),
    yesterday: readingOf(answer.yesterday),
    lastWeek: readingOf(answer.lastWeek),
    alerts: answer.alerts.map(openAlertOf),
    changes: answer.changes.map(changeOf),
    budgets: answer.budgets.map(budgetOf),
    incidents: (answer.incidents ?? []).map(incidentLineOf),
    ...present({ description, owner, version, snapshot }),
  };
}

function rowOf({ service, health, why, reading, alerts, lastDeploy, budget }: FleetStatusRow) {
  const worst = budget === undefined ? undefined : budgetOf(budget);
  return {
    ...{ service, health, why: [...why], reading: readingOf(reading), alerts: alerts.map(openAlertOf) },
    ...present({
      lastDeploy: lastDeploy && {
        ...{ version: lastDeploy.version, at: timeOf(lastDeploy.at), isWatched: lastDeploy.watching },
      },
      budget: worst && {
        ...{ slo: worst.slo, colour: worst.colour, word: worst.word },
        ...present({ share: worst.share, remaining: worst.remaining }),
      },
    }),
  };
}

export function incidentLineOf({ incident }: Pick<AppIncidentLine, 'incident'>): IncidentLine {
  const { id, title, severity, status, services, declaredAt } = incident;
  return { id, title, severity, status, services: [...services], declaredAt: timeOf(declaredAt) };
}
