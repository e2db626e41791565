import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '#app/ports.ts';
import { reconcileOnce } from '#app/reconcile.ts';
import type { AlertEpisode } from '#domain/alert.ts';
import { failure } from '#domain/problem.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { startAlertmanager } from '#sandbox/stack/alertmanager.ts';
import { freePort, type Started } from '#sandbox/stack/process.ts';
import { createActiveAlerts } from '#telemetry/alertmanager.ts';
import { NOON, notification, story } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';
import { MUTE } from './real-prometheus.ts';

const hasAlertmanager = spawnSync('prometheus-alertmanager', ['--version']).status === 0;
const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

let folder: string;
let alertmanager: Started;
let url: string;
let database: FreshDatabase;
let now = NOON + HOUR;

beforeAll(async () => {
  if (!hasAlertmanager) return;
  folder = await mkdtemp(join(tmpdir(), 'bellbuoy-active-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  alertmanager = await startAlertmanager({ folder, port, webhook: 'http://127.0.0.1:9/', token: 't' });
  database = await freshDatabase();
}, 60_000);
afterAll(async () => {
  if (!hasAlertmanager) return;
  await alertmanager.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** Tells Alertmanager of an alert that ends then; it takes its own fingerprint of the labels. */
async function tell(labels: Record<string, string>, endsAt: Date): Promise<void> {
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels, annotations: {}, startsAt: new Date(Date.now() - HOUR), endsAt }]),
  });
  expect(response.status).toBe(200);
}

describe.skipIf(!hasAlertmanager)('open alerts, compared with a real Alertmanager', () => {
  const labels = { alertname: 'Errors', service_name: 'checkout' };
  const absent = new Map<string, number>();
  const round = async (activeAlerts = createActiveAlerts({ url, headers: {}, timeout: 5000 })) => {
    now += MINUTE;
    const clock = { now: () => now, sleep: () => Promise.resolve() };
    await reconcileOnce(absent, { store: database.store(), activeAlerts, clock, log: silent, meter: MUTE });
  };
  const lost = async () =>
    (await database.store().inbox.pending(10)).filter(({ event }) => event.type === 'resolveLost');
  let episode: AlertEpisode;

  beforeAll(async () => {
    const [begun] = story().when(NOON, notification('firing')).episodes;
    if (begun === undefined) throw new Error('nothing began');
    episode = begun;
    await database.store().alerts.save(episode);
  });

  it('stay open while it has one of their alerts, by its labels where no fingerprint was told', async () => {
    await tell(labels, new Date(Date.now() + HOUR));
    for (let i = 0; i < 5; i += 1) await round();
    expect(await lost()).toEqual([]);
  });

  it('stay open while it cannot be asked, and what was absent before counts no more', async () => {
    await tell(labels, new Date(Date.now() - MINUTE));
    await round();
    await round();
    await round({ list: async () => failure('alertmanager-unreachable', 'away') });
    await round();
    expect(await lost()).toEqual([]);
  });

  it('are resolved once it has had none of their alerts three times in a row, once', async () => {
    await round();
    await round();
    expect(await lost()).toMatchObject([{ event: { episode: episode.id, heardAt: episode.heardAt } }]);
    for (let i = 0; i < 4; i += 1) await round();
    expect(await lost()).toHaveLength(1);
  });
});
