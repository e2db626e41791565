import { isOpen } from '#domain/deploy.ts';
import { present } from '#domain/optional.ts';
import type { FleetDrawing } from '#domain/panel.ts';
import type { Measure } from '#domain/signal.ts';
import { formatDuration, last, MINUTE, type Range } from '#domain/time.ts';
import type { Answered, FleetAnswer, FleetStatusRow } from '../answer.ts';
import type { AnswerPorts } from './answer.ts';
import { budgetLines } from './budget.ts';
import { HEALTH_ORDER, healthOf, openAlert, recentRollouts } from './health.ts';
import { openLines } from './incidents.ts';

const WINDOW = 5 * MINUTE;
const MEASURES: readonly Measure[] = ['rate', 'errorRatio', 'p99'];

/** How many services are shown; past them the healthy rest is counted. What is not well is shown up to twice as many. */
const SHOWN = 25;

/** The fleet, a row a service, worst first, from one question to Prometheus for all services that share a preset. */
export async function fleet(id: string, ports: AnswerPorts): Promise<Answered> {
  const answer = await fleetRows(ports);
  return { answer, drawing: drawingOf(answer.rows, answer.window, id, ports) };
}

/** The same without its picture. */
export async function fleetRows(ports: AnswerPorts): Promise<FleetAnswer> {
  const { store, metrics, catalog, clock } = ports;
  const now = clock.now();
  const window = last(WINDOW, now);
  const { services } = catalog.current();
  const [readings, open, deploys, budgets, rolloutsOf, incidents] = await Promise.all([
    metrics.readings(services, MEASURES, window),
    store.alerts.open(),
    store.deploys.latestByService(),
    budgetLines(services, ports),
    recentRollouts(now, store.flags),
    openLines(ports),
  ]);
  const budgetsOf = Map.groupBy(budgets, ({ service }) => service);
  const rows = services.map(({ name }): FleetStatusRow => {
    const alerts = open.filter(({ service }) => service === name).map(openAlert);
    const reading = readings.get(name) ?? { values: {}, problems: [] };
    const deploy = deploys.get(name);
    const own = budgetsOf.get(name) ?? [];
    const [budget] = own;
    return {
      service: name,
      ...healthOf({ reading, alerts, budgets: own, lastDeploy: deploy, rollouts: rolloutsOf(name) }),
      reading,
      alerts,
      ...(budget === undefined ? {} : { budget }),
      ...(deploy === undefined
        ? {}
        : { lastDeploy: { version: deploy.version, at: deploy.startedAt, watching: isOpen(deploy.watch) } }),
    };
  });
  const rank = (row: FleetStatusRow) => HEALTH_ORDER.indexOf(row.health);
  const byError = (row: FleetStatusRow) => row.reading.values.errorRatio ?? 0;
  const sorted = rows.toSorted(
    (a, b) => rank(a) - rank(b) || byError(b) - byError(a) || a.service.localeCompare(b.service),
  );
  return {
    ...{ kind: 'fleet', window, rows: sorted, shown: shownOf(sorted) },
    ...(incidents.length === 0 ? {} : { incidents }),
  };
}

function shownOf(rows: readonly FleetStatusRow[]): number {
  const unwell = rows.filter(({ health }) => health !== 'healthy').length;
  return Math.min(rows.length, Math.max(SHOWN, Math.min(unwell, 2 * SHOWN)));
}

function drawingOf(
  rows: readonly FleetStatusRow[],
  range: Range,
  id: string,
  { metrics, catalog }: AnswerPorts,
): FleetDrawing {
  const { services, zone } = catalog.current();
  const shown = rows.slice(0, shownOf(rows));
  const hidden = rows.slice(shown.length);
  return {
    chart: 'fleet',
    id,
    title: rows.length === 1 ? '1 service' : `${rows.length} services`,
    facts: [`last ${formatDuration(WINDOW)}`, ...(hidden.length === 0 ? [] : [restOf(hidden)])],
    zone,
    range,
    step: WINDOW,
    rows: shown.map(({ service, health, reading: { values } }) => ({
      service,
      health,
      ...present({ rate: values.rate, errorRatio: values.errorRatio, p99: values.p99 }),
    })),
    hidden: hidden.length,
    queries: metrics.readingQueries(services, MEASURES, range),
  };
}

function restOf(hidden: readonly FleetStatusRow[]): string {
  const allWell = hidden.every(({ health }) => health === 'healthy');
  return `and ${hidden.length} more${allWell ? ', all healthy' : ''}`;
}
