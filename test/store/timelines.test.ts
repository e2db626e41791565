import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EntryRevision } from '#domain/incident/timeline.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { ADA, entry } from './given-incidents.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const keys = async (limit?: number) =>
  (await database.store().timelines.list('INC-1', limit)).map(({ key }) => key);
const revised = (key: string, revision: number, more: Partial<EntryRevision> = {}): EntryRevision => ({
  ...{ entry: entry(key, 10, `${key}, corrected`), revision, dropped: false, recordedAt: 99, by: ADA },
  ...more,
});

it('a timeline tells what happened by its time, then in the order in which it was recorded', async () => {
  const { timelines } = database.store();
  await timelines.add('INC-1', [entry('b', 20), entry('c', 20)], 30);
  await timelines.add('INC-1', [entry('late', 5)], 40);
  await timelines.add('INC-2', [entry('other', 1)], 40);
  await database.reopen();
  expect(await keys()).toEqual(['late', 'b', 'c']);
  expect(await keys(2)).toEqual(['b', 'c']);
  expect(await database.store().timelines.count('INC-1')).toBe(3);
});

it('what is told twice is one entry, and the first telling stays', async () => {
  const { timelines } = database.store();
  expect(await timelines.add('INC-1', [entry('a', 1, 'first')], 30)).toBe(1);
  expect(await timelines.add('INC-1', [entry('a', 2, 'second'), entry('b', 3)], 31)).toBe(1);
  expect(await timelines.add('INC-1', [entry('b', 3)], 32)).toBe(0);
  expect(await timelines.list('INC-1')).toEqual([entry('a', 1, 'first'), entry('b', 3)]);
  expect(await timelines.history('INC-1', 'a')).toEqual([
    { entry: entry('a', 1, 'first'), revision: 1, dropped: false, recordedAt: 30 },
  ]);
});

it('an entry that was edited reads as it was last put; all that it ever said stays on record', async () => {
  const { timelines } = database.store();
  await timelines.add('INC-1', [entry('a', 10), entry('b', 10)], 30);
  await timelines.revise('INC-1', revised('a', 2));
  expect((await timelines.list('INC-1')).map(({ text }) => text)).toEqual(['a, corrected', 'b']);
  expect(await timelines.find('INC-1', 'a')).toEqual(revised('a', 2));
  expect((await timelines.history('INC-1', 'a')).map(({ revision }) => revision)).toEqual([1, 2]);
  await timelines.add('INC-1', [entry('a', 10, 'collected again')], 120);
  expect((await timelines.find('INC-1', 'a'))?.entry.text).toBe('a, corrected');
});

it('an entry that was dropped is told no more, can be found, and comes back', async () => {
  const { timelines } = database.store();
  await timelines.add('INC-1', [entry('a', 10), entry('b', 11)], 30);
  await timelines.revise('INC-1', revised('a', 2, { dropped: true }));
  expect(await keys()).toEqual(['b']);
  expect(await timelines.count('INC-1')).toBe(1);
  expect(await timelines.find('INC-1', 'a')).toMatchObject({ dropped: true, revision: 2 });
  await timelines.revise('INC-1', revised('a', 3));
  expect(await keys()).toEqual(['a', 'b']);
});

it('an entry whose time is corrected moves', async () => {
  const { timelines } = database.store();
  await timelines.add('INC-1', [entry('a', 10), entry('b', 11)], 30);
  await timelines.revise('INC-1', revised('a', 2, { entry: entry('a', 50) }));
  expect(await keys()).toEqual(['b', 'a']);
});

it('no revision is ever written over', async () => {
  const { timelines } = database.store();
  await timelines.add('INC-1', [entry('a', 10)], 30);
  await timelines.revise('INC-1', revised('a', 2));
  await expect(timelines.revise('INC-1', revised('a', 2, { dropped: true }))).rejects.toThrow(/UNIQUE/);
  expect(await timelines.find('INC-1', 'a')).toMatchObject({ dropped: false });
});

it('the latest of a kind is the one that stands last, not one that was left out', async () => {
  const { timelines } = database.store();
  expect(await timelines.latest('INC-1', 'note')).toBeUndefined();
  await timelines.add('INC-1', [entry('a', 10), entry('b', 30), entry('c', 20)], 40);
  expect((await timelines.latest('INC-1', entry('a', 10).kind))?.key).toBe('b');
  await timelines.revise('INC-1', revised('b', 2, { entry: entry('b', 30), dropped: true }));
  expect((await timelines.latest('INC-1', entry('a', 10).kind))?.key).toBe('c');
});
