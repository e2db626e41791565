import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditList } from '#api/contract/audit.ts';
import { SECOND } from '#domain/time.ts';
import { at } from '../domain/given.ts';
import { type Api, openApi } from './door.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi();
  for (let i = 1; i <= 5; i += 1) {
    await api.store.audit.record({
      ...{ at: at('12:00') + i * SECOND, what: 'incidentDeclared', subject: `INC-${i}` },
      by: i % 2 === 0 ? { kind: 'machine', name: 'ci' } : { kind: 'person', user: 'U07NOOR' },
      ...(i === 5 ? { detail: 'by *hand* <!channel>' } : {}),
    });
  }
});
afterAll(() => api.close());

const auditor = { authorization: 'Bearer token-of-auditor' };

async function listed(query: string) {
  const { status, body } = await api.get(`/api/v1/audit${query}`, auditor);
  expect([status, AuditList.parse(body)]).toEqual([200, body]);
  return { ...body, subjects: body.entries.map(({ subject }: { subject: string }) => subject) };
}

it('tells who did what, the newest first, page after page', async () => {
  const first = await listed('?limit=2');
  expect(first.entries[0]).toEqual({
    ...{ at: '2026-11-24T12:00:05.000Z', by: { kind: 'person', id: 'U07NOOR' } },
    ...{ what: 'incidentDeclared', subject: 'INC-5', detail: 'by *hand* <!channel>' },
  });
  const second = await listed(`?limit=2&cursor=${first.nextCursor}`);
  const third = await listed(`?limit=2&cursor=${second.nextCursor}`);
  expect([first, second, third].map(({ subjects }) => subjects)).toEqual([
    ['INC-5', 'INC-4'],
    ['INC-3', 'INC-2'],
    ['INC-1'],
  ]);
  expect(third.nextCursor).toBeUndefined();
});

it('tells what one did, what was done to one thing, and what since a moment', async () => {
  expect((await listed('?by=ci')).subjects).toEqual(['INC-4', 'INC-2']);
  expect((await listed('?by=U07NOOR&limit=1')).subjects).toEqual(['INC-5']);
  expect((await listed('?subject=INC-3')).subjects).toEqual(['INC-3']);
  expect((await listed('?since=2026-11-24T12:00:04Z')).subjects).toEqual(['INC-5', 'INC-4']);
  expect((await listed('?since=2026-11-24T13:00:04%2B01:00&by=ci')).subjects).toEqual(['INC-4']);
});

it('is for those with the scope audit only, and a refusal stands in it', async () => {
  const refused = await api.get('/api/v1/audit');
  expect([refused.status, refused.body.detail]).toEqual([
    403,
    'The token of ci has the scope read; this needs audit.',
  ]);
  const { entries } = await listed('?limit=1');
  expect(entries).toEqual([
    {
      ...{ at: '2026-11-24T12:30:00.000Z', by: { kind: 'machine', name: 'ci' }, what: 'refused' },
      ...{ subject: 'GET /api/v1/audit', detail: 'The token of ci has the scope read; this needs audit.' },
    },
  ]);
});
