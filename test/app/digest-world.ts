import { slosOf } from '#app/standings.ts';
import type { Slo } from '#domain/budget/slo.ts';
import type { Catalog, Service } from '#domain/service.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE, WEEK } from '#domain/time.ts';
import { CATALOG, service } from '../domain/given.ts';
import type { FreshDatabase } from '../store/database.ts';

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

/** Eight weeks of counts of so many services up to `now`: the first ones as `fates` say, the others well, the last three without an SLO, and the three before without data. */
export async function digestWorld(
  database: FreshDatabase,
  now: Instant,
  {
    services: count,
    fates,
    zone = 'Europe/Berlin',
    every = HOUR,
  }: {
    readonly services: number;
    readonly fates: readonly (keyof typeof FATES)[];
    readonly zone?: string;
    readonly every?: Duration;
  },
): Promise<Catalog> {
  const services = Array.from(
    { length: count },
    (_, i): Service =>
      service(`service-${String(i + 1).padStart(4, '0')}`, {
        owner: OWNERS[i % OWNERS.length] ?? 'platform',
        mention: 'U0OWNER001',
        slos: i >= count - 3 ? [] : i % 3 === 0 ? [SLO, LATENCY] : [SLO],
      }),
  );
  const { budgets } = database.store();
  const begin = now - 8 * WEEK;
  for (const [i, one] of services.entries()) {
    if (i >= count - 6) continue;
    const fate = FATES[fates[i] ?? 'well'] ?? (() => 0);
    for (const { key } of slosOf([one])) {
      const steps = Array.from({ length: (8 * WEEK) / every }, (_, n) => {
        const to = begin + (n + 1) * every;
        const total = (10 + (i % 7) * 30) * (every / MINUTE);
        return {
          to,
          bad: total * fate(Math.floor((now - to) / DAY)),
          total,
          lost: 0,
          observed: every,
          assumed: 0,
        };
      });
      await budgets.record(key, begin, steps);
      await budgets.saveBasis(key, { notes: [], unit: 'events' });
    }
  }
  return { ...CATALOG, services, zone, channels: { digest: '#eng-leads' } };
}
