import type { Store } from '#app/ports.ts';
import { slosOf } from '#app/standings.ts';
import type { Slo } from '#domain/budget/slo.ts';
import type { Catalog, Service } from '#domain/service.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE, WEEK } from '#domain/time.ts';
import { CATALOG, service } from '../domain/given.ts';

const SLO: Slo = {
  ...{ name: 'availability', objective: 0.999, window: { kind: 'rolling', length: 30 * DAY } },
  ...{ absent: 'unknown', method: { kind: 'occurrences' }, policy: {} },
  sli: { kind: 'ratio', of: 'bad', promql: 'x' },
  alerting: { page: true, ticket: true },
  origin: { format: 'bellbuoy' },
};
const LATENCY: Slo = {
  ...SLO,
  ...{ name: 'latency', objective: 0.99, window: { kind: 'calendar', unit: 'month', count: 1 } },
};
const OWNERS = ['payments', 'search', 'shipping', 'platform'];

/** Services by what becomes of them: who fails how much on which of the last 56 days (0 is today). */
export type Fate = (ago: number) => number;

/** Failing shares of 0.1 % allowed. */
export const FATES: Readonly<Record<string, Fate>> = {
  well: () => 0.0001,
  /** Out of budget by one bad day last week. */
  spent: (ago) => (ago === 3 ? 0.05 : 0.0002),
  /** More than half of it is gone, most of it last week. */
  atRisk: (ago) => (ago < 6 ? 0.0035 : 0.0002),
  /** It was bad before last week, and is mending. */
  mending: (ago) => (ago >= 8 && ago < 14 ? 0.004 : 0.0001),
};

type World = {
  readonly services: number;
  readonly fates: readonly (keyof typeof FATES)[];
  readonly zone?: string;
  readonly every?: Duration;
};

/** So many services of four owners, the last three without an SLO. */
export function digestCatalog({ services: count, zone = 'Europe/Berlin' }: World): Catalog {
  const services = Array.from(
    { length: count },
    (_, i): Service =>
      service(`service-${String(i + 1).padStart(4, '0')}`, {
        owner: OWNERS[i % OWNERS.length] ?? 'platform',
        mention: 'U0OWNER001',
        slos: i >= count - 3 ? [] : i % 3 === 0 ? [SLO, LATENCY] : [SLO],
      }),
  );
  return { ...CATALOG, services, zone, channels: { digest: '#eng-leads' } };
}

/** Eight weeks of counts up to `now`: of the first services as `fates` say, of the others well; nothing was counted of the last three that have SLOs. */
export async function countWeeks(
  { services }: Catalog,
  now: Instant,
  { budgets }: Pick<Store, 'budgets'>,
  { services: count, fates, every = HOUR }: World,
): Promise<void> {
  const begin = now - 8 * WEEK;
  for (const [i, one] of services.entries()) {
    if (i >= count - 6) continue;
    const fate = FATES[fates[i] ?? 'well'] ?? (() => 0);
    for (const { key } of slosOf([one])) {
      const steps = Array.from({ length: (8 * WEEK) / every }, (_, n) => {
        const to = begin + (n + 1) * every;
        const total = (10 + (i % 7) * 30) * (every / MINUTE);
        const bad = total * fate(Math.floor((now - to) / DAY));
        return { to, bad, total, lost: 0, observed: every, assumed: 0 };
      });
      await budgets.record(key, begin, steps);
      await budgets.saveBasis(key, { notes: [], unit: 'events' });
    }
  }
}

/** Such a fleet with its counts in a database. */
export async function digestWorld(store: Store, now: Instant, world: World): Promise<Catalog> {
  const catalog = digestCatalog(world);
  await countWeeks(catalog, now, store, world);
  return catalog;
}
