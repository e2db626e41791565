import { present } from '#domain/optional.ts';
import type { TimeDrawing } from '#domain/panel.ts';
import type { Service } from '#domain/service.ts';
import { DAY, type Duration, earlier, formatDuration, last, type Range, WEEK } from '#domain/time.ts';
import type { ServiceAnswer } from '../answer.ts';
import { extraPanels, measuresOf, redDrawing } from '../panels.ts';
import type { AnswerPorts } from './answer.ts';
import { budgetLines } from './budget.ts';
import { changesBefore } from './changes.ts';
import { healthOf, openAlert, recentRollouts } from './health.ts';
import { openLines } from './incidents.ts';

const NOTHING = { values: {}, problems: [] };

/** One service: its signals now, yesterday and last week, what is open and what changed, and its panels. */
export async function serviceStatus(
  service: Service,
  length: Duration,
  id: string,
  ports: AnswerPorts,
): Promise<{ readonly answer: ServiceAnswer; readonly drawing: TimeDrawing }> {
  return serviceIn(service, last(length, ports.clock.now()), id, ports, [`last ${formatDuration(length)}`]);
}

/** The same of any stretch; what is open, changed and left of budgets is told as it was at its end, as far as that is known, else as it is now. */
export async function serviceIn(
  service: Service,
  window: Range,
  id: string,
  ports: AnswerPorts,
  facts: readonly string[] = [],
): Promise<{ readonly answer: ServiceAnswer; readonly drawing: TimeDrawing }> {
  const [answer, drawing, extra] = await Promise.all([
    statusIn(service, window, ports),
    redDrawing(service, window, id, facts, ports),
    extraPanels(service, window, ports),
  ]);
  return { answer, drawing: { ...drawing, panels: [...drawing.panels, ...extra] } };
}

/** The same without its picture, of a window that ends now. */
export async function statusIn(service: Service, window: Range, ports: AnswerPorts): Promise<ServiceAnswer> {
  const { store, metrics } = ports;
  const now = window.to;
  const read = async (range: Range) =>
    (await metrics.readings([service], measuresOf(service), range)).get(service.name) ?? NOTHING;
  const [reading, yesterday, lastWeek, open, changes, versions, budgets, deploys, rolloutsOf, incidents] =
    await Promise.all([
      read(window),
      read(earlier(window, DAY)),
      read(earlier(window, WEEK)),
      store.alerts.open(service.name),
      changesBefore(service, now, store),
      metrics.versions([service], now),
      budgetLines([service], ports),
      store.deploys.latestByService(),
      recentRollouts(now, store.flags),
      openLines(ports, [service.name]),
    ]);
  const alerts = open.map(openAlert);
  const [lastDeploy, rollouts] = [deploys.get(service.name), rolloutsOf(service.name)];
  return {
    kind: 'service',
    service: service.name,
    ...present({
      description: service.description,
      owner: service.owner,
      version: versions.get(service.name)?.join(', '),
    }),
    links: service.links,
    window,
    ...healthOf({ reading, alerts, budgets, lastDeploy, rollouts }),
    now: reading,
    yesterday,
    lastWeek,
    alerts,
    changes,
    budgets,
    ...(incidents.length === 0 ? {} : { incidents }),
  };
}
