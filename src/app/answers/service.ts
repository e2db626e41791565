import { present } from '#domain/optional.ts';
import type { Service } from '#domain/service.ts';
import { DAY, type Duration, earlier, formatDuration, last, WEEK } from '#domain/time.ts';
import type { Answered } from '../answer.ts';
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
): Promise<Answered> {
  const { store, metrics, clock } = ports;
  const now = clock.now();
  const window = last(length, now);
  const read = async (range: typeof window) =>
    (await metrics.readings([service], measuresOf(service), range)).get(service.name) ?? NOTHING;
  const [
    reading,
    yesterday,
    lastWeek,
    open,
    changes,
    versions,
    drawing,
    extra,
    budgets,
    deploys,
    rolloutsOf,
    incidents,
  ] = await Promise.all([
    read(window),
    read(earlier(window, DAY)),
    read(earlier(window, WEEK)),
    store.alerts.open(service.name),
    changesBefore(service, now, store),
    metrics.versions([service], now),
    redDrawing(service, window, id, [`last ${formatDuration(length)}`], ports),
    extraPanels(service, window, ports),
    budgetLines([service], ports),
    store.deploys.latestByService(),
    recentRollouts(now, store.flags),
    openLines(ports, [service.name]),
  ]);
  const alerts = open.map(openAlert);
  return {
    drawing: { ...drawing, panels: [...drawing.panels, ...extra] },
    answer: {
      kind: 'service',
      service: service.name,
      ...present({
        description: service.description,
        owner: service.owner,
        version: versions.get(service.name)?.join(', '),
      }),
      links: service.links,
      window,
      health: healthOf(reading, alerts, budgets, deploys.get(service.name), rolloutsOf(service.name)),
      now: reading,
      yesterday,
      lastWeek,
      alerts,
      changes,
      budgets,
      ...(incidents.length === 0 ? {} : { incidents }),
    },
  };
}
