import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accept } from '#app/accept.ts';
import { askRollback, offerOf } from '#app/rollback.ts';
import { applyReport, type Deploy } from '#domain/deploy.ts';
import type { RollbackWay } from '#domain/rollback-way.ts';
import { CATALOG, HOUR, MINUTE, NOON, report, service } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';
import { judged } from '../stories/judged.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

describe('a rollback', () => {
  it('is known as one after many deploys elsewhere and many of later versions', async () => {
    const { store } = database.handle();
    const ran = async (version: string, environment: string, ago: number) => {
      const event = report('succeeded', { version, environment, at: NOON - ago });
      const newId = `${environment}-${version}`;
      await store.deploys.save(
        applyReport(undefined, event, { newId, watched: false, service: service('checkout') }),
      );
    };
    await ran('v1', 'production', 200 * HOUR);
    for (let n = 2; n <= 40; n += 1) await ran(`v${n}`, 'production', (100 - n) * HOUR);
    for (let n = 1; n <= 40; n += 1) await ran(`s${n}`, 'staging', n * MINUTE);
    await store.inbox.append({
      ...{ source: 'test', dedupeKey: 'k', at: NOON },
      event: report('succeeded', { version: 'v1', at: NOON }),
    });
    const received = await store.inbox.pending(10);
    const clock = { now: () => NOON, sleep: () => Promise.resolve() };
    await accept(received, { store, clock, catalog: { current: () => CATALOG }, failpoint: () => undefined });
    expect(await store.deploys.recent({ service: 'checkout', limit: 1 })).toMatchObject([
      { version: 'v1', startedAt: NOON, rollback: true },
    ]);
    expect(
      (
        await store.deploys.recent({ service: 'checkout', environment: 'staging', before: NOON, limit: 2 })
      ).map(({ version }) => version),
    ).toEqual(['s1', 's2']);
  });
});

describe('the way back from a degraded deploy, after a flood of staging deploys', () => {
  const WAY: RollbackWay = { kind: 'webhook', url: 'https://ci.example/back', timeout: 1000 };
  const catalog = { current: () => ({ ...CATALOG, services: [service('checkout', { rollback: WAY })] }) };
  const bad = judged('d2', 'v2', 'degraded', { startedAt: NOON });

  async function flooded(...deploys: readonly Deploy[]) {
    const { store } = database.handle();
    for (const deploy of deploys) await store.deploys.save(deploy);
    for (let n = 1; n <= 60; n += 1) {
      const elsewhere = { environment: 'staging', startedAt: NOON + n * HOUR };
      await store.deploys.save(judged(`s${n}`, `s${n}`, 'steady', elsewhere));
    }
    return store;
  }

  it('is closed for good once a newer deploy took its place in production: no button, and no press counts', async () => {
    const newer = judged('d3', 'v3', 'steady', { startedAt: NOON + MINUTE });
    const store = await flooded(bad, newer);
    const clock = { now: () => NOON, sleep: () => Promise.resolve() };
    const by = { kind: 'person' as const, user: 'U1' };
    expect(await askRollback(bad, by, 'press', { store, catalog, clock })).toBe('replaced');
    expect(await offerOf(bad, { store, catalog })).toEqual({});
    await store.inbox.append({
      ...{ source: 'test', dedupeKey: 'k', at: NOON },
      event: { type: 'rollbackRequested', deploy: 'd2', by },
    });
    await accept(await store.inbox.pending(1), { store, clock, catalog, failpoint: () => undefined });
    expect((await store.deploys.get('d2'))?.rollbackAsked).toBeUndefined();
  });

  it('still leads to the version that ran in production before', async () => {
    const store = await flooded(judged('d1', 'v1', 'steady', { startedAt: NOON - HOUR }), bad);
    expect(await offerOf(bad, { store, catalog })).toMatchObject({ rollback: { to: 'v1' } });
  });

  it('is taken by one of two people who press at once; the other is told', async () => {
    const store = await flooded(bad);
    const clock = { now: () => NOON, sleep: () => Promise.resolve() };
    const press = (user: string) =>
      askRollback(bad, { kind: 'person', user }, user, { store, catalog, clock });
    expect(await Promise.all([press('U1'), press('U2')])).toEqual([undefined, 'asked']);
    expect(await store.inbox.pending(9)).toHaveLength(1);
  });
});
