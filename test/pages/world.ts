import type { Ports } from '#app/ports.ts';
import type { Measure } from '#domain/signal.ts';
import { DAY, HOUR, type Instant } from '#domain/time.ts';
import { measured } from '../api/measured.ts';
import { countWeeks, digestCatalog } from '../app/digest-world.ts';
import { openSite } from './site.ts';

const VALUES: Readonly<Partial<Record<Measure, number>>> = {
  rate: 40,
  errorRatio: 0.001,
  p50: 0.05,
  p99: 0.2,
};

/** A Monday at nine in Berlin. */
export const NOW: Instant = Date.parse('2026-11-23T08:00Z');

/** Signals that swing around the same values for every service, point by point. */
function metrics(): Ports['metrics'] {
  return {
    ...measured(() => VALUES),
    async series(services, _, range, step) {
      const count = Math.floor((range.to - range.from) / step);
      const line = (base: number) =>
        Array.from({ length: count }, (_, i) => ({
          ...{ at: range.from + i * step, value: base * (1 + 0.2 * Math.sin(i / 9)) },
        }));
      const told = Object.fromEntries(
        Object.entries(VALUES).map(([measure, value]) => [measure, line(value)]),
      );
      return new Map(services.map(({ name }) => [name, { measures: told, queries: [], problems: [] }]));
    },
  };
}

/** The pages of a fleet of so many services with eight weeks behind them, some of which need help. */
export async function openWorld(services: number) {
  const world = { services, fates: ['spent', 'atRisk', 'mending', 'spent', 'atRisk'] as const, every: HOUR };
  const catalog = digestCatalog(world);
  const site = await openSite({ catalog, now: () => NOW, own: { metrics: metrics() } });
  await countWeeks(catalog, NOW, site.store, services > 100 ? { ...world, every: DAY } : world);
  const by = { kind: 'person', user: 'U0OWNER001' } as const;
  const plan = { service: 'service-0003', slo: 'availability', text: 'Cap the pool at 40 connections', by };
  await site.store.digests.savePlan({ ...plan, at: NOW - 9 * DAY });
  return site;
}
