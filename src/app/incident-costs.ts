import { burnRateOf, NO_TALLY, type Tally } from '#domain/budget/usage.ts';
import type { BudgetCost, Incident } from '#domain/incident/incident.ts';
import { findService, type Service } from '#domain/service.ts';
import { type Duration, HOUR, type Instant, lengthOf, type Range } from '#domain/time.ts';
import type { Ports } from './ports.ts';
import { type ServiceSlo, type Standing, slosOf, standingsOf } from './standings.ts';

/** What goes on for longer is counted by the kept counts alone: to count it to the second would ask Prometheus for all of it. */
const LONG = 6 * HOUR;

type CostPorts = Pick<Ports, 'sliCounter' | 'store' | 'catalog'>;

/** What one SLO lost in a stretch: `used` of `allowed` ms in its window, by `bad` of `total`; `rate` is how fast its budget burned. */
export type Loss = {
  readonly of: ServiceSlo;
  readonly used: Duration;
  readonly allowed: Duration;
  readonly bad: number;
  readonly total: number;
  readonly rate: number;
  /** Whether seconds are counted, not requests. */
  readonly isTime: boolean;
};

/** What the SLOs of these services lost in a stretch, counted up to its end and not only to the last kept step. One of which nothing is known is left out. */
export async function lossesIn(
  services: readonly Service[],
  range: Range,
  { sliCounter, store, catalog }: CostPorts,
): Promise<readonly Loss[]> {
  const slos = slosOf(services);
  if (slos.length === 0) return [];
  const [counted, standings] = await Promise.all([
    sliCounter.between(slos, range),
    standingsOf(slos, catalog.current(), range.to, store),
  ]);
  return standings.flatMap((standing) => {
    const step = counted.get(standing.of.key)?.steps[0];
    return step === undefined ? [] : lossOf(standing, { ...step, assumed: 0 });
  });
}

/** When what an incident costs begins: with the harm, else when it was noticed. */
export function costsFrom({ times, declaredAt }: Incident): Instant {
  return times.started ?? times.detected ?? declaredAt;
}

/**
 * What an incident has cost its services between its start and `to`, most first. Requests are counted to the second where Prometheus answers; where it does not, and where slices of
 * time are lost, which one long stretch cannot tell, by the counts that are kept. What cannot be counted at all keeps the figure that it had.
 */
export async function costsOf(
  incident: Incident,
  to: Instant,
  ports: CostPorts,
): Promise<readonly BudgetCost[]> {
  const { store, catalog } = ports;
  const range = { from: costsFrom(incident), to };
  const services = incident.services.flatMap((name) => findService(catalog.current(), name) ?? []);
  const slos = slosOf(services);
  if (slos.length === 0 || range.to <= range.from) return incident.costs;
  const isSliced = ({ slo }: ServiceSlo) => slo.method.kind !== 'occurrences';
  const [losses, standings, tallies] = await Promise.all([
    lengthOf(range) > LONG ? [] : lossesIn(services, range, ports),
    standingsOf(slos, catalog.current(), to, store),
    store.budgets.tallies(slos.map(({ key }) => ({ key, range }))),
  ]);
  const costs = standings.flatMap((standing, i): readonly BudgetCost[] => {
    const { of } = standing;
    const exact = losses.find((loss) => loss.of.key === of.key);
    const [kept] = lossOf(standing, tallies[i] ?? NO_TALLY);
    const loss = isSliced(of) ? (kept ?? exact) : (exact ?? kept);
    const names = { service: of.service.name, slo: of.slo.name };
    const before = incident.costs.find(({ service, slo }) => service === names.service && slo === names.slo);
    if (loss === undefined) return before === undefined ? [] : [before];
    const { used, allowed, bad, total, isTime } = loss;
    return [{ ...names, used, allowed, bad, total, isTime }];
  });
  return costs.toSorted((a, b) => b.used - a.used || a.service.localeCompare(b.service));
}

function lossOf({ of, usage, isTime }: Standing, tally: Tally): readonly Loss[] {
  const { allowed, allowedEvents } = usage;
  if (tally.total <= 0) return [];
  const inEvents = allowedEvents > 0 ? (tally.bad / allowedEvents) * allowed : undefined;
  const used = of.slo.method.kind === 'occurrences' ? inEvents : tally.lost;
  const rate = burnRateOf(of.slo, tally);
  if (used === undefined || rate === undefined) return [];
  return [{ of, used, allowed, bad: tally.bad, total: tally.total, rate, isTime }];
}
