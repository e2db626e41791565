import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AgentTask,
  type AgentTaskState,
  EXPIRES_AFTER,
  stateOf,
} from '#domain/agent-task/agent-task.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import { NOON } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.close());

const HANDED_OFF: Pick<AgentTask, 'handOff'> = {
  handOff: {
    ...{ at: NOON, observed: { headline: 'Errors.', labels: {} }, evidence: [], changes: [], similar: [] },
    ...{ alsoFiring: [], links: [], missing: [] },
  },
};
const task = (number: number, more: Partial<AgentTask> = {}): AgentTask => ({
  ...{ id: `TASK-${number}`, number, subject: { kind: 'alert', id: `a${number}` }, service: 'checkout' },
  ...{ title: 'Errors', since: NOON, createdAt: NOON, expiresAt: NOON + EXPIRES_AFTER, reports: [] },
  ...more,
});
const by = { kind: 'machine', name: 'one' } as const;
const lease = { by, number: 1, at: NOON, until: NOON + 10 * MINUTE };
const report = { number: 1, by, at: NOON, summary: 's', hypotheses: [], suggestions: [], answers: [] };

describe('kept agent tasks', () => {
  it('come back as they were kept, also by what they are about', async () => {
    const kept = task(1, { ...HANDED_OFF, lease });
    await database.store().agentTasks.save(task(1));
    await database.store().agentTasks.save(kept);
    await database.reopen();
    const { agentTasks } = database.store();
    expect(await agentTasks.get('TASK-1')).toEqual(kept);
    expect(await agentTasks.get('TASK-2')).toBeUndefined();
    expect(await agentTasks.ofSubject({ kind: 'alert', id: 'a1' })).toEqual(kept);
    expect(await agentTasks.ofSubject({ kind: 'deploy', id: 'a1' })).toBeUndefined();
    expect(await agentTasks.nextNumber()).toBe(2);
  });

  it('tell apart the steps of one rollout', async () => {
    const { agentTasks } = database.store();
    await agentTasks.save(task(1, { subject: { kind: 'rollout', id: 'f1', step: 1 } }));
    await agentTasks.save(task(2, { subject: { kind: 'rollout', id: 'f1', step: 2 } }));
    expect((await agentTasks.ofSubject({ kind: 'rollout', id: 'f1', step: 2 }))?.id).toBe('TASK-2');
  });

  it('are listed newest first, of a service, in a state, and behind a place', async () => {
    const { agentTasks } = database.store();
    for (let n = 1; n <= 5; n += 1)
      await agentTasks.save(task(n, n === 3 ? { service: 'ledger', ...HANDED_OFF } : HANDED_OFF));
    const ids = async (more: { service?: string; before?: number; limit?: number }) =>
      (await agentTasks.list({ now: NOON, limit: 10, ...more })).map(({ number }) => number);
    expect(await ids({})).toEqual([5, 4, 3, 2, 1]);
    expect(await ids({ service: 'ledger' })).toEqual([3]);
    expect(await ids({ before: 4, limit: 2 })).toEqual([3, 2]);
  });

  it('are found in the state in which the clock says they are', async () => {
    const { agentTasks } = database.store();
    const all = [
      task(1),
      task(2, HANDED_OFF),
      task(3, { ...HANDED_OFF, lease }),
      task(4, { ...HANDED_OFF, lease, reports: [report] }),
      task(5, { reports: [report] }),
      task(6, { ...HANDED_OFF, expiresAt: NOON + HOUR }),
    ];
    for (const one of all) await agentTasks.save(one);
    const moments = [NOON, NOON + 10 * MINUTE - 1, NOON + 10 * MINUTE, NOON + HOUR, NOON + EXPIRES_AFTER];
    for (const now of moments)
      for (const state of STATES) {
        const found = await agentTasks.list({ now, state, limit: 10 });
        const expected = all.filter((one) => stateOf(one, now) === state).toReversed();
        expect({ now, state, found }).toEqual({ now, state, found: expected });
      }
  });

  it('are deleted when they are old, but for the newest, whose number is not given again', async () => {
    const store = database.store();
    for (let n = 1; n <= 3; n += 1) await store.agentTasks.save(task(n));
    await store.prune(NOON + EXPIRES_AFTER, NOON);
    expect(await store.agentTasks.list({ now: NOON, limit: 10 })).toHaveLength(3);
    await store.prune(NOON + EXPIRES_AFTER + 1, NOON);
    expect((await store.agentTasks.list({ now: NOON, limit: 10 })).map(({ id }) => id)).toEqual(['TASK-3']);
    expect(await store.agentTasks.nextNumber()).toBe(4);
  });
});

const STATES: readonly AgentTaskState[] = ['preparing', 'open', 'claimed', 'reported', 'expired'];
