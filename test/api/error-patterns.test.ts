import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ErrorPatternDetail, ErrorPatternList } from '#api/contract/error-patterns.ts';
import type { AlertEpisode } from '#domain/alert.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { NOON } from '../domain/given.ts';
import { openDeciding } from './deciding.ts';

let door: Awaited<ReturnType<typeof openDeciding>>;
beforeEach(async () => {
  door = await openDeciding([{ name: 'investigator', token: 'token-i', scopes: ['read'] }]);
});
afterEach(async () => {
  await door.close();
  expect(door.errors).toEqual([]);
});

const save = (id: string, startedAt: number, more: Partial<AlertEpisode> = {}) =>
  door.store.alerts.save({
    ...{ id, source: 'alertmanager', groupKey: id, name: 'CheckoutErrors', service: 'checkout' },
    ...{ severity: 'page', status: 'resolved', resolvedAt: startedAt + MINUTE, groupLabels: {} },
    ...{ labels: {}, truncated: 0, flaps: 0, channel: '#payments', startedAt, alerts: [] },
    ...{ annotations: { summary: '3 % of payments fail' }, begunAt: startedAt, heardAt: startedAt },
    ...more,
  });
const ask = async (path: string) => await door.ask('investigator', `/api/v1/error-patterns${path}`);
const list = async (query = '') => ErrorPatternList.parse((await ask(query)).body);

describe('errors that come again, over REST', () => {
  it('are told with what they have in common, how often, where, and the incidents they belong to', async () => {
    await save('a1', NOON - 3 * DAY, { incident: 'INC-1' });
    await save('a2', NOON - HOUR, { annotations: { summary: '41.5 % of payments fail' } });
    const { patterns } = await list();
    expect(patterns).toEqual([
      {
        ...{ id: expect.stringMatching(/^ep_\w{10}$/), source: 'alerts', name: 'CheckoutErrors' },
        signature: 'CheckoutErrors: <*> % of payments fail',
        example: '41.5 % of payments fail',
        services: [{ service: 'checkout', count: 2 }],
        ...{ versions: [], leftOut: { services: 0, versions: 0, incidents: 0 } },
        firstSeen: new Date(NOON - 3 * DAY).toISOString(),
        lastSeen: new Date(NOON - HOUR).toISOString(),
        counts: { total: 2, lastDay: 1, lastWeek: 2, last30Days: 2 },
        ...{ firesNow: false, incidents: ['INC-1'] },
      },
    ]);
    const { body } = await ask(`/${patterns[0]?.id}`);
    const { pattern } = ErrorPatternDetail.parse(body);
    expect(pattern.occurrences).toMatchObject([{ alert: 'a2' }, { alert: 'a1', incident: 'INC-1' }]);
    expect(pattern.days).toEqual([
      { day: '2026-11-21', count: 1 },
      { day: '2026-11-24', count: 1 },
    ]);
  });

  it('come page by page, each once, also where they were seen at the same moment', async () => {
    const names = ['One', 'Two', 'Three', 'Four', 'Five'];
    for (const name of names) await save(`a${name}`, NOON, { name });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(`?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.patterns.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(names.toSorted());
  });

  it.each([
    ['?service=nobody', 400],
    ['?since=yesterday', 400],
    ['?open=perhaps', 400],
    ['/ep_nothing', 404],
  ])('are asked for by %s in vain, with %i', async (path, status) => {
    expect((await ask(path)).status).toBe(status);
  });

  it('are asked for by what narrows them', async () => {
    await save('a1', NOON - HOUR);
    await save('a2', NOON, { name: 'LedgerSlow', service: 'ledger', status: 'firing' });
    const names = async (query: string) => (await list(query)).patterns.map(({ name }) => name);
    expect(await names('?open=true')).toEqual(['LedgerSlow']);
    expect(await names('?open=false')).toEqual(['CheckoutErrors']);
    expect(await names('?minOccurrences=2')).toEqual([]);
    expect(await names('?service=ledger')).toEqual(['LedgerSlow']);
  });
});
