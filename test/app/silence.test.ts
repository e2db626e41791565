import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CountPorts } from '#app/count-piece.ts';
import { countNew, countOlder } from '#app/counting.ts';
import { slosOf, standingsOf } from '#app/standings.ts';
import type { Absent, Slo } from '#domain/budget/slo.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { createLog } from '#runtime/log.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { CATALOG, service } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { type MadeCounter, openMetricsOfCounters, rhythm, seeded } from '../telemetry/counters.ts';
import {
  type AskedPrometheus,
  askPrometheusWith,
  hasPrometheus,
  MUTE,
} from '../telemetry/real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 9 * DAY;
const DIED = END - 2 * HOUR;
/** For an hour of yesterday Prometheus itself was away. */
const AWAY = { from: END - 30 * HOUR, to: END - 29 * HOUR };
const random = seeded(3);
const EVENTS = rhythm(START, END, 0.3, random);

const made = (series: string, to: number, from = START): MadeCounter => ({
  ...{ series, every: 60_000, from, to, resets: [], events: EVENTS },
});
/** A counter as it is scraped, with a hole while Prometheus was away: the values go on behind it. */
function withHole(text: string): string {
  return text
    .split('\n')
    .filter((line) => {
      const at = Number(line.split(' ').at(-1)) * 1000;
      return !(at >= AWAY.from && at < AWAY.to);
    })
    .join('\n');
}

function sloOf(app: string, absent: Absent): Slo {
  const terms = (more: string) => ({
    kind: 'counters' as const,
    terms: [{ selector: `requests_total{app="${app}"${more}}`, sign: 1 as const }],
  });
  return {
    ...{
      name: `when-${absent}`,
      objective: 0.99,
      window: { kind: 'rolling', length: 7 * DAY },
      absent,
      policy: {},
    },
    method: { kind: 'occurrences' },
    sli: { kind: 'events', counts: 'bad', part: terms(',code="500"'), total: terms('') },
    alerting: { page: true, ticket: true },
    origin: { format: 'bellbuoy' },
  };
}

describe.skipIf(!hasPrometheus())('a service that sends nothing any more', () => {
  let prometheus: AskedPrometheus;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  const services = [
    service('gone', { slos: [sloOf('gone', 'unknown'), sloOf('gone', 'good'), sloOf('gone', 'bad')] }),
    service('alive', { slos: [sloOf('alive', 'unknown')] }),
    service('never', { slos: [sloOf('never', 'unknown')] }),
  ];
  beforeAll(async () => {
    prometheus = await askPrometheusWith(
      withHole(
        openMetricsOfCounters([
          made('requests_total{app="gone",code="200"}', DIED),
          made('requests_total{app="alive",code="200"}', END + 1),
          made('up{job="alive"}', END + 1),
        ]),
      ),
    );
    database = await freshDatabase();
    const ports: CountPorts = {
      store: database.store(),
      sliCounter: createSliCounter([{ source: prometheus.source, client: prometheus.client }]),
      catalog: { current: () => ({ ...CATALOG, services }) },
      clock: { now: () => END, sleep: async () => undefined },
      log: createLog('fatal'),
      meter: MUTE,
    };
    await countNew(ports);
    while (await countOlder(ports));
  }, 60_000);
  afterAll(async () => {
    await database?.close();
    await prometheus?.close();
  });
  const standingOf = async (app: string, name: string) => {
    const found = await standingsOf(slosOf(services), CATALOG, END, database.store());
    const one = found.find(({ of }) => of.service.name === app && of.slo.name === name);
    if (one === undefined) throw new Error(name);
    return one;
  };

  it('is not at 100 %: last week had traffic at these hours, and that much is taken for failed', async () => {
    const { usage, rates, state } = await standingOf('gone', 'when-unknown');
    const usual = EVENTS.filter((at) => at > DIED - 7 * DAY && at <= END - 7 * DAY).length;
    expect(usage.tally.assumed).toBeGreaterThan(usual * 0.85);
    expect(usage.tally.assumed).toBeLessThan(usual * 1.15);
    expect(usage.tally.bad).toBeCloseTo(usage.tally.assumed, 6);
    expect(rates.get(HOUR)).toBeGreaterThan(90);
    expect(state).toMatchObject({ burn: 'page', colour: 'red' });
  });

  it('counts as bad or good where the owner says so', async () => {
    expect((await standingOf('gone', 'when-bad')).usage.tally.bad).toBeGreaterThan(100);
    const good = await standingOf('gone', 'when-good');
    expect(good.usage.tally.bad).toBe(0);
    expect(good.usage.observedShare).toBeGreaterThan(0.985);
  });

  it('is told from a Prometheus that was away: that hour is not observed, and what was counted across it is not lost', async () => {
    const { usage } = await standingOf('alive', 'when-unknown');
    expect(usage.tally.assumed).toBe(0);
    const missing = (1 - usage.observedShare) * 7 * DAY;
    expect(missing).toBeGreaterThan(50 * MINUTE);
    expect(missing).toBeLessThan(70 * MINUTE);
    const all = EVENTS.filter((at) => at > END - 7 * DAY && at <= END).length;
    expect(Math.abs(usage.tally.total - all) / all).toBeLessThan(0.005);
  });

  it('and one that never sent anything has no data', async () => {
    expect((await standingOf('never', 'when-unknown')).state).toMatchObject({
      data: 'noData',
      colour: 'grey',
    });
  });
});
