import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor, IncidentEvent } from '#domain/event.ts';
import type { PostmortemFields } from '#domain/incident/postmortem.ts';
import { MINUTE } from '#domain/time.ts';
import { NOON } from '../domain/given.ts';
import { openDeciding } from './deciding.ts';

type Door = Awaited<ReturnType<typeof openDeciding>>;

let door: Door;
beforeEach(async () => {
  door = await openDeciding([
    { name: 'investigator', token: 'token-i', scopes: ['read', 'write'] },
    { name: 'pager', token: 'token-p', scopes: ['write'] },
  ]);
});
afterEach(async () => {
  await door.close();
  expect(door.errors).toEqual([]);
});

const RAE: Actor = { kind: 'person', user: 'U0RAE0001' };
const INCIDENTS = '/api/v1/incidents';

const declared = async (more: object = {}) =>
  (await door.ask('investigator', INCIDENTS, { title: 'Payments fail', services: ['checkout'], ...more }))
    .body;
const people = (event: IncidentEvent) => door.submit(event);
const patch = (path: string, body: object) => door.ask('investigator', path, body, 'PATCH');
const timeline = async (id = 'INC-1') =>
  (await door.ask('investigator', `${INCIDENTS}/${id}/timeline`)).body.entries;

/** An incident that was resolved, whose post-mortem was drafted from the record. */
async function drafted(fields: PostmortemFields = { summary: 'Payments failed for ten minutes.' }) {
  await declared();
  await patch(`${INCIDENTS}/INC-1`, { status: 'resolved' });
  const record = { alerts: [], deploys: [], rollouts: [], incidents: [], costs: [], requests: [] };
  await door.submit({
    ...{ type: 'postmortemRecorded', incident: 'INC-1', fields },
    record: { ...record, evidence: [], missing: [] },
  });
}

describe('a machine that declares an incident', () => {
  it('gets it with its id, and it stands with the machine’s name in the timeline', async () => {
    const { incident, isNew } = await declared({ severity: 'sev2', summary: 'Half of all payments.' });
    expect(incident).toMatchObject({
      ...{ id: 'INC-1', title: 'Payments fail', severity: 'sev2', services: ['checkout'] },
      declaredBy: { kind: 'machine', name: 'investigator' },
    });
    expect(isNew).toBe(true);
    expect(await timeline()).toMatchObject([
      { text: 'declared sev 2: Payments fail', by: { name: 'investigator' } },
    ]);
  });

  it('declares it once, however often it sends the same request', async () => {
    const sent = { title: 'Payments fail', requestId: 'r-1' };
    const ids = [];
    for (const _ of [1, 2, 3]) ids.push((await door.ask('investigator', INCIDENTS, sent)).body.incident.id);
    expect(ids).toEqual(['INC-1', 'INC-1', 'INC-1']);
    const { body } = await door.ask('pager', INCIDENTS, sent);
    expect(body.incident.id).toBe('INC-2');
  });

  it('is told where it gave the name of a request to another one', async () => {
    await declared({ requestId: 'r-1' });
    const { status, body } = await door.ask('investigator', INCIDENTS, {
      ...{ title: 'Payments fail', services: ['ledger'], requestId: 'r-1' },
    });
    expect([status, body.problems[0].where]).toEqual([409, 'body requestId']);
  });

  it('takes nobody’s page: what it is about still waits to be acknowledged', async () => {
    const { incident } = await declared();
    expect(incident.times).not.toHaveProperty('acknowledged');
  });

  it.each([
    [{ title: '' }, 'body title', 'not empty'],
    [{ title: 'x'.repeat(151) }, 'body title', '150 characters'],
    [{ title: 'x', services: ['checkuot'] }, 'body services[0]', 'did you mean checkout?'],
    [{ title: 'x', severity: 'high' }, 'body severity', 'sev1, sev2'],
    [{ title: 'x', subject: { kind: 'alert', id: 'a9' } }, 'body subject.id', 'There is no alert a9.'],
    [{ title: 'x', colour: 'red' }, 'body colour', 'no such parameter'],
  ])('is told what is wrong with %j', async (body, where, what) => {
    const { status, body: refused } = await door.ask('investigator', INCIDENTS, body);
    expect([status, refused.problems[0].where]).toEqual([400, where]);
    expect(refused.problems[0].what).toContain(what);
    expect(await door.store.incidents.recent({ limit: 1 })).toEqual([]);
  });
});

describe('a machine that works on an incident', () => {
  it('changes what it sends and nothing else, with its reason in the timeline', async () => {
    await declared();
    const { body } = await patch(`${INCIDENTS}/INC-1`, {
      status: 'identified',
      note: 'A pool that is too small.',
    });
    expect(body.incident).toMatchObject({ status: 'identified', title: 'Payments fail' });
    expect((await timeline()).at(-1)).toMatchObject({
      text: 'investigating → identified: A pool that is too small.',
      by: { kind: 'machine', name: 'investigator' },
    });
  });

  it('sets times right, and says that one is not known', async () => {
    await declared();
    const started = new Date(NOON - 5 * MINUTE).toISOString();
    const { body } = await patch(`${INCIDENTS}/INC-1`, { times: { started, detected: null } });
    expect(body.incident.times).toEqual({ started });
  });

  it('takes a role that nobody has, but none from a person', async () => {
    await declared();
    const role = { role: 'commander', holder: 'self' };
    expect((await patch(`${INCIDENTS}/INC-1`, { role })).body.incident.roles).toMatchObject({
      commander: { name: 'investigator' },
    });
    await people({
      ...{ type: 'incidentChanged', incident: 'INC-1', by: RAE },
      change: { role: { role: 'commander', holder: RAE } },
    });
    const { status, body } = await patch(`${INCIDENTS}/INC-1`, { role });
    expect([status, body.detail]).toEqual([409, 'A person is commander of INC-1; only people change that.']);
  });

  it('makes it graver, never less grave', async () => {
    await declared({ severity: 'sev3' });
    expect((await patch(`${INCIDENTS}/INC-1`, { severity: 'sev1' })).status).toBe(200);
    const { status, body } = await patch(`${INCIDENTS}/INC-1`, { severity: 'sev4' });
    expect([status, body.detail]).toEqual([
      409,
      expect.stringContaining('only people say that it is less grave'),
    ]);
  });

  it('adds to the timeline with the time at which it happened, once for each request', async () => {
    await declared();
    const at = new Date(NOON - MINUTE).toISOString();
    const note = { text: 'Restarted the pool.', at, requestId: 'n-1' };
    for (const _ of [1, 2]) {
      const { status, body } = await door.ask('investigator', `${INCIDENTS}/INC-1/timeline`, note);
      expect([status, body.entry.text, body.entry.at]).toEqual([201, 'Restarted the pool.', at]);
    }
    expect((await timeline()).filter(({ kind }: { kind: string }) => kind === 'note')).toHaveLength(1);
  });

  it('corrects and leaves out what it wrote itself, but nothing that a person wrote', async () => {
    await declared();
    const { body } = await door.ask('investigator', `${INCIDENTS}/INC-1/timeline`, { text: 'Pool is fine.' });
    const own = `${INCIDENTS}/INC-1/timeline/${encodeURIComponent(body.entry.key)}`;
    expect((await patch(own, { text: 'Pool is full.' })).body.entry.text).toBe('Pool is full.');
    expect((await patch(own, { dropped: true })).body.isDropped).toBe(true);
    await people({ type: 'timelineNoted', incident: 'INC-1', text: 'I look.', at: NOON, by: RAE });
    const [note] = (await timeline()).filter(({ kind }: { kind: string }) => kind === 'note');
    const theirs = await patch(`${INCIDENTS}/INC-1/timeline/${encodeURIComponent(note.key)}`, {
      dropped: true,
    });
    expect([theirs.status, theirs.body.detail]).toEqual([
      409,
      expect.stringContaining('only people change it'),
    ]);
    expect((await timeline()).map(({ text }: { text: string }) => text)).toContain('I look.');
  });

  it.each([
    ['PATCH', '/INC-9', { status: 'resolved' }, 404, 'There is no incident INC-9.'],
    ['PATCH', '/INC-1', {}, 400, 'Nothing is sent'],
    ['PATCH', '/INC-1', { duplicateOf: 'INC-1' }, 400, 'not the same as itself'],
    ['POST', '/INC-1/timeline', { text: 'x', at: '2031-01-01T00:00:00Z' }, 400, 'future'],
    ['POST', '/INC-1/timeline', { text: 'x', at: 'yesterday' }, 400, 'Expected a moment'],
    ['PATCH', '/INC-1/timeline/note:77', { dropped: true }, 404, 'no entry note:77'],
  ])('is told what is wrong with %s %s %j', async (method, path, body, status, what) => {
    await declared();
    const asked = await door.ask('investigator', `${INCIDENTS}${path}`, body, method);
    expect([asked.status, asked.body.detail]).toEqual([status, expect.stringContaining(what)]);
  });

  it('is on record with each thing that it did', async () => {
    await declared();
    await patch(`${INCIDENTS}/INC-1`, { status: 'identified' });
    const did = (await door.store.audit.list(10)).map(({ by, what, subject }) => [by, what, subject]);
    const by = { kind: 'machine', name: 'investigator' };
    expect(did).toEqual([
      [by, 'incidentChanged', 'INC-1'],
      [by, 'incidentDeclared', 'Payments fail'],
    ]);
  });
});

describe('a machine that writes a post-mortem', () => {
  const put = (body: object) => door.ask('investigator', '/api/v1/postmortems/INC-1', body, 'PUT');
  const now = async () => (await door.store.postmortems.get('INC-1'))?.fields;

  it('is told when there is none yet, and what to do until then', async () => {
    await declared();
    const { status, body } = await put({ base: 1, summary: 'x' });
    expect([status, body.detail]).toEqual([409, expect.stringContaining('write into its timeline')]);
  });

  it('writes sections, lists by their lines, and leaves the others', async () => {
    await drafted();
    const { body } = await put({
      base: 1,
      trigger: 'v1.4.2',
      triggerKind: 'deploy',
      wentWell: ['Alert', 'Rollback'],
    });
    expect(body).toMatchObject({
      postmortem: { incident: 'INC-1', revision: 2, triggerKind: 'deploy', state: 'draft' },
      ...{ taken: ['trigger', 'wentWell', 'triggerKind'], merged: [] },
    });
    expect(await now()).toMatchObject({
      summary: 'Payments failed for ten minutes.',
      wentWell: 'Alert\nRollback',
    });
  });

  it('loses no word that a person wrote since it read, and is told which sections hold both', async () => {
    await drafted();
    const fields = { summary: 'Rae saw it first.' };
    await people({ type: 'postmortemEdited', incident: 'INC-1', base: 1, fields, by: RAE });
    const { body } = await put({ base: 1, summary: 'The agent saw it second.', resolution: 'Rolled back.' });
    expect(body).toMatchObject({ taken: ['resolution'], merged: ['summary'] });
    expect((await now())?.summary).toBe('Rae saw it first.\n\nThe agent saw it second.');
  });

  it('loses nothing of either, whatever both write in whatever order', async () => {
    const word = fc.constantFrom('pool', 'retry', 'canary', 'quota', 'index', 'lease');
    const edit = fc.record({
      byMachine: fc.boolean(),
      text: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
    });
    await drafted();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), async (edits) => {
        run += 1;
        const base = (await door.store.postmortems.get('INC-1'))?.revision ?? 1;
        for (const [n, { byMachine, text }] of edits.entries()) {
          const background = `${text.join(' ')} ${run}.${n}`;
          if (byMachine) await put({ base, background });
          else
            await people({
              type: 'postmortemEdited',
              incident: 'INC-1',
              base,
              fields: { background },
              by: RAE,
            });
        }
        const kept = (await now())?.background ?? '';
        const last = (machine: boolean) => edits.findLastIndex(({ byMachine }) => byMachine === machine);
        for (const index of [last(true), last(false)].filter((found) => found >= 0))
          expect(kept).toContain(`${edits[index]?.text.join(' ')} ${run}.${index}`);
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('asks people for a review, and approves nothing', async () => {
    await drafted();
    const review = (state: string) => door.ask('investigator', '/api/v1/postmortems/INC-1/review', { state });
    expect((await review('inReview')).body.postmortem.state).toBe('inReview');
    const { status, body } = await review('approved');
    expect([status, body.detail]).toEqual([409, 'People approve post-mortems, and take approvals back.']);
    await people({ type: 'postmortemReviewed', incident: 'INC-1', state: 'approved', by: RAE });
    expect((await review('draft')).status).toBe(409);
  });

  it('adds action items and moves them, each with what it had', async () => {
    await drafted();
    const item = { title: 'Alert on pool use', kind: 'detect', due: '2026-12-01', owner: 'U0RAE0001' };
    const added = await door.ask('investigator', '/api/v1/postmortems/INC-1/action-items', item);
    expect([added.status, added.body.actionItem]).toMatchObject([
      201,
      { id: 'INC-1-1', state: 'open', ...{ due: '2026-12-01' } },
    ]);
    const moved = await patch('/api/v1/action-items/INC-1-1', { state: 'done', due: null });
    expect(moved.body.actionItem).toMatchObject({
      ...{ title: 'Alert on pool use', state: 'done', owner: { id: 'U0RAE0001' } },
      closedBy: { kind: 'machine', name: 'investigator' },
    });
    expect(moved.body.actionItem).not.toHaveProperty('due');
    const nobody = await patch('/api/v1/action-items/INC-1-9', { state: 'done' });
    expect(nobody.status).toBe(404);
  });

  it.each([
    [{ base: 9, summary: 'x' }, 409, 'none of them'],
    [{ summary: 'x' }, 400, 'Expected a revision'],
    [{ base: 1 }, 400, 'Nothing is sent'],
    [{ base: 1, triggerKind: 'gremlins' }, 400, 'Expected one of deploy'],
    [{ base: 1, wentWell: 'all' }, 400, 'expected array'],
  ])('is told what is wrong with %j', async (body, status, what) => {
    await drafted();
    const asked = await put(body);
    expect([asked.status, asked.body.detail]).toEqual([status, expect.stringContaining(what)]);
  });

  it('finds earlier ones by their words', async () => {
    await drafted({ summary: 'The connection pool ran dry.' });
    const found = await door.ask('investigator', '/api/v1/postmortems?q=pool%20dry');
    expect(found.body.postmortems).toMatchObject([
      { incident: 'INC-1', excerpt: expect.stringContaining('pool') },
    ]);
    const none = await door.ask('investigator', '/api/v1/postmortems?q=certificate');
    expect(none.body.postmortems).toEqual([]);
  });
});
