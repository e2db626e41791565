import { isOpen } from '#domain/deploy.ts';
import type { Measure } from '#domain/signal.ts';
import { last, MINUTE } from '#domain/time.ts';
import type { Answered, FleetStatusRow } from '../answer.ts';
import type { AnswerPorts } from './answer.ts';
import { HEALTH_ORDER, healthOf, openAlert } from './health.ts';

const WINDOW = 5 * MINUTE;
const MEASURES: readonly Measure[] = ['rate', 'errorRatio', 'p99'];

/** The fleet, a row a service, worst first, from one question to Prometheus for all services that share a preset. */
export async function fleet({ store, metrics, catalog, clock }: AnswerPorts): Promise<Answered> {
  const window = last(WINDOW, clock.now());
  const { services } = catalog.current();
  const [readings, open, deploys] = await Promise.all([
    metrics.readings(services, MEASURES, window),
    store.alerts.open(),
    store.deploys.latestByService(),
  ]);
  const rows = services.map(({ name }): FleetStatusRow => {
    const alerts = open.filter(({ service }) => service === name).map(openAlert);
    const reading = readings.get(name) ?? { values: {}, problems: [] };
    const deploy = deploys.get(name);
    return {
      service: name,
      health: healthOf(reading, alerts),
      reading,
      alerts,
      ...(deploy === undefined
        ? {}
        : { lastDeploy: { version: deploy.version, at: deploy.startedAt, watching: isOpen(deploy.watch) } }),
    };
  });
  const rank = (row: FleetStatusRow) => HEALTH_ORDER.indexOf(row.health);
  const byError = (row: FleetStatusRow) => row.reading.values.errorRatio ?? 0;
  return {
    answer: {
      kind: 'fleet',
      window,
      rows: rows.toSorted(
        (a, b) => rank(a) - rank(b) || byError(b) - byError(a) || a.service.localeCompare(b.service),
      ),
    },
  };
}
