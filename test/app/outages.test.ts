import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CountPorts } from '#app/count-piece.ts';
import { countNew, countOlder } from '#app/counting.ts';
import { slosOf, standingsOf } from '#app/standings.ts';
import type { Absent, Method, Slo } from '#domain/budget/slo.ts';
import type { Service } from '#domain/service.ts';
import { DAY, HOUR, MINUTE, type Range } from '#domain/time.ts';
import { createLog } from '#runtime/log.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { CATALOG, service } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { type MadeCounter, openMetricsOfCounters } from '../telemetry/counters.ts';
import {
  type AskedPrometheus,
  askPrometheusWith,
  hasPrometheus,
  MUTE,
} from '../telemetry/real-prometheus.ts';

const END = Date.UTC(2026, 10, 17, 12);
const START = END - 24 * DAY;

/** One event each `every` ms. */
const steadily = (every: number, from = START, to = END): Float64Array =>
  Float64Array.from({ length: Math.floor((to - from) / every) }, (_, i) => from + i * every + 1);

const made = (app: string, events: Float64Array, more: Partial<MadeCounter> = {}): MadeCounter => ({
  ...{ series: `requests_total{app="${app}"}`, every: MINUTE, from: START, to: END + 1, resets: [], events },
  ...more,
});

/** A text of samples without those of some series in some stretches, as if they had not been scraped. */
function unscraped(
  text: string,
  holes: readonly { readonly series: RegExp; readonly range: Range }[],
): string {
  return text
    .split('\n')
    .filter((line) => {
      const at = Number(line.split(' ').at(-1)) * 1000;
      return !holes.some(({ series, range }) => series.test(line) && at >= range.from && at < range.to);
    })
    .join('\n');
}

const MISSED = { from: END - 3 * HOUR, to: END - 2 * HOUR };
const DARK = { from: END - 6 * DAY, to: END - 3 * DAY };
const everySecond = steadily(1000, END - 9 * DAY);

const METRICS = unscraped(
  openMetricsOfCounters([
    made('unreachable', everySecond, { from: END - 9 * DAY }),
    made('hourly', steadily(450_000), { to: END - DAY }),
    made('late', steadily(10_000), { from: END - 10 * DAY }),
    made('dead', steadily(10_000), { to: END - 14 * DAY }),
    made('slices', steadily(5000, END - 9 * DAY), { from: END - 9 * DAY, every: 90_000 }),
    { ...made('', steadily(60_000)), series: 'up{job="x"}' },
  ]),
  [{ series: /unreachable/, range: MISSED }],
);

function sloOf(app: string, absent: Absent = 'unknown', method: Method = { kind: 'occurrences' }): Slo {
  const terms = (more: string) => ({
    kind: 'counters' as const,
    terms: [{ selector: `requests_total{app="${app}"${more}}`, sign: 1 as const }],
  });
  return {
    ...{
      name: 'x',
      objective: 0.99,
      window: { kind: 'rolling', length: 7 * DAY },
      policy: {},
      absent,
      method,
    },
    sli: { kind: 'events', counts: 'bad', part: terms(',code="500"'), total: terms('') },
    alerting: { page: true, ticket: true },
    origin: { format: 'bellbuoy' },
  };
}

describe.skipIf(!hasPrometheus())('silence', () => {
  let prometheus: AskedPrometheus;
  let dark: AskedPrometheus;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  beforeAll(async () => {
    prometheus = await askPrometheusWith(METRICS);
    dark = await askPrometheusWith(
      unscraped(
        openMetricsOfCounters([
          made('a', steadily(1000, START)),
          { ...made('', steadily(60_000)), series: 'up{job="x"}' },
        ]),
        [{ series: /./, range: DARK }],
      ),
    );
  }, 60_000);
  afterAll(async () => {
    await prometheus?.close();
    await dark?.close();
  });
  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(() => database.close());

  const portsOf = (services: readonly Service[], now: number, asked = prometheus): CountPorts => ({
    store: database.store(),
    sliCounter: createSliCounter([{ source: asked.source, client: asked.client }]),
    catalog: { current: () => ({ ...CATALOG, services }) },
    clock: { now: () => now, sleep: async () => undefined },
    log: createLog('fatal'),
    meter: MUTE,
  });
  const counted = async (
    slo: Slo,
    { at = END, from, asked = prometheus }: { at?: number; from?: number; asked?: AskedPrometheus } = {},
  ) => {
    const services = [service('s', { slos: [slo] })];
    for (let now = from ?? at; now <= at; now += 5 * MINUTE) await countNew(portsOf(services, now, asked));
    while (await countOlder(portsOf(services, at, asked)));
    const [standing] = await standingsOf(slosOf(services), CATALOG, at, database.store());
    if (standing === undefined) throw new Error('no standing');
    return standing;
  };

  it('of three days in which Prometheus scraped nothing at all is nobody’s outage', async () => {
    const { usage } = await counted(sloOf('a'), { asked: dark });
    expect(usage.tally.assumed).toBe(0);
    expect(usage.observedShare).toBeCloseTo(4 / 7, 1);
  });

  it('of an hour without scrapes is no outage when the counters go on behind it, and nothing is counted twice', async () => {
    const whole = await counted(sloOf('unreachable'));
    expect(whole.usage.tally).toMatchObject({ bad: 0, assumed: 0 });
    expect(whole.usage.tally.total).toBeCloseTo(7 * 86_400, -3);
  });

  it('is taken for an outage while it lasts, and taken back when the counters prove that there was none', async () => {
    const one = sloOf('unreachable');
    const during = await counted(one, { from: MISSED.from - HOUR, at: MISSED.to - 5 * MINUTE });
    expect(during.usage.tally.assumed).toBeGreaterThan(2500);
    await database.close();
    database = await freshDatabase();
    const after = await counted(one, { from: MISSED.from - HOUR, at: MISSED.to + 40 * MINUTE });
    expect(after.usage.tally).toMatchObject({ bad: 0, assumed: 0 });
  });

  it('of a service with few requests an hour is missed too', async () => {
    const { usage, state } = await counted(sloOf('hourly'));
    expect(usage.tally.assumed).toBeGreaterThan(170);
    expect(usage.tally.assumed).toBeLessThan(210);
    expect(state.colour).toBe('red');
  });

  it('before the first sample is no outage, also where silence is always bad', async () => {
    const month: Slo = { ...sloOf('late', 'bad'), window: { kind: 'rolling', length: 20 * DAY } };
    const { usage } = await counted(month);
    expect(usage.tally.assumed).toBe(0);
    expect(usage.observedShare).toBeCloseTo(0.5, 2);
  });

  it('of two weeks is bad all the time where silence is always bad', async () => {
    const month: Slo = { ...sloOf('dead', 'bad'), window: { kind: 'rolling', length: 20 * DAY } };
    const { usage, state } = await counted(month);
    expect(usage.tally.assumed).toBeGreaterThan(13 * 8640);
    expect(usage.tally.assumed).toBeLessThan(14.2 * 8640);
    expect(state.colour).toBe('red');
  });

  it('of a slice that no scrape fell into is none', async () => {
    const minutes: Method = { kind: 'timeslices', slice: MINUTE, target: 0.9 };
    const { usage } = await counted(sloOf('slices', 'unknown', minutes));
    expect(usage.tally).toMatchObject({ lost: 0, assumed: 0 });
    expect(usage.observedShare).toBeGreaterThan(0.99);
  });

  it('of a Prometheus that lost its newest half hour takes nothing away that was counted', async () => {
    const one = sloOf('unreachable');
    const before = await counted(one, { at: MISSED.from });
    const services = [service('s', { slos: [one] })];
    // What Prometheus does not have lies where the last half hour is counted again.
    const LOST = 50 * MINUTE;
    const { sliCounter, ...others } = portsOf(services, MISSED.from + 5 * MINUTE);
    const forgetful: CountPorts['sliCounter'] = {
      ...sliCounter,
      count: (slos, range) =>
        sliCounter.count(slos, { from: range.from + LOST, to: range.to + LOST }).then(
          (found) =>
            new Map(
              [...found].map(([key, counting]) => [
                key,
                {
                  ...counting,
                  steps: counting.steps.map((step) => ({ ...step, to: step.to - LOST })),
                },
              ]),
            ),
        ),
    };
    await countNew({ ...others, sliCounter: forgetful });
    const range = before.usage.window;
    const [after] = await database.store().budgets.tallies([{ key: slosOf(services)[0]?.key ?? '', range }]);
    expect(after).toEqual(before.usage.tally);
  });

  it('that was taken for an outage is forgotten when the owner says that it is none', async () => {
    expect((await counted(sloOf('hourly'))).state.colour).toBe('red');
    const { usage } = await counted(sloOf('hourly', 'good'));
    expect(usage.tally).toMatchObject({ bad: 0, assumed: 0 });
    expect(usage.observedShare).toBeGreaterThan(0.99);
  });

  it('of one SLO whose past is refused does not keep others from theirs', async () => {
    const services = [service('s', { slos: [sloOf('unreachable'), { ...sloOf('late'), name: 'y' }] })];
    const { sliCounter, ...others } = portsOf(services, END);
    const [broken] = slosOf(services);
    await countNew({ ...others, sliCounter });
    await database.store().budgets.asked(broken?.key ?? '', END - 2 * DAY);
    const refusing: CountPorts['sliCounter'] = {
      ...sliCounter,
      count: (slos, range) =>
        sliCounter.count(
          slos.filter(({ key }) => key !== broken?.key),
          range,
        ),
    };
    while (await countOlder({ ...others, sliCounter: refusing }));
    const standings = await standingsOf(slosOf(services), CATALOG, END, database.store());
    expect(standings[1]?.usage.observedShare).toBeGreaterThan(0.99);
  });
});
