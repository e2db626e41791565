import fc from 'fast-check';
import { amount, budgetLine } from './any-budget.ts';
import { changes } from './any-rollout.ts';
import { at, foreign, question, reading } from './any-text.ts';

const health = fc.constantFrom('page', 'burning', 'degraded', 'ticket', 'atRisk', 'noData', 'healthy');
const turn = fc.record({ at, health, why: fc.array(foreign, { maxLength: 9 }) });

/** Any watch, going on or over. */
export const LOOKOUT_MESSAGES = {
  lookout: fc.record(
    {
      ...{ about: fc.constant('lookout'), at, key: fc.constant('q1'), question, service: foreign },
      ...{ from: at, until: at, begun: reading, now: reading, budget: budgetLine, changes },
      turns: fc.array(turn, { minLength: 1, maxLength: 40 }),
      alerts: fc.array(
        fc.record({
          ...{ episode: foreign, name: foreign, severity: fc.constant('page'), since: at },
          acknowledged: fc.boolean(),
        }),
        { maxLength: 30 },
      ),
      fired: fc.array(foreign, { maxLength: 30 }),
      ended: fc.record(
        { at, by: fc.constant({ kind: 'person', user: 'U0PERSON00' }) },
        { requiredKeys: ['at'] },
      ),
      lost: fc.array(fc.record({ slo: foreign, used: amount, allowed: amount }), { maxLength: 9 }),
      blind: amount,
    },
    {
      requiredKeys: [
        ...(['about', 'at', 'key', 'question', 'service', 'from', 'until', 'begun', 'now'] as const),
        ...(['changes', 'turns', 'alerts', 'fired'] as const),
      ],
    },
  ),
  lookoutTurn: fc.record({
    ...{ about: fc.constant('lookoutTurn'), at, service: foreign, before: health, turn },
  }),
};
