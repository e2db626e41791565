import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AgentTask,
  EXPIRES_AFTER,
  holderOf,
  LEASE,
  MOST_REPORTS,
  stateOf,
} from '#domain/agent-task/agent-task.ts';
import type { AgentTaskEvent } from '#domain/agent-task/event.ts';
import type { HandOff } from '#domain/agent-task/hand-off.ts';
import { decide } from '#domain/decide.ts';
import type { Actor } from '#domain/event.ts';
import { HOUR, type Instant, MINUTE } from '#domain/time.ts';
import { CATALOG, NOON } from './given.ts';

const agent = (name: string): Actor => ({ kind: 'machine', name });
const HAND_OFF: HandOff = {
  ...{ at: NOON, observed: { headline: 'Errors.', labels: {} }, evidence: [], changes: [], similar: [] },
  ...{ alsoFiring: [], links: [], missing: [] },
};
const TASK: AgentTask = {
  ...{ id: 'TASK-1', number: 1, subject: { kind: 'alert', id: 'a1' }, title: 'Errors on checkout' },
  ...{ since: NOON, createdAt: NOON, expiresAt: NOON + EXPIRES_AFTER, reports: [], handOff: HAND_OFF },
};

/** The task after an event at a moment; the same where it left it as it is. */
function become(task: AgentTask, now: Instant, event: AgentTaskEvent): AgentTask {
  const { tasks = [] } = decide({ catalog: CATALOG, deploys: [], task }, { id: 9, event, at: now }, now);
  return tasks[0] ?? task;
}

const claim = (name: string, minutes = 10): AgentTaskEvent => ({
  ...{ type: 'taskClaimed', task: 'TASK-1', by: agent(name), length: minutes * MINUTE },
});
const release = (name: string): AgentTaskEvent => ({ type: 'taskReleased', task: 'TASK-1', by: agent(name) });
const reportBy = (name: string, confidences: readonly number[] = []): AgentTaskEvent => ({
  ...{ type: 'taskReported', task: 'TASK-1', by: agent(name) },
  report: {
    summary: `found by ${name}`,
    hypotheses: confidences.map((confidence) => ({
      ...{ cause: { kind: 'deploy', reference: 'd1' }, statement: `${confidence}`, confidence, evidence: [] },
    })),
    suggestions: [],
  },
});

describe('a task', () => {
  it('can be claimed once it was handed off', () => {
    const { handOff: _, ...preparing } = TASK;
    expect(stateOf(preparing, NOON)).toBe('preparing');
    expect(become(preparing, NOON, claim('one'))).toBe(preparing);
    const handedOff = become(preparing, NOON, { type: 'taskHandedOff', task: 'TASK-1', handOff: HAND_OFF });
    expect(stateOf(handedOff, NOON)).toBe('open');
    expect(holderOf(become(handedOff, NOON, claim('one')), NOON)?.by).toEqual(agent('one'));
  });

  it('stays with whoever holds it, who may hold it for longer', () => {
    const held = become(TASK, NOON, claim('one', 10));
    expect(become(held, NOON + MINUTE, claim('two'))).toBe(held);
    const longer = become(held, NOON + 5 * MINUTE, claim('one', 10));
    expect(longer.lease).toEqual({ by: agent('one'), number: 1, at: NOON, until: NOON + 15 * MINUTE });
    expect(become(longer, NOON + 6 * MINUTE, claim('one', 1)).lease?.until).toBe(NOON + 15 * MINUTE);
  });

  it('is open again when the lease ran out, by the clock alone', () => {
    const held = become(TASK, NOON, claim('one', 10));
    expect(stateOf(held, NOON + 10 * MINUTE - 1)).toBe('claimed');
    expect(stateOf(held, NOON + 10 * MINUTE)).toBe('open');
    const other = become(held, NOON + 10 * MINUTE, claim('two'));
    expect(other.lease).toMatchObject({ by: agent('two'), number: 2 });
  });

  it('is given back by its holder only', () => {
    const held = become(TASK, NOON, claim('one'));
    expect(become(held, NOON + MINUTE, release('two'))).toBe(held);
    expect(stateOf(become(held, NOON + MINUTE, release('one')), NOON + MINUTE)).toBe('open');
  });

  it('cannot be held longer than it lasts', () => {
    const late = become(TASK, NOON + EXPIRES_AFTER - MINUTE, claim('one', 60));
    expect(late.lease?.until).toBe(TASK.expiresAt);
    expect(stateOf(late, TASK.expiresAt)).toBe('expired');
    expect(become(late, TASK.expiresAt, claim('two'))).toBe(late);
  });

  it('ends by a report, of its holder or where nobody holds it', () => {
    const held = become(TASK, NOON, claim('one'));
    expect(become(held, NOON + MINUTE, reportBy('two'))).toBe(held);
    const reported = become(held, NOON + MINUTE, reportBy('one', [0.2, 0.7]));
    expect(stateOf(reported, NOON + MINUTE)).toBe('reported');
    expect(holderOf(reported, NOON + MINUTE)).toBeUndefined();
    expect(reported.reports).toMatchObject([
      {
        number: 1,
        by: agent('one'),
        at: NOON + MINUTE,
        hypotheses: [{ confidence: 0.7 }, { confidence: 0.2 }],
      },
    ]);
    expect(stateOf(become(TASK, NOON, reportBy('three')), NOON)).toBe('reported');
  });

  it('is corrected by another report, and by so many at most', () => {
    let task = TASK;
    for (let n = 0; n < MOST_REPORTS + 5; n += 1) task = become(task, NOON + n * MINUTE, reportBy(`a${n}`));
    expect(task.reports.map(({ number }) => number)).toEqual(
      Array.from({ length: MOST_REPORTS }, (_, i) => i + 1),
    );
  });

  it('takes a report after it expired: what was found is not lost', () => {
    expect(stateOf(become(TASK, NOON + 30 * HOUR, reportBy('one')), NOON + 30 * HOUR)).toBe('reported');
  });

  it('keeps the last word of each person on a hypothesis', () => {
    const reported = become(TASK, NOON, reportBy('one', [0.7]));
    const say = (user: string, right: boolean, hypothesis = 0): AgentTaskEvent => ({
      ...{ type: 'hypothesisAnswered', task: 'TASK-1', report: 1, hypothesis, right },
      by: { kind: 'person', user },
    });
    let task = become(reported, NOON, say('U1', false));
    task = become(task, NOON + MINUTE, say('U1', true));
    task = become(task, NOON + MINUTE, say('U2', true));
    expect(task.reports[0]?.answers).toMatchObject([
      { by: { user: 'U1' }, right: true },
      { by: { user: 'U2' }, right: true },
    ]);
    expect(become(task, NOON, say('U1', true, 3))).toBe(task);
  });
});

describe('leases', () => {
  const acts = fc.array(
    fc.record({
      wait: fc.integer({ min: 0, max: 20 * MINUTE }),
      who: fc.constantFrom('one', 'two', 'three'),
      what: fc.constantFrom('claim', 'claim', 'claim', 'release', 'report'),
      minutes: fc.integer({ min: 1, max: 60 }),
    }),
    { maxLength: 40 },
  );

  it('never overlap, and are never longer than an hour from the last claim', () => {
    fc.assert(
      fc.property(acts, (all) => {
        let [task, now] = [TASK, NOON];
        const held: { by: string; from: Instant; to: Instant }[] = [];
        for (const { wait, who, what, minutes } of all) {
          now += wait;
          const was = task;
          task = become(
            task,
            now,
            what === 'claim' ? claim(who, minutes) : what === 'release' ? release(who) : reportBy(who),
          );
          const lease = holderOf(task, now);
          const before = holderOf(was, now);
          expect(lease === undefined || lease.until - now <= LEASE.most).toBe(true);
          // Whoever held it still does, or gave it back itself.
          if (before !== undefined && lease !== undefined) expect(lease.by).toEqual(before.by);
          if (before !== undefined && lease === undefined) expect(before.by).toEqual(agent(who));
          if (task.lease !== undefined && task.lease !== was.lease) {
            const { by, number, at: from, until: to } = task.lease;
            held[number] = { by: by.kind === 'machine' ? by.name : '', from, to };
          }
        }
        const leases = held.filter((one) => one !== undefined);
        leases.slice(1).forEach((lease, i) => {
          expect(lease.from).toBeGreaterThanOrEqual(leases[i]?.to ?? 0);
        });
      }),
    );
  });

  it('end by the clock alone: a state does not depend on anybody looking', () => {
    fc.assert(
      fc.property(acts, fc.nat({ max: 30 * HOUR }), (all, later) => {
        let [task, now] = [TASK, NOON];
        for (const { wait, who, minutes } of all) {
          now += wait;
          task = become(task, now, claim(who, minutes));
        }
        const state = stateOf(task, now + later);
        const until = task.lease?.until ?? 0;
        const expected = now + later >= task.expiresAt ? 'expired' : until > now + later ? 'claimed' : 'open';
        expect(state).toBe(expected);
      }),
    );
  });
});
