import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeptDigest } from '#app/ports.ts';
import { at, HOUR } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const digest = (id: string, due: number, owner?: string) =>
  ({ id, due, answer: { kind: 'digest', at: due, ...(owner === undefined ? {} : { owner }) } }) as KeptDigest;
const by = { kind: 'person', user: 'U1' } as const;
const plan = (service: string, text: string, when: number) => ({ service, slo: 'a', text, by, at: when });

it('keeps the first digest of an id, after a restart too', async () => {
  const first = digest('2026-11-23', at('09:00'));
  const { digests } = database.store();
  expect(await digests.save(first)).toEqual(first);
  expect(await digests.save(digest('2026-11-23', at('10:00')))).toEqual(first);
  await database.reopen();
  expect(await database.store().digests.get('2026-11-23')).toEqual(first);
  expect(await database.store().digests.get('2026-11-24')).toBeUndefined();
});

it('lists them newest first, those of an owner apart', async () => {
  const { digests } = database.store();
  await digests.save(digest('a', at('08:00')));
  await digests.save(digest('b', at('09:00')));
  await digests.save(digest('c', at('10:00'), 'payments'));
  expect((await digests.recent({ limit: 5 })).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(await digests.recent({ owner: 'payments', limit: 5 })).toEqual([{ id: 'c', due: at('10:00') }]);
});

it('knows how far each schedule was looked at', async () => {
  const { digests } = database.store();
  expect(await digests.seenTo('all')).toBeUndefined();
  await digests.saveSeenTo('all', at('09:00'));
  await digests.saveSeenTo('all', at('09:01'));
  await digests.saveSeenTo('team:x', at('08:00'));
  expect([await digests.seenTo('all'), await digests.seenTo('team:x')]).toEqual([at('09:01'), at('08:00')]);
});

it('gives the latest plan of each budget, none that is too old', async () => {
  const { digests } = database.store();
  await digests.savePlan(plan('checkout', 'first', at('08:00')));
  await digests.savePlan(plan('checkout', 'second', at('09:00')));
  await digests.savePlan(plan('cart', 'old', at('05:00')));
  expect(await digests.plans(at('06:00'))).toEqual([plan('checkout', 'second', at('09:00'))]);
});

it('forgets what is older than everything else that is kept', async () => {
  const { digests } = database.store();
  await digests.save(digest('old', at('05:00')));
  await digests.save(digest('new', at('09:00')));
  await digests.savePlan(plan('cart', 'old', at('05:00')));
  await database.store().prune(at('09:00') - HOUR, at('09:00') - HOUR);
  expect([await digests.get('old'), (await digests.get('new'))?.id]).toEqual([undefined, 'new']);
  expect(await digests.plans(0)).toEqual([]);
});
