import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PUBLISHED } from '#api/contract/schemas.ts';
import type { ActionItem } from '#domain/incident/postmortem.ts';
import { at } from '../domain/given.ts';
import { EMPTY } from './any-postmortem.ts';
import { type Api, keepExample, openApi } from './door.ts';
import { compiled } from './json-schema.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(async () => {
  await api.close();
  expect(api.errors).toEqual([]);
});

const action = (id: string, more: Partial<ActionItem> = {}): ActionItem => ({
  ...{ id, title: `Do ${id}`, kind: 'prevent', state: 'open', createdAt: at('12:00') },
  ...more,
});
/** Keeps a post-mortem of an incident with these action items. */
async function keep(number: number, actions: readonly ActionItem[], services = ['checkout']) {
  const id = `INC-${number}`;
  await api.store.incidents.save({ ...EMPTY.incident, id, number, services });
  await api.store.postmortems.save({ ...EMPTY.postmortem, incident: id, actions });
}
async function ids(path: string): Promise<readonly string[]> {
  const { body } = await api.get(path);
  const found = (body.actionItems ?? body.postmortems).map(
    ({ id, incident }: { id?: string; incident: string }) => id ?? incident,
  );
  if (body.nextCursor === undefined) return found;
  const [bare = ''] = path.split('&cursor=');
  return [...found, ...(await ids(`${bare}&cursor=${body.nextCursor}`))];
}

describe('a post-mortem over the API', () => {
  it('is of the published shape, with names and with what it names by ids', async () => {
    await keepExample(api);
    const { status, body } = await api.get('/api/v1/postmortems/INC-12');
    expect(status).toBe(200);
    const isValid = compiled(PUBLISHED[0]?.schema ?? {});
    expect(isValid(body), JSON.stringify(isValid.errors)).toBe(true);
    expect(body).toMatchObject({
      ...{ schema: 'postmortem/1', title: 'Every third checkout fails', state: 'approved' },
      approvedBy: { kind: 'person', id: 'U0SAM0001', name: 'Sam Okafor' },
      durations: { toDetect: 130 },
      impact: { duration: 1240, requests: [{ service: 'checkout', failed: 6480, all: 118_240 }] },
      trigger: { kind: 'deploy', reference: 'd77' },
      contributingFactors: [
        'The canary takes no saved cards',
        '`keyNumber` is the same in staging | production',
      ],
      lessons: { wentWell: ['The alert named the deploy', 'The rollback took five minutes'] },
      links: {
        alerts: [{ id: 'a31', name: 'CheckoutErrors', fingerprints: ['f1'] }],
        deploys: [{ id: 'd77', version: '1.4.2' }],
        // It is not on record any more.
        incidents: [{ id: 'INC-4' }],
        slos: [{ service: 'checkout', slo: 'availability' }],
      },
      ...{ doubts: [], missing: ['Requests of ledger could not be counted: nothing counts them.'] },
    });
  });

  it('is a page for people where Markdown is asked for', async () => {
    await keepExample(api);
    const headers = { authorization: 'Bearer token-of-ci' };
    const page = await fetch(`${api.url}/api/v1/postmortems/INC-12?format=markdown`, { headers });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/markdown; charset=utf-8']);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toMatch(/^# INC-12: Every third checkout fails\n/);
    const { status, body } = await api.get('/api/v1/postmortems/INC-12?format=pdf');
    expect([status, body.detail]).toEqual([400, 'Expected json or markdown.']);
  });

  it('is listed in short, that of the newest incident first', async () => {
    await keepExample(api);
    await keep(3, [action('INC-3-1'), action('INC-3-2', { state: 'dropped' })], ['ledger']);
    await keep(20, []);
    expect(await ids('/api/v1/postmortems?limit=1')).toEqual(['INC-20', 'INC-12', 'INC-3']);
    const { body } = await api.get('/api/v1/postmortems?service=ledger');
    expect(body.postmortems).toMatchObject([
      {
        ...{
          incident: 'INC-12',
          title: 'Every third checkout fails',
          severity: 'sev1',
          triggerKind: 'deploy',
        },
        actions: { open: 2, done: 1, dropped: 0 },
      },
      {
        incident: 'INC-3',
        title: 'Checkout fails',
        state: 'draft',
        actions: { open: 1, done: 0, dropped: 1 },
      },
    ]);
  });
});

describe('action items', () => {
  beforeEach(async () => {
    await keep(2, [action('INC-2-1', { due: '2026-12-05', owner: 'U1' }), action('INC-2-2')]);
    await keep(10, [
      action('INC-10-1', { due: '2026-12-01', owner: 'U2' }),
      action('INC-10-2', { due: '2026-12-05', owner: 'U1' }),
      action('INC-10-3', { state: 'done', closedAt: at('13:00'), closedBy: { kind: 'person', user: 'U1' } }),
    ]);
    await keep(11, [action('INC-11-1', { state: 'done' }), action('INC-11-2', { state: 'dropped' })]);
  });

  it('that are open come by the day on which they are due, those without a day last', async () => {
    const order = ['INC-10-1', 'INC-2-1', 'INC-10-2', 'INC-2-2'];
    for (const limit of [1, 2, 3, 20])
      expect(await ids(`/api/v1/action-items?limit=${limit}`), `${limit} a page`).toEqual(order);
  });

  it('can be asked for by owner and by day', async () => {
    expect(await ids('/api/v1/action-items?owner=U1')).toEqual(['INC-2-1', 'INC-10-2']);
    expect(await ids('/api/v1/action-items?dueBefore=2026-12-05')).toEqual(['INC-10-1']);
    expect(await ids('/api/v1/action-items?dueBefore=2026-12-06&owner=U1&limit=1')).toEqual([
      'INC-2-1',
      'INC-10-2',
    ]);
  });

  it('that are done or dropped come by incident, the newest first', async () => {
    expect(await ids('/api/v1/action-items?state=done&limit=1')).toEqual(['INC-11-1', 'INC-10-3']);
    expect(await ids('/api/v1/action-items?state=dropped')).toEqual(['INC-11-2']);
    const { body } = await api.get('/api/v1/action-items?state=done');
    expect(body.actionItems[1]).toMatchObject({
      ...{ incident: 'INC-10', closedAt: '2026-11-24T13:00:00.000Z', closedBy: { kind: 'person', id: 'U1' } },
    });
  });
});

describe('the published schemas', () => {
  it('are listed, and each stands where its $id says, without a token', async () => {
    const { status, body } = await api.get('/schemas/', {});
    expect([status, body.schemas.map(({ path }: { path: string }) => path)]).toEqual([
      200,
      ['/schemas/postmortem/1.json', '/schemas/incident/1.json', '/schemas/agent-task/1.json'],
    ]);
    for (const { path } of body.schemas) {
      const { status: found, headers, body: schema } = await api.get(path, {});
      expect([found, headers.get('content-type'), schema.$id]).toEqual([
        200,
        'application/schema+json; charset=utf-8',
        path,
      ]);
      compiled(schema);
    }
  });
});
