import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accept } from '#app/accept.ts';
import type { Clock, Log, Metrics } from '#app/ports.ts';
import { sightOnce, startSighting } from '#app/sightings.ts';
import { presetOf } from '#config/presets.ts';
import type { Deploy } from '#domain/deploy.ts';
import { DAY, SECOND } from '#domain/time.ts';
import { at, CATALOG, HOUR, MINUTE, NOON, report, service } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';
import {
  type AskedPrometheus,
  askPrometheusWith,
  hasPrometheus,
  MUTE,
} from '../telemetry/real-prometheus.ts';

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

/** Which version of which service is scraped when: clock times of the day, ends excluded. */
const SHOWN: readonly (readonly [service: string, version: string, from: string, to: string])[] = [
  ['checkout', 'v1', '12:00', '12:20:10'],
  ['checkout', 'v2', '12:20:10', '13:10'],
  ['checkout', 'v1', '13:10', '14:00'],
  ['ledger', 'v7', '12:00', '12:31'],
  ['ledger', 'v8', '12:30', '14:00'],
  ['catalog', 'c1', '12:00', '12:40'],
  ['catalog', 'c1', '13:00', '14:00'],
  ['mailer', 'm1', '12:00', '14:00'],
];

let asked: AskedPrometheus;
beforeAll(async () => {
  if (!hasPrometheus()) return;
  const lines = SHOWN.flatMap(([name, version, from, to], n) => {
    const labels = `service_name="${name}",service_version="${version}",job="${name}",instance="pod-${n}"`;
    const count = Math.ceil((at(to) - at(from)) / (15 * SECOND));
    return Array.from(
      { length: count },
      (_, i) => `target_info{${labels}} 1 ${(at(from) + i * 15 * SECOND) / 1000}`,
    );
  });
  asked = await askPrometheusWith(`# TYPE target_info unknown\n${lines.join('\n')}\n# EOF\n`);
}, 60_000);
afterAll(() => asked?.close());

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const preset = presetOf('otel-http', 'classic');
const catalog = {
  ...CATALOG,
  services: ['checkout', 'ledger', 'catalog', 'mailer'].map((name) =>
    service(name, preset === undefined ? {} : { preset }),
  ),
};

/** Looks every minute from one time of the day to another, and decides what came in, as the program does. */
async function run(from: string, to: string, metrics: Metrics = asked.metrics): Promise<void> {
  for (let now = at(from); now < at(to); now += MINUTE) await minute(now, metrics);
}

async function minute(now: number, metrics: Metrics = asked.metrics): Promise<void> {
  await sightOnce(portsAt(now, metrics));
  await decideAll(now);
}

function portsAt(now: number, metrics: Metrics) {
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
  const store = database.store();
  return { store, metrics, clock, log: silent, meter: MUTE, catalog: { current: () => catalog } };
}

async function decideAll(now: number): Promise<void> {
  const ports = portsAt(now, asked.metrics);
  await accept(await ports.store.inbox.pending(50), { ...ports, failpoint: () => undefined });
}

async function announce(name: string, version: string, clock: string): Promise<void> {
  const event = report('succeeded', { hints: { service: name }, version, at: at(clock) });
  await database
    .store()
    .inbox.append({ event, source: 'deploy', dedupeKey: `${name} ${version} ${clock}`, at: at(clock) });
}

const deploys = async (): Promise<readonly Deploy[]> =>
  (await database.store().deploys.recent({ limit: 50 })).toReversed();
const told = async () =>
  (await deploys()).map(({ service: name, version, unannounced }) => [name, version, unannounced ?? false]);

describe.skipIf(!hasPrometheus())('versions that a real Prometheus shows', () => {
  it('are asked for all services at once, once a minute', async () => {
    asked.counted.reset();
    await minute(at('12:02'));
    expect(asked.counted.queries()).toHaveLength(1);
    const slept: number[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const sleep = (length: number) => {
      slept.push(length);
      if (slept.length === 3) resolve();
      return new Promise<void>((done) => setImmediate(done));
    };
    const sighting = startSighting({
      ...portsAt(at('12:03'), asked.metrics),
      clock: { now: () => at('12:03'), sleep },
    });
    await promise;
    await sighting.stop();
    expect(new Set(slept)).toEqual(new Set([MINUTE]));
  });

  it('become deploys when nobody announced them: from when they began, and a rollback when they come back', async () => {
    await run('12:02', '13:40');
    const own = (await deploys()).filter(({ service: name }) => name === 'checkout');
    expect(own).toMatchObject([
      {
        ...{ version: 'v2', previousVersion: 'v1', unannounced: true, environment: 'production' },
        watch: { state: 'superseded', supersededBy: 'v1' },
      },
      { version: 'v1', previousVersion: 'v2', unannounced: true, rollback: true },
    ]);
    for (const [i, began] of [at('12:20:10'), at('13:10')].entries()) {
      const found = own[i]?.startedAt ?? 0;
      expect(found).toBeGreaterThanOrEqual(began);
      expect(found).toBeLessThanOrEqual(began + 16 * SECOND);
    }
  });

  it('become none when somebody announced them, a little before or after', async () => {
    await run('12:02', '12:19');
    await announce('checkout', '2', '12:19:30');
    await run('12:19', '12:33');
    await announce('ledger', 'v8', '12:32:30');
    await run('12:33', '13:12');
    await announce('checkout', 'v1', '13:12');
    await run('13:12', '13:40');
    expect(await told()).toEqual([
      ['checkout', '2', false],
      ['ledger', 'v8', false],
      ['checkout', 'v1', false],
    ]);
  });

  it('become none at the first sight, or after their label was away', async () => {
    await run('12:02', '13:40');
    expect((await told()).map(([name]) => name)).toEqual(['checkout', 'ledger', 'checkout']);
  });

  it('become none while Prometheus is away, and it is known afterwards what came meanwhile', async () => {
    await run('12:02', '12:18');
    const away = { ...asked.metrics, versions: async () => new Map<string, readonly string[]>() };
    await run('12:18', '12:50', away);
    expect(await told()).toEqual([]);
    await run('12:50', '13:00');
    expect(await told()).toEqual([
      ['checkout', 'v2', true],
      ['ledger', 'v8', true],
    ]);
    const [checkout] = await deploys();
    expect(checkout?.startedAt).toBeLessThanOrEqual(at('12:20:26'));
  });

  it('become one deploy, though the program was killed as it told them', async () => {
    await run('12:02', '12:26');
    const now = at('12:26');
    const ports = portsAt(now, asked.metrics);
    const killed = () => Promise.reject(new Error('killed'));
    const store = { ...ports.store, versions: { ...ports.store.versions, save: killed } };
    await expect(sightOnce({ ...ports, store })).rejects.toThrow('killed');
    await database.reopen();
    await run('12:26', '12:31');
    expect(await told()).toEqual([['checkout', 'v2', true]]);
  });

  it('are known over a restart of hours', async () => {
    await run('12:02', '12:10');
    await database.reopen();
    await run('12:50', '13:00');
    expect(await told()).toEqual([
      ['checkout', 'v2', true],
      ['ledger', 'v8', true],
    ]);
  });

  it('are new names and no new versions when they are read by another label', async () => {
    await run('12:02', '12:19');
    const row = (await database.store().versions.all()).get('checkout');
    if (row === undefined) throw new Error('nothing was seen');
    await database.store().versions.save([{ ...row, readBy: 'another label' }]);
    await run('12:50', '13:00');
    expect((await told()).filter(([name]) => name === 'checkout')).toEqual([]);
  });

  it('are forgotten when their service was not seen for as long as records are kept', async () => {
    await minute(NOON + 2 * MINUTE);
    await database.store().prune(NOON - DAY, NOON - DAY);
    expect((await database.store().versions.all()).size).toBe(4);
    await database.store().prune(NOON + HOUR, NOON);
    expect((await database.store().versions.all()).size).toBe(0);
  });
});
