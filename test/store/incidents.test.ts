import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '#app/message.ts';
import { PRIORITY } from '#domain/job.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { entry, episode, evidence, incident, NO_RECORD, postmortem, resolved } from './given-incidents.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const ids = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);
const words: Message = {
  about: 'working',
  at: 1,
  question: { request: { ask: 'help' }, words: '', by: 'U1', place: 'C1', direct: false },
};

/** Puts a message that stands at a place. */
async function said(key: string, channel: string, ts: string, parent?: string) {
  const { outbox } = database.store();
  const place = { key, to: { channel }, priority: PRIORITY.answer, message: words };
  await outbox.put({ ...place, ...(parent === undefined ? {} : { parent }) }, 1);
  await outbox.sent(key, 1, { channel, ts }, 1);
}

describe('incidents', () => {
  it('come back as they were last kept, also after a restart', async () => {
    const { incidents } = database.store();
    await incidents.save(incident(1));
    const later = incident(1, { title: 'Checkout is down', alerts: ['a1'], services: ['checkout', 'cart'] });
    await incidents.save(later);
    await database.reopen();
    expect(await database.store().incidents.get('INC-1')).toEqual(later);
    expect(await database.store().incidents.get('INC-9')).toBeUndefined();
  });

  it('are numbered one after the other', async () => {
    const { incidents } = database.store();
    expect(await incidents.nextNumber()).toBe(1);
    await incidents.save(incident(7));
    expect(await incidents.nextNumber()).toBe(8);
  });

  it('that are open are told oldest first; those that just ended still collect', async () => {
    const { incidents } = database.store();
    for (const one of [incident(3), resolved(2, 50), incident(1), resolved(4, 90)]) await incidents.save(one);
    expect(ids(await incidents.open())).toEqual(['INC-1', 'INC-3']);
    expect(ids(await incidents.collecting(60))).toEqual(['INC-1', 'INC-3', 'INC-4']);
    await incidents.save(incident(4, { times: { resolved: 90 } }));
    expect(ids(await incidents.open())).toEqual(['INC-1', 'INC-3', 'INC-4']);
  });

  it('are listed open ones first, then the newest, also of one service', async () => {
    const { incidents } = database.store();
    await incidents.save(incident(1));
    await incidents.save(resolved(2, 50, { services: ['cart', 'checkout'] }));
    await incidents.save(resolved(3, 60, { services: ['cart'] }));
    expect(ids(await incidents.recent({ limit: 10 }))).toEqual(['INC-1', 'INC-3', 'INC-2']);
    expect(ids(await incidents.recent({ limit: 2 }))).toEqual(['INC-1', 'INC-3']);
    expect(ids(await incidents.recent({ service: 'checkout', limit: 10 }))).toEqual(['INC-1', 'INC-2']);
    await incidents.save(resolved(2, 50, { services: ['cart'] }));
    expect(ids(await incidents.recent({ service: 'checkout', limit: 10 }))).toEqual(['INC-1']);
  });

  it('of a range are those that went on in it, from when the harm began', async () => {
    const { incidents } = database.store();
    await incidents.save(resolved(10, 20));
    await incidents.save(resolved(30, 40, { times: { started: 15, resolved: 40 }, services: ['cart'] }));
    await incidents.save(incident(50));
    const during = async (from: number, to: number, services?: readonly string[]) =>
      ids(await incidents.during({ from, to }, services));
    expect(await during(12, 16)).toEqual(['INC-10', 'INC-30']);
    expect(await during(0, 10)).toEqual([]);
    expect(await during(21, 1000)).toEqual(['INC-30', 'INC-50']);
    expect(await during(21, 1000, ['cart', 'other'])).toEqual(['INC-30']);
    expect(await during(21, 1000, [])).toEqual([]);
  });
});

describe('the incident that is meant', () => {
  const meant = async (channel: string, thread?: string) =>
    (await database.store().incidents.at({ channel, ...(thread === undefined ? {} : { thread }) }))?.id;

  it('in a thread is the one whose message stands above it, also once it is resolved', async () => {
    const { incidents } = database.store();
    await incidents.save(incident(1));
    await incidents.save(resolved(2, 50));
    await said('incident:INC-1', 'CI', '1.0');
    await said('incident:INC-2', 'CI', '2.0');
    await said('incident:INC-2:postmortem', 'CI', '2.1', 'incident:INC-2');
    expect(await meant('CI', '1.0')).toBe('INC-1');
    expect(await meant('CI', '2.0')).toBe('INC-2');
    expect(await meant('CI', '2.1')).toBe('INC-2');
    expect(await meant('CI', '9.9')).toBeUndefined();
    expect(await meant('C0', '1.0')).toBeUndefined();
  });

  it('in an incident’s own channel is that one, in every thread of it', async () => {
    const { incidents } = database.store();
    await incidents.save(incident(1, { own: { state: 'open', id: 'COWN' } }));
    await said('incident:INC-1:own', 'COWN', '1.0');
    expect(await meant('COWN')).toBe('INC-1');
    expect(await meant('COWN', '1.0')).toBe('INC-1');
    expect(await meant('COWN', '5.0')).toBe('INC-1');
  });

  it('in the thread of an alert, a storm, a deploy or a flag is the one to which that belongs', async () => {
    const { incidents, alerts } = database.store();
    await alerts.save(episode('a1', { umbrella: 'u1' }));
    await incidents.save(
      incident(1, { alerts: ['a1'], deploys: ['d1'], subject: { kind: 'rollout', id: 'f1' } }),
    );
    await said('alert:a1', 'CP', '1.0');
    await said('incident:INC-1:link', 'CP', '1.1', 'alert:a1');
    await said('umbrella:u1', 'CP', '2.0');
    await said('deploy:d1', 'CD', '3.0');
    await said('deploy:d1:baseline', 'CD', '3.1', 'deploy:d1');
    await said('flag:f1', 'CD', '4.0');
    await said('deploy:d2', 'CD', '5.0');
    for (const [channel, ts] of [
      ...[['CP', '1.0'] as const, ['CP', '1.1'] as const, ['CP', '2.0'] as const],
      ...[['CD', '3.0'] as const, ['CD', '3.1'] as const, ['CD', '4.0'] as const],
    ])
      expect(await meant(channel, ts), `${channel} ${ts}`).toBe('INC-1');
    expect(await meant('CD', '5.0')).toBeUndefined();
    expect(await meant('CP')).toBeUndefined();
  });

  it('of several is an open one before a resolved one, then the newest', async () => {
    const { incidents } = database.store();
    await said('alert:a1', 'CP', '1.0');
    await incidents.save(resolved(3, 50, { alerts: ['a1'] }));
    await incidents.save(resolved(2, 50, { alerts: ['a1'] }));
    expect(await meant('CP', '1.0')).toBe('INC-3');
    await incidents.save(incident(1, { alerts: ['a1'] }));
    expect(await meant('CP', '1.0')).toBe('INC-1');
  });

  it('outside of threads is the only open one of that channel, and none where there are two', async () => {
    const { incidents } = database.store();
    await incidents.save(incident(1));
    await incidents.save(resolved(2, 50));
    await said('incident:INC-1', 'CI', '1.0');
    await said('incident:INC-2', 'CI', '2.0');
    expect(await meant('CI')).toBe('INC-1');
    await incidents.save(incident(3));
    await said('incident:INC-3', 'CI', '3.0');
    expect(await meant('CI')).toBeUndefined();
  });
});

describe('what is old', () => {
  it('stays where an incident shows it, and so do the messages of incidents that are open or can change', async () => {
    const store = database.store();
    const drawing = (id: string) => ({ id, at: 1, drawing: { id, title: id } as never });
    const picture = (snapshot: string) => ({
      snapshot,
      png: new Uint8Array([1]),
      width: 1,
      height: 1,
      alt: 'x',
    });
    for (const id of ['s_note', 's_evidence', 's_other'])
      await store.snapshots.save(drawing(id), picture(id));
    await store.incidents.save(incident(1, { alerts: ['a1'] }));
    await store.incidents.save(resolved(2, 5));
    const reference = { kind: 'snapshot' as const, id: 's_note' };
    await store.timelines.add('INC-2', [entry('snapshot:s_note', 1, 'errors', { reference })], 1);
    const record = { ...NO_RECORD, evidence: [evidence('s_evidence')] };
    await store.postmortems.save(postmortem('INC-2', 1, {}, { record }));
    const keys = [
      ...['incident:INC-1', 'incident:INC-1:entry:x', 'alert:a1', 'alert:a1:panels:0'],
      ...['incident:INC-2', 'incident:INC-2:postmortem', 'incident:INC-2:entry:y', 'alert:a2'],
    ];
    const parents = new Map([
      ['incident:INC-1:entry:x', 'incident:INC-1'],
      ['incident:INC-2:entry:y', 'incident:INC-2'],
      ['alert:a1:panels:0', 'alert:a1'],
    ]);
    for (const [i, key] of keys.entries()) await said(key, 'CI', `${i}.0`, parents.get(key));
    expect(await store.prune(100, 100)).toMatchObject({ pictures: 1, snapshots: 1, messages: 2 });
    expect(await store.snapshots.picture('s_note')).toBeDefined();
    expect(await store.snapshots.picture('s_evidence')).toBeDefined();
    expect(await store.snapshots.get('s_other')).toBeUndefined();
    const left = await Promise.all(keys.map(async (key) => (await store.outbox.find(key))?.key));
    expect(left.filter((key) => key !== undefined)).toEqual(
      keys.filter((key) => !['incident:INC-2:entry:y', 'alert:a2'].includes(key)),
    );
    expect(await store.timelines.count('INC-2')).toBe(1);
    expect(await store.postmortems.get('INC-2')).toBeDefined();
  });
});
