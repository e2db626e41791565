import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Rollout, RolloutStep } from '#domain/flag.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const step = (number: number, at: number, more: Partial<RolloutStep> = {}): RolloutStep => ({
  ...{ number, at, source: 'flags', share: number / 10 },
  ...more,
});
const rollout = (id: string, steps: readonly RolloutStep[], more: Partial<Rollout> = {}): Rollout => ({
  ...{ id, flag: 'new-checkout', service: 'checkout', hints: {}, environment: 'production', steps },
  ...more,
});
const watched = {
  watch: {
    ...{ state: 'watching' as const, window: { from: 0, to: 100 }, every: 10, lag: 1, looks: 0 },
  },
};

it('rollouts come back as they were kept, newest step first', async () => {
  const { flags } = database.store();
  const older = rollout('f1', [step(1, 10), step(2, 50)]);
  await flags.save(rollout('f1', [step(1, 10)]));
  await flags.save(older);
  await flags.save(rollout('f2', [step(1, 30)], { service: 'cart' }));
  await flags.save(rollout('f3', [step(1, 20)], { flag: 'other' }));
  await database.reopen();
  const { flags: again } = database.store();
  expect(await again.get('f1')).toEqual(older);
  expect(await again.get('f9')).toBeUndefined();
  const ids = async (options: { flag?: string; service?: string }) =>
    (await again.recent({ ...options, limit: 10 })).map(({ id }) => id);
  expect(await ids({})).toEqual(['f1', 'f2', 'f3']);
  expect(await ids({ flag: 'new-checkout' })).toEqual(['f1', 'f2']);
  expect(await ids({ service: 'cart' })).toEqual(['f2']);
});

it('rollouts of a range are those with a step in it, and not those that only reach over it', async () => {
  const { flags } = database.store();
  await flags.save(rollout('f1', [step(1, 10), step(2, 50)]));
  await flags.save(rollout('f2', [step(1, 30)], { service: 'cart' }));
  const ids = async (from: number, to: number, services?: readonly string[]) =>
    (await flags.during({ from, to }, services)).map(({ id }) => id);
  expect(await ids(20, 40)).toEqual(['f2']);
  expect(await ids(0, 100, ['checkout'])).toEqual(['f1']);
  expect(await ids(50, 51)).toEqual(['f1']);
  expect(await ids(51, 90)).toEqual([]);
});

it('rollouts with a step that is being watched are found', async () => {
  const { flags } = database.store();
  await flags.save(rollout('f1', [step(1, 10, watched), step(2, 50)]));
  await flags.save(rollout('f2', [step(1, 10)]));
  expect((await flags.watched()).map(({ id }) => id)).toEqual(['f1']);
  await flags.save(rollout('f1', [step(1, 10), step(2, 50)]));
  expect(await flags.watched()).toEqual([]);
});
