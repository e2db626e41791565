import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlertDetail, AlertList } from '#api/contract/alerts.ts';
import type { AlertEpisode } from '#domain/alert.ts';
import { MINUTE } from '#domain/time.ts';
import { NOON } from '../domain/given.ts';
import { openDeciding } from './deciding.ts';

let door: Awaited<ReturnType<typeof openDeciding>>;
beforeEach(async () => {
  door = await openDeciding([{ name: 'investigator', token: 'token-i', scopes: ['read', 'write'] }]);
});
afterEach(async () => {
  await door.close();
  expect(door.errors).toEqual([]);
});

function episode(id: string, startedAt: number, more: Partial<AlertEpisode> = {}): AlertEpisode {
  return {
    ...{ id, source: 'alertmanager', groupKey: id, name: 'CheckoutErrors', service: 'checkout' },
    ...{ severity: 'page', status: 'firing', groupLabels: {}, labels: { team: 'payments' }, truncated: 0 },
    ...{ annotations: { summary: '3 % of payments fail' }, flaps: 0, channel: '#payments', startedAt },
    ...{ begunAt: startedAt, heardAt: startedAt, expression: 'errors > 0.01' },
    alerts: [
      { fingerprint: 'f1', status: 'firing', labels: { pod: 'a' }, annotations: {}, startsAt: startedAt },
    ],
    ...more,
  };
}

const ask = (path: string, body?: object) => door.ask('investigator', `/api/v1/alerts${path}`, body);

describe('alerts over REST', () => {
  it('are those that fire, newest first, with what their rules say', async () => {
    await door.store.alerts.save(episode('a1', NOON - 9 * MINUTE));
    await door.store.alerts.save(episode('a2', NOON - MINUTE, { service: 'ledger' }));
    await door.store.alerts.save(
      episode('a3', NOON - 5 * MINUTE, { status: 'resolved', resolvedAt: NOON - 2 * MINUTE }),
    );
    const ids = async (asked: string) => AlertList.parse((await ask(asked)).body).alerts.map(({ id }) => id);
    expect(await ids('')).toEqual(['a2', 'a1']);
    expect(await ids('?status=all')).toEqual(['a2', 'a3', 'a1']);
    expect(await ids('?status=resolved')).toEqual(['a3']);
    expect(await ids('?service=ledger')).toEqual(['a2']);
    const first = AlertList.parse((await ask('?status=all&limit=2')).body);
    expect(await ids(`?status=all&limit=2&cursor=${first.nextCursor}`)).toEqual(['a1']);
  });

  it('tell the expression, labels and each alert of the group, and how many are left out', async () => {
    const alerts = Array.from({ length: 60 }, (_, n) => ({
      ...{ fingerprint: `f${n}`, labels: { pod: `p${n}` }, annotations: {}, startsAt: NOON },
      status: n < 55 ? ('resolved' as const) : ('firing' as const),
    }));
    await door.store.alerts.save(episode('a1', NOON, { alerts, truncated: 3 }));
    const { alert } = AlertDetail.parse((await ask('/a1')).body);
    expect(alert).toMatchObject({ expression: 'errors > 0.01', firing: 5, leftOut: 13 });
    expect(alert.labels).toEqual([{ name: 'team', value: 'payments' }]);
    expect(alert.alerts.slice(0, 6).map(({ status }) => status)).toEqual([
      ...['firing', 'firing', 'firing', 'firing', 'firing', 'resolved'],
    ]);
  });

  it('are taken once, in the name of the token; what somebody took stays theirs', async () => {
    await door.store.alerts.save(episode('a1', NOON - MINUTE));
    const by = { kind: 'person', user: 'U0RAE0001' } as const;
    await door.store.alerts.save(episode('a2', NOON, { acknowledged: { by, at: NOON } }));
    for (const _ of [1, 2]) {
      const { status, body } = await ask('/a1/acknowledge', {});
      expect([status, body.alert.acknowledged.by]).toEqual([200, { kind: 'machine', name: 'investigator' }]);
    }
    expect((await ask('/a2/acknowledge', {})).body.alert.acknowledged.by).toMatchObject({ id: 'U0RAE0001' });
  });

  it('are not taken once they have resolved, and not there under an id that nobody gave', async () => {
    await door.store.alerts.save(episode('a1', NOON, { status: 'resolved', resolvedAt: NOON }));
    const resolved = await ask('/a1/acknowledge', {});
    expect([resolved.status, resolved.body.detail]).toEqual([409, 'CheckoutErrors has resolved by itself.']);
    expect((await ask('/a9')).status).toBe(404);
    expect((await ask('?status=open')).status).toBe(400);
  });
});
