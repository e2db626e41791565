import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '#app/message.ts';
import type { OutboxEntry } from '#app/ports.ts';
import type { Event } from '#domain/event.ts';
import { type Job, PRIORITY } from '#domain/job.ts';
import { backupStore, openStore } from '#store/database.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const EVENT: Event = { type: 'alertAcknowledged', episode: 'a1', by: { kind: 'person', user: 'U1' } };
const entry = (dedupeKey: string, at = 1) => ({ event: EVENT, source: 'test', dedupeKey, at });
const job = (key: string, more: Partial<Job> = {}): Job => ({
  ...{ key, lane: key, due: 10, priority: PRIORITY.progress, task: { kind: 'announceAlert', episode: key } },
  ...more,
});
const message = (words: string): Message => ({
  about: 'working',
  at: 1,
  question: { request: { ask: 'help' }, words, by: 'U1', place: 'C1', direct: false },
});
const wanted = (key: string, words: string, more: Partial<OutboxEntry> = {}): OutboxEntry => ({
  ...{ key, to: { channel: '#x' }, priority: PRIORITY.answer, message: message(words) },
  ...more,
});

describe('the inbox', () => {
  it('takes an event once, also when it comes again after a restart', async () => {
    const first = await database.store().inbox.append(entry('k'));
    expect(first.duplicate).toBe(false);
    await database.reopen();
    expect(await database.store().inbox.append(entry('k', 99))).toEqual({ id: first.id, duplicate: true });
    expect(await database.store().inbox.pending(10)).toEqual([{ id: first.id, event: EVENT, at: 1 }]);
  });

  it('gives undecided events oldest first, and none that was decided or set aside', async () => {
    const { inbox } = database.store();
    const ids = [];
    for (const key of ['a', 'b', 'c']) ids.push((await inbox.append(entry(key))).id);
    await inbox.markDecided(ids[0] ?? 0, 5);
    await inbox.markFailed(ids[1] ?? 0, 'broken', 5);
    expect((await inbox.pending(10)).map(({ id }) => id)).toEqual([ids[2]]);
  });

  it('wakes whoever waits, but only after the commit', async () => {
    const order: string[] = [];
    database.store().inbox.onAppend(() => order.push('woken'));
    await database.store().transact(async ({ inbox }) => {
      await inbox.append(entry('k'));
      order.push('in the transaction');
    });
    expect(order).toEqual(['in the transaction', 'woken']);
  });
});

describe('a transaction', () => {
  it('keeps nothing of what it did when it fails', async () => {
    const failing = database.store().transact(async ({ inbox, jobs, outbox }) => {
      await inbox.append(entry('k'));
      await jobs.put([job('j')]);
      await outbox.put(wanted('m', 'hello'), 1);
      throw new Error('in the middle');
    });
    await expect(failing).rejects.toThrow('in the middle');
    expect(await database.store().inbox.pending(10)).toEqual([]);
    expect(await database.store().jobs.lease(100, 10, 10)).toEqual([]);
    expect(await database.store().outbox.find('m')).toBeUndefined();
  });
});

describe('jobs', () => {
  const keys = (leased: readonly { job: Job }[]) => leased.map(({ job: { key } }) => key);

  it('are taken when due, by priority and then by age', async () => {
    const { jobs } = database.store();
    await jobs.put([
      job('late', { due: 99 }),
      job('slow', { due: 1 }),
      job('urgent', { due: 5, priority: PRIORITY.alert }),
    ]);
    expect(keys(await jobs.lease(10, 60, 10))).toEqual(['urgent', 'slow']);
    // The end of the two leases comes before the one that waits.
    expect(await jobs.nextDue()).toBe(70);
  });

  it('run one at a time within a lane', async () => {
    const { jobs } = database.store();
    await jobs.put([job('one', { lane: 'l' }), job('two', { lane: 'l', due: 11 }), job('other')]);
    const [first] = (await jobs.lease(20, 60, 10)).filter(({ job: { lane } }) => lane === 'l');
    expect(first?.job.key).toBe('one');
    expect(await jobs.lease(20, 60, 10)).toEqual([]);
    await jobs.complete(first?.id ?? 0, 21);
    expect(keys(await jobs.lease(22, 60, 10))).toEqual(['two']);
  });

  it('replace a waiting one of the same key, keeping the earlier time; a running one is left alone', async () => {
    const { jobs } = database.store();
    await jobs.put([job('k', { due: 5 })]);
    await jobs.put([job('k', { due: 50 })]);
    const [taken, ...more] = await jobs.lease(10, 60, 10);
    expect(taken?.job.due).toBe(5);
    expect(more).toEqual([]);
    await jobs.put([job('k', { due: 6 })]);
    await jobs.complete(taken?.id ?? 0, 11);
    expect(keys(await jobs.lease(12, 60, 10))).toEqual(['k']);
  });

  it('of a worker that died are taken again once its lease is over, also after a restart', async () => {
    await database.store().jobs.put([job('k')]);
    await database.store().jobs.lease(10, 60, 10);
    await database.reopen();
    expect(await database.store().jobs.lease(69, 60, 10)).toEqual([]);
    expect(await database.store().jobs.lease(70, 60, 10)).toMatchObject([{ attempt: 2, job: { key: 'k' } }]);
  });

  it('can be given back for later, given up, and cancelled while they wait', async () => {
    const { jobs } = database.store();
    await jobs.put([
      job('again'),
      job('never'),
      job('look:d1:2', { due: 500 }),
      job('look:d10:2', { due: 500 }),
    ]);
    const leased = await jobs.lease(10, 60, 10);
    const idOf = (key: string) => leased.find(({ job: { key: own } }) => own === key)?.id ?? 0;
    await jobs.retry(idOf('again'), 40, 'not yet');
    await jobs.fail(idOf('never'), 11, 'no');
    await jobs.cancel('look:d1:');
    expect(keys(await jobs.lease(39, 60, 10))).toEqual([]);
    expect(keys(await jobs.lease(600, 60, 10))).toEqual(['again', 'look:d10:2']);
  });
});

describe('the outbox', () => {
  it('wants a message once: equal content changes nothing, other content is one more revision', async () => {
    const { outbox } = database.store();
    await outbox.put(wanted('m', 'one'), 1);
    await outbox.put(wanted('m', 'one'), 2);
    expect(await outbox.pending(10, 10)).toMatchObject([{ key: 'm', since: 1, isUpdate: false }]);
    expect(await outbox.find('m')).toMatchObject({ revision: 1 });
    await outbox.sent('m', 1, { channel: 'C1', ts: '1.0' }, 3);
    expect(await outbox.pending(10, 10)).toEqual([]);
    await outbox.put(wanted('m', 'two'), 4);
    await outbox.put(wanted('m', 'three'), 5);
    expect(await outbox.pending(10, 10)).toHaveLength(1);
    expect(await outbox.find('m')).toMatchObject({
      revision: 3,
      posted: { channel: 'C1', ts: '1.0' },
      message: { question: { words: 'three' } },
    });
  });

  it('keeps what came while it was being sent', async () => {
    const { outbox } = database.store();
    await outbox.put(wanted('m', 'one'), 1);
    await outbox.put(wanted('m', 'two'), 2);
    await outbox.sent('m', 1, { channel: 'C1', ts: '1.0' }, 3);
    expect(await outbox.pending(10, 10)).toMatchObject([{ key: 'm', isUpdate: true }]);
    expect(await outbox.find('m')).toMatchObject({ revision: 2 });
  });

  it('holds a reply back until what it replies to is posted', async () => {
    const { outbox } = database.store();
    await outbox.put(wanted('reply', 'r', { parent: 'root', priority: PRIORITY.alert }), 1);
    await outbox.put(wanted('root', 'hello'), 2);
    expect((await outbox.pending(10, 10)).map(({ key }) => key)).toEqual(['root']);
    await outbox.sent('root', 1, { channel: 'C1', ts: '1.0' }, 3);
    expect((await outbox.pending(10, 10)).map(({ key }) => key)).toEqual(['reply']);
    expect(await outbox.find('reply')).toMatchObject({ parentPosted: { channel: 'C1', ts: '1.0' } });
  });

  it('remembers that a post was begun until it is known what came of it', async () => {
    const { outbox } = database.store();
    await outbox.put(wanted('m', 'one'), 1);
    await outbox.sending('m', 5);
    expect(await outbox.find('m')).toMatchObject({ sendingAt: 5 });
    await outbox.postpone('m', 6, 'unreachable', true);
    expect(await outbox.find('m')).toMatchObject({ sendingAt: 5 });
    await outbox.postpone('m', 7, 'ratelimited', false);
    expect(await outbox.find('m')).not.toHaveProperty('sendingAt');
    await outbox.sending('m', 8);
    await outbox.sent('m', 1, { channel: 'C1', ts: '1.0' }, 9);
    expect(await outbox.find('m')).not.toHaveProperty('sendingAt');
  });

  it('shows of each channel only the first few, so that a storm in one hides no other', async () => {
    const { outbox } = database.store();
    for (let i = 0; i < 50; i += 1)
      await outbox.put(wanted(`storm${i}`, 'x', { to: { channel: '#loud' }, priority: PRIORITY.alert }), i);
    await outbox.put(wanted('quiet', 'x', { to: { channel: '#quiet' }, priority: PRIORITY.alert }), 100);
    const keys = (await outbox.pending(200, 3)).map(({ key }) => key);
    expect(keys).toEqual(['storm0', 'quiet', 'storm1', 'storm2']);
  });

  it('gives up what waits for a message that was given up, and not what stands below one that is there', async () => {
    const { outbox } = database.store();
    await outbox.put(wanted('root', 'x'), 1);
    await outbox.put(wanted('reply', 'r', { parent: 'root' }), 1);
    await outbox.giveUp('root', 1, 'msg_too_long', 2);
    expect(await outbox.backlog()).toEqual({ waiting: 0 });
    await outbox.put(wanted('there', 'x'), 3);
    await outbox.sent('there', 1, { channel: 'C1', ts: '1.0' }, 3);
    await outbox.put(wanted('below', 'r', { parent: 'there' }), 4);
    await outbox.put(wanted('there', 'y'), 4);
    await outbox.giveUp('there', 2, 'message_not_found', 5);
    expect(await outbox.backlog()).toEqual({ waiting: 1, since: 4 });
  });

  it('does not wait for a time that was set before the clock went back', async () => {
    const { outbox } = database.store();
    await outbox.put(wanted('m', 'one'), 7_200_000);
    await outbox.postpone('m', 7_260_000, 'unreachable', false);
    expect(await outbox.pending(7_200_000, 5)).toEqual([]);
    expect(await outbox.pending(3_600_000, 5)).toHaveLength(1);
  });

  it('sends new alerts before answers, and older ones first', async () => {
    const { outbox } = database.store();
    await outbox.put(wanted('answer', 'a'), 1);
    await outbox.put(wanted('second', 'b', { priority: PRIORITY.alert }), 3);
    await outbox.put(wanted('first', 'c', { priority: PRIORITY.alert }), 2);
    expect((await outbox.pending(10, 10)).map(({ key }) => key)).toEqual(['first', 'second', 'answer']);
  });

  it('tries again not before it is told to, and gives up until somebody wants it otherwise', async () => {
    const { outbox } = database.store();
    await outbox.put(wanted('m', 'one'), 1);
    await outbox.postpone('m', 50, 'ratelimited', false);
    expect(await outbox.pending(49, 10)).toEqual([]);
    expect(await outbox.nextDue()).toBe(50);
    expect((await outbox.pending(50, 10)).map(({ key }) => key)).toEqual(['m']);
    expect(await outbox.find('m')).toMatchObject({ attempt: 1 });
    await outbox.giveUp('m', 1, 'invalid_blocks', 51);
    expect(await outbox.pending(60, 10)).toEqual([]);
    await outbox.put(wanted('m', 'two'), 61);
    expect(await outbox.pending(61, 10)).toHaveLength(1);
  });
});

describe('what is old', () => {
  it('is deleted when it is over; what waits, is open or people come back for stays', async () => {
    const store = database.store();
    const { id } = await store.inbox.append(entry('old'));
    await store.inbox.markDecided(id, 5);
    await store.inbox.append(entry('waiting'));
    await store.outbox.put(wanted('over', 'x'), 5);
    await store.outbox.sent('over', 1, { channel: 'C1', ts: '1' }, 5);
    await store.outbox.put(wanted('unsent', 'x'), 5);
    await store.jobs.put([job('waiting')]);
    expect(await store.prune(100, 100)).toEqual({
      pictures: 0,
      snapshots: 0,
      events: 1,
      jobs: 0,
      messages: 1,
    });
    expect(await store.inbox.pending(10)).toHaveLength(1);
    expect(await store.outbox.find('unsent')).toBeDefined();
    expect(await store.jobs.lease(100, 10, 10)).toHaveLength(1);
  });
});

describe('the database file', () => {
  it('can be copied while it is written to; the copy is whole', async () => {
    const copy = join(database.folder, 'copy.db');
    const writing = Promise.all(
      Array.from({ length: 200 }, (_, i) => database.store().inbox.append(entry(`k${i}`))),
    );
    expect(backupStore(database.path, copy)).toMatchObject({ ok: true });
    await writing;
    const opened = new Database(copy, { readonly: true });
    expect(opened.pragma('integrity_check', { simple: true })).toBe('ok');
    opened.close();
  });

  it('is one process’s alone: a second one is refused, saying so', async () => {
    expect(await openStore(database.path)).toMatchObject({
      ok: false,
      problem: { code: 'database-in-use', where: database.path },
    });
    await database.reopen();
  });

  it('needs no migration a second time', async () => {
    await database.reopen();
    expect(database.handle().migrated).toEqual([]);
  });

  it('that is none is refused with a named problem', async () => {
    expect(await openStore(database.folder)).toMatchObject({
      ok: false,
      problem: { code: 'database-unusable' },
    });
    expect(await openStore(join(database.folder, 'no', 'such', 'folder.db'))).toMatchObject({
      ok: false,
      problem: { code: 'database-unusable' },
    });
  });

  it('that another process holds makes an append fail, and nothing is half done', async () => {
    const other = new Database(database.path);
    other.exec('begin immediate');
    await expect(database.store().inbox.append(entry('k'))).rejects.toThrow(/locked/);
    other.exec('rollback');
    other.close();
    expect(await database.store().inbox.append(entry('k'))).toMatchObject({ duplicate: false });
  });

  it('takes what comes at the same moment in one commit; what is at fault fails alone', async () => {
    const store = database.store();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const broken = { ...entry('broken'), event: circular as never };
    const outcomes = await Promise.allSettled([
      store.inbox.append(entry('one')),
      store.inbox.append(broken),
      store.inbox.append(entry('two')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.inbox.pending(10)).toHaveLength(2);
  });

  it('that another process holds keeps nobody waiting for each of many writes', async () => {
    const other = new Database(database.path);
    other.exec('begin immediate');
    const many = Array.from({ length: 50 }, (_, i) => database.store().inbox.append(entry(`k${i}`)));
    const outcomes = await Promise.allSettled(many);
    other.exec('rollback');
    other.close();
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(await database.store().inbox.pending(10)).toEqual([]);
  });

  it('hands its connection on in the order in which it was asked for', async () => {
    const order: string[] = [];
    const store = database.store();
    const first = store.transact(async ({ inbox }) => {
      await inbox.append(entry('a'));
      await inbox.append(entry('b'));
      order.push('first');
    });
    const second = store.transact(async ({ inbox }) => {
      await inbox.append(entry('c'));
      order.push('second');
    });
    const third = store.inbox.pending(10).then((found) => order.push(`third saw ${found.length}`));
    await Promise.all([first, second, third]);
    expect(order).toEqual(['first', 'second', 'third saw 3']);
  });

  it('that another process holds fails a transaction by name, so that it is tried again', async () => {
    const other = new Database(database.path);
    other.exec('begin immediate');
    const failing = database.store().transact(({ inbox }) => inbox.append(entry('k')));
    await expect(failing).rejects.toMatchObject({ problem: { code: 'database-busy' } });
    other.exec('rollback');
    other.close();
  });
});
