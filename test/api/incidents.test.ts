import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '#domain/incident/incident.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { at } from '../domain/given.ts';
import { EMPTY } from './any-postmortem.ts';
import { type Api, keepExample, openApi } from './door.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(async () => {
  await api.close();
  expect(api.errors).toEqual([]);
});

const incident = (number: number, more: Partial<Incident> = {}): Incident => ({
  ...EMPTY.incident,
  ...{ id: `INC-${number}`, number, title: `The ${number}th`, services: ['checkout'] },
  ...{ declaredAt: at('08:00') + number * MINUTE, times: { started: at('08:00') + number * MINUTE } },
  ...more,
});
const save = async (...all: readonly Incident[]) => {
  for (const one of all) {
    await api.store.incidents.save(one);
    await api.store.incidents.index(one.id);
  }
};
/** The ids of every page. */
async function pages(path: string): Promise<readonly (readonly string[])[]> {
  const { status, body } = await api.get(path);
  expect(status, path).toBe(200);
  const ids = body.incidents.map(({ id }: Incident) => id);
  if (body.nextCursor === undefined) return [ids];
  const [bare = ''] = path.split('&cursor=');
  return [ids, ...(await pages(`${bare}&cursor=${body.nextCursor}`))];
}

describe('whoever asks for incidents', () => {
  it('gets what one is, how long it took so far, and what is odd about its times', async () => {
    await keepExample(api);
    const { status, body } = await api.get('/api/v1/incidents/INC-12');
    expect(status).toBe(200);
    expect(body.incident).toMatchObject({
      ...{ schema: 'incident/1', id: 'INC-12', severity: 'sev1', status: 'resolved' },
      roles: { commander: { kind: 'person', id: 'U0NOOR001' } },
      times: { started: '2026-11-24T12:00:20.000Z', resolved: '2026-11-24T12:45:00.000Z' },
      durations: { toDetect: 130, toAcknowledge: 40, toMitigate: 1240, toResolve: 2680 },
      budgets: [{ service: 'checkout', slo: 'availability', used: 388.8, allowed: 2592, share: 0.15 }],
    });
    // It is 12:30, and it says that it was resolved at 12:45.
    expect(body.incident.doubts).toMatchObject([{ kind: 'future', times: ['resolved'] }]);
  });

  it('is not told of times as missing that are still to come', async () => {
    await save(incident(1, { status: 'identified' }), incident(2, { status: 'identified', times: {} }));
    const { body } = await api.get('/api/v1/incidents');
    expect(body.incidents.map(({ doubts }: { doubts: readonly { what: string }[] }) => doubts)).toMatchObject(
      [[{ kind: 'missing', times: ['started'] }], []],
    );
  });

  it('gets the newest first, in pages, whether they are open or not', async () => {
    await save(
      ...[1, 2, 3, 4, 5].map((number) => incident(number, number === 2 ? { status: 'monitoring' } : {})),
    );
    expect(await pages('/api/v1/incidents?limit=2')).toEqual([
      ['INC-5', 'INC-4'],
      ['INC-3', 'INC-2'],
      ['INC-1'],
    ]);
    expect(await pages('/api/v1/incidents?status=open')).toEqual([['INC-2']]);
    expect(await pages('/api/v1/incidents?limit=4&status=resolved')).toEqual([
      ['INC-5', 'INC-4', 'INC-3', 'INC-1'],
    ]);
  });

  it('finds an old open one among hundreds in its place', async () => {
    await save(...Array.from({ length: 250 }, (_, index) => incident(index + 1)));
    await save(incident(3, { status: 'investigating' }), incident(120, { status: 'investigating' }));
    const all = await pages('/api/v1/incidents?limit=60');
    expect(all.flat()).toEqual(Array.from({ length: 250 }, (_, index) => `INC-${250 - index}`));
    expect(await pages('/api/v1/incidents?limit=1&status=open')).toEqual([['INC-120'], ['INC-3']]);
  });

  it('gets those of a service only, and is told of one that nobody knows', async () => {
    await save(
      incident(1),
      incident(2, { services: ['ledger'] }),
      incident(3, { services: ['ledger', 'checkout'] }),
    );
    expect(await pages('/api/v1/incidents?service=ledger')).toEqual([['INC-3', 'INC-2']]);
    const { status, body } = await api.get('/api/v1/incidents?service=leger');
    expect([status, body.detail]).toEqual([400, 'No service is called leger; did you mean ledger?']);
  });

  it('finds words, with the part that holds them, in pages', async () => {
    await save(
      incident(1, { title: 'Vault keys rotated' }),
      incident(2, { title: 'Disk full' }),
      incident(3, { title: 'Vault unreachable', services: ['ledger'] }),
    );
    const { body } = await api.get('/api/v1/incidents?q=vault&service=ledger');
    expect(body.incidents).toMatchObject([{ id: 'INC-3', excerpt: expect.stringContaining('Vault') }]);
    const found = await pages('/api/v1/incidents?q=vault&limit=1');
    expect(found.flat().toSorted()).toEqual(['INC-1', 'INC-3']);
    expect(found).toHaveLength(2);
    expect(await pages('/api/v1/incidents?q=%22%2A%20OR%20(')).toEqual([[]]);
  });

  it('is shown earlier ones like it, and why', async () => {
    await keepExample(api);
    await save(
      incident(13, {
        ...{ title: 'Every third checkout fails again', alerts: ['a31'], declaredAt: at('12:00') + HOUR },
        times: { started: at('12:00') + HOUR },
      }),
    );
    const { body } = await api.get('/api/v1/incidents/INC-13');
    expect(body.similar[0]).toMatchObject({
      incident: 'INC-12',
      why: expect.arrayContaining([{ kind: 'alert', name: 'CheckoutErrors' }]),
    });
  });

  it.each([
    ['/api/v1/incidents?status=closed', 'query status', 'Expected open or resolved.'],
    ['/api/v1/incidents?cursor=1.best', 'query cursor', 'Expected a `nextCursor` as it was given.'],
    ['/api/v1/incidents?q=x&cursor=1.INC-1', 'query cursor', 'Expected a `nextCursor` as it was given.'],
    ['/api/v1/incidents?q=', 'query q', 'Expected a text.'],
    ['/api/v1/incidents?severity=sev1', 'query severity', /there are service, status, q, limit, cursor/],
    ['/api/v1/postmortems?cursor=1.best', 'query cursor', 'Expected a `nextCursor` as it was given.'],
    ['/api/v1/action-items?cursor=1.INC-1', 'query cursor', 'Expected a `nextCursor` as it was given.'],
    ['/api/v1/action-items?dueBefore=soon', 'query dueBefore', 'Expected a day, such as 2026-12-01.'],
    ['/api/v1/action-items?state=late', 'query state', 'Expected open, done or dropped.'],
  ])('is told what is wrong with %s', async (path, where, what) => {
    const { status, body } = await api.get(path);
    expect([status, body.problems.length]).toEqual([400, 1]);
    expect(body.problems[0]).toMatchObject({ where, what: expect.stringMatching(what) });
  });

  it.each([
    ['/api/v1/incidents/INC-99', 'There is no incident INC-99.'],
    ['/api/v1/incidents/INC-99/timeline', 'There is no incident INC-99.'],
    ['/api/v1/postmortems/INC-99', 'There is no post-mortem of INC-99.'],
  ])('is told that nothing is at %s', async (path, what) => {
    const { status, body } = await api.get(path);
    expect([status, body.detail]).toEqual([404, what]);
  });

  it.each(['incidents', 'incidents/INC-1/timeline', 'postmortems', 'action-items'])(
    'needs a token that may read to ask for %s',
    async (path) => {
      const other = { authorization: 'Bearer token-of-investigator' };
      expect((await api.get(`/api/v1/${path}`, {})).status).toBe(401);
      expect((await api.get(`/api/v1/${path}`, other)).status).toBe(403);
    },
  );
});

describe('a timeline', () => {
  it('is read from its beginning, in pages that leave nothing out where several things happened at once', async () => {
    await save(incident(1));
    const entries = [5, 7, 7, 7, 9].map((minute, index) => ({
      ...{ key: `note:${index}`, kind: 'note' as const, at: at('08:00') + minute * MINUTE, text: `${index}` },
    }));
    await api.store.timelines.add('INC-1', entries, at('09:00'));
    const texts: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await api.get(`/api/v1/incidents/INC-1/timeline?limit=2${cursor}`);
      texts.push(...body.entries.map(({ text }: { text: string }) => text));
      if (body.nextCursor === undefined) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(texts).toEqual(['0', '1', '2', '3', '4']);
  });
});
