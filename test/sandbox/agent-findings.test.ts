import { describe, expect, it } from 'vitest';
import { caseOf } from '#sandbox/agent/case.ts';
import { findings } from '#sandbox/agent/findings.ts';
import { clearest, rank } from '#sandbox/agent/ranking.ts';

const AT = '2026-11-24T13:42:09.000Z';
const RANGE = { from: '2026-11-24T13:40:00.000Z', to: '2026-11-24T13:44:00.000Z' };

/** A task as `get_task` gives it. */
const TASK = {
  ...{ schema: 'agent-task/1', id: 'TASK-3', state: 'claimed', service: 'checkout' },
  ...{ title: 'CheckoutErrors on checkout', since: '2026-11-24T13:42:30.000Z' },
  began: { at: AT, plusMinus: 5 },
  handOff: {
    evidence: [
      {
        ...{
          title: 'checkout: Errors, % of requests',
          query: 'sum(rate(errors[30s]))',
          unit: 'ratio',
          source: 'default',
        },
        ...{ range: RANGE, value: 0.031, baseline: { range: RANGE, value: 0.001 }, snapshot: 'abc' },
      },
      {
        ...{ title: 'rate', query: 'sum(rate(all[30s]))', unit: 'perSecond', source: 'default' },
        ...{ range: RANGE, value: 41, baseline: { range: RANGE, value: 40 } },
      },
      { title: 'the pool', query: 'pool', unit: 'count', source: 'default', range: RANGE },
    ],
    changes: [
      {
        ...{ kind: 'deploy', id: 'd2', service: 'checkout', relation: 'own', what: 'checkout v1.4.2' },
        at: '2026-11-24T13:42:00.000Z',
      },
      {
        ...{
          kind: 'flag',
          id: 'f1',
          service: 'storefront',
          relation: 'dependency',
          what: 'new-checkout off',
        },
        at: '2026-11-24T13:38:00.000Z',
      },
      { kind: 'weather', id: 'w1', at: AT },
    ],
  },
};

function found(task: Record<string, unknown> = TASK) {
  const known = caseOf(task);
  const harm = clearest(known.readings);
  const suspects = harm === undefined ? [] : rank(known.changes, harm, []);
  return findings(known, suspects, harm, known.readings);
}

describe('the sandbox’s agent, given a task', () => {
  it('reports the change right before the onset, with the figures and where they can be checked', () => {
    const { summary, hypotheses, suggestions } = found();
    expect(summary).toBe(
      'Errors of checkout went from 0.1 % to 3.1 % at 13:42:09 UTC (±5 s), 9 s after checkout v1.4.2.',
    );
    expect(hypotheses).toHaveLength(1);
    expect(hypotheses[0]).toMatchObject({
      cause: { kind: 'deploy', reference: 'd2' },
      statement:
        'Errors of checkout rose 9 s after checkout v1.4.2 was rolled out. The next closest change is new-checkout off, 4 min before it began.',
      evidence: [
        {
          ...{ what: 'errors of checkout: 0.1 % to 3.1 %', value: 0.031, snapshot: 'abc' },
          ...{ query: 'sum(rate(errors[30s]))', range: RANGE },
        },
      ],
    });
    expect(hypotheses[0]?.confidence).toBeGreaterThan(0.8);
    expect(suggestions).toEqual(['Roll checkout v1.4.2 back, and see whether it ends.']);
  });

  it('names no cause where nothing tells when it began', () => {
    const { began: _, ...rest } = TASK;
    const { summary, hypotheses } = found(rest);
    expect(hypotheses).toEqual([]);
    expect(summary).toContain('I found no moment at which a signal changed');
  });

  it('says so where it began without any change that it knows of', () => {
    const { summary, hypotheses } = found({ ...TASK, handOff: { ...TASK.handOff, changes: [] } });
    expect(hypotheses).toEqual([]);
    expect(summary).toContain('No deploy or flag change that I know of came shortly before.');
  });

  it('turns away what is no task', () => {
    expect(() => caseOf({ problems: [] })).toThrow('this is no task');
  });
});
