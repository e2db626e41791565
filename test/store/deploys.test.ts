import { afterEach, beforeEach, expect, it } from 'vitest';
import { judged } from '../stories/judged.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const RAE = { kind: 'person' as const, user: 'U1' };
const right = { answered: { right: true, of: 'steady' as const, by: RAE, at: 0 } };

it('deploys that were judged are counted since a moment, and given where somebody answered', async () => {
  const { deploys } = database.store();
  const { watch: _, ...unjudged } = judged('d1', 'v1', 'steady');
  await deploys.save({ ...unjudged, ...right });
  await deploys.save(judged('d2', 'v2', 'steady', { startedAt: 100 }));
  await deploys.save(judged('d3', 'v3', 'steady', { startedAt: 200, ...right }));
  const expected = { reason: 'a load test', of: 'degraded' as const, by: RAE, at: 0 };
  await deploys.save(judged('d4', 'v4', 'degraded', { startedAt: 300, service: 'ledger', expected }));
  await deploys.save(judged('d5', 'v5', 'steady', { startedAt: 50, ...right }));
  const ids = async (options: { service?: string; since: number }) => {
    const { verdicts, answered } = await deploys.judged(options);
    return [verdicts, answered.map(({ id }) => id)];
  };
  expect(await ids({ since: 100 })).toEqual([3, ['d4', 'd3']]);
  expect(await ids({ since: 0, service: 'checkout' })).toEqual([3, ['d3', 'd5']]);
  expect(await ids({ since: 0, service: 'nobody' })).toEqual([0, []]);
});
