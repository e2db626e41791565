import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertEpisode } from '#domain/alert.ts';
import type { Deploy } from '#domain/deploy.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { NOON } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { incident } from './given-incidents.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

function episode(id: string, startedAt: number, more: Partial<AlertEpisode> = {}): AlertEpisode {
  return {
    ...{ id, source: 'alertmanager', groupKey: id, name: 'CheckoutErrors', service: 'checkout' },
    ...{ severity: 'page', status: 'firing', groupLabels: {}, labels: {}, truncated: 0, flaps: 0 },
    ...{ annotations: { summary: `${startedAt % 97} % of payments fail` }, channel: '#payments', startedAt },
    ...{ begunAt: startedAt, heardAt: startedAt, alerts: [] },
    ...more,
  };
}
const resolved = (id: string, startedAt: number, more: Partial<AlertEpisode> = {}) =>
  episode(id, startedAt, { status: 'resolved', resolvedAt: startedAt + MINUTE, ...more });

function deploy(id: string, version: string, startedAt: number): Deploy {
  const names = { id, service: 'checkout', source: 'deploy', environment: 'production' };
  return { ...names, ...{ version, status: 'succeeded', startedAt, parts: [] } } as unknown as Deploy;
}

const only = async (now = NOON) => {
  const [pattern, ...others] = await database.store().errorPatterns.list({ now, limit: 10 });
  expect(others).toEqual([]);
  if (pattern === undefined) throw new Error('no pattern');
  return pattern;
};

describe('errors that come again', () => {
  it('are kept with the episodes they occurred in, each counted once, however often it is saved', async () => {
    const { alerts, errorPatterns } = database.store();
    for (const one of [
      ...[resolved('a1', NOON - 40 * DAY), resolved('a2', NOON - 3 * DAY)],
      ...[episode('a3', NOON - HOUR), episode('a3', NOON - HOUR), resolved('a3', NOON - HOUR)],
      episode('a4', NOON - MINUTE),
    ])
      await alerts.save(one);
    const pattern = await only();
    expect(pattern).toMatchObject({
      ...{ source: 'alerts', name: 'CheckoutErrors', template: '<*> % of payments fail' },
      ...{ firstAt: NOON - 40 * DAY, lastAt: NOON - MINUTE, firesNow: true, incidents: [] },
      counts: { total: 4, lastDay: 2, lastWeek: 3, last30Days: 3 },
      example: `${(NOON - MINUTE) % 97} % of payments fail`,
    });
    expect(await errorPatterns.occurrences(pattern.id, 2)).toEqual([
      { alert: 'a4', service: 'checkout', startedAt: NOON - MINUTE, flaps: 0 },
      {
        ...{ alert: 'a3', service: 'checkout', startedAt: NOON - HOUR, flaps: 0 },
        resolvedAt: NOON - HOUR + MINUTE,
      },
    ]);
    const days = await errorPatterns.days(pattern.id, NOON - 30 * DAY);
    expect(days.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });

  it('that fire again are the same occurrence, seen later', async () => {
    const { alerts } = database.store();
    await alerts.save(resolved('a1', NOON - HOUR));
    await alerts.save(episode('a1', NOON - HOUR, { flaps: 2, heardAt: NOON }));
    expect(await only()).toMatchObject({ counts: { total: 1 }, lastAt: NOON, firesNow: true });
  });

  it('tell the version that ran when each began, also where the deploy is heard of later', async () => {
    const { alerts, deploys } = database.store();
    await deploys.save(deploy('d1', 'v1.4.1', NOON - DAY));
    await alerts.save(resolved('a1', NOON - 2 * HOUR));
    await alerts.save(episode('a2', NOON));
    await deploys.save(deploy('d2', 'v1.4.2', NOON - MINUTE));
    const { versions, firstVersion } = await only();
    expect(versions.map(({ version, count }) => [version, count])).toEqual([
      ['v1.4.2', 1],
      ['v1.4.1', 1],
    ]);
    expect(firstVersion).toBe('v1.4.1');
  });

  it('name the incidents to which they belong', async () => {
    const { alerts, incidents } = database.store();
    await alerts.save(episode('a1', NOON - HOUR));
    await alerts.save(episode('a2', NOON, { incident: 'INC-2' }));
    await incidents.save(incident(1, { alerts: ['a1'] }));
    expect((await only()).incidents).toEqual(['INC-2', 'INC-1']);
  });

  it('are found by service, version, time, whether they fire, and how often', async () => {
    const { alerts, errorPatterns } = database.store();
    await alerts.save(resolved('a1', NOON - DAY));
    await alerts.save(resolved('a2', NOON - HOUR));
    await alerts.save(episode('a3', NOON, { name: 'LedgerSlow', service: 'ledger' }));
    const names = async (asked: object) =>
      (await errorPatterns.list({ now: NOON, limit: 9, ...asked })).map(({ name }) => name);
    expect(await names({})).toEqual(['LedgerSlow', 'CheckoutErrors']);
    expect(await names({ service: 'checkout' })).toEqual(['CheckoutErrors']);
    expect(await names({ version: 'v9' })).toEqual([]);
    expect(await names({ since: NOON })).toEqual(['LedgerSlow']);
    expect(await names({ open: false })).toEqual(['CheckoutErrors']);
    expect(await names({ atLeast: 2 })).toEqual(['CheckoutErrors']);
    const [first] = await errorPatterns.list({ now: NOON, limit: 1 });
    expect(await names({ before: { at: first?.lastAt, id: first?.id } })).toEqual(['CheckoutErrors']);
  });

  it('are all there or not at all: with their episode, in one transaction', async () => {
    const store = database.store();
    const broken = store.transact(async (tx) => {
      await tx.alerts.save(episode('a1', NOON));
      throw new Error('killed');
    });
    await expect(broken).rejects.toThrow('killed');
    expect(await store.errorPatterns.list({ now: NOON, limit: 1 })).toEqual([]);
    expect(await store.alerts.get('a1')).toBeUndefined();
  });

  it('stay with their counts when what they occurred in is thinned out', async () => {
    const store = database.store();
    for (let i = 0; i < 1200; i += 1)
      await store.alerts.save(resolved(`a${i}`, NOON - 200 * DAY + i * MINUTE));
    const before = await only();
    await store.prune(NOON - 90 * DAY, NOON - 30 * DAY);
    const after = await only();
    expect(after.counts.total).toBe(1200);
    expect([after.firstAt, after.lastAt]).toEqual([before.firstAt, before.lastAt]);
    expect(after.versions.reduce((sum, { count }) => sum + count, 0)).toBe(1200);
    expect(await store.errorPatterns.occurrences(after.id, 2000)).toHaveLength(1000);
    // An old episode that is saved once more is not counted again.
    await store.alerts.save(resolved('a0', NOON - 200 * DAY, { flaps: 1 }));
    expect((await only()).counts.total).toBe(1200);
  }, 60_000);
});
