import fc from 'fast-check';
import { at, foreign } from './any-text.ts';

export const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
/** Any budget, its figures and states in any combination. */
export const budgetLine = fc.record(
  {
    ...{ service: foreign, slo: foreign, policy: foreign, countedTo: at },
    notes: fc.array(foreign, { maxLength: 4 }),
    objective: fc.constantFrom(0.9, 0.999, 0.9999),
    window: fc.constantFrom(
      { kind: 'rolling', length: 30 * 86_400_000 },
      { kind: 'calendar', unit: 'month', count: 1 },
    ),
    isTime: fc.boolean(),
    usage: fc.record({
      window: fc.constant({ from: 0, to: 30 * 86_400_000 }),
      tally: fc.record({ bad: amount, total: amount, lost: amount, observed: amount, assumed: amount }),
      ...{
        counted: amount,
        allowedEvents: amount,
        share: amount,
        allowed: amount,
        used: amount,
        remaining: amount,
      },
      ...{
        projected: fc.boolean(),
        passed: amount,
        observedShare: fc.double({ min: 0, max: 1, noNaN: true }),
      },
    }),
    rates: fc.array(fc.record({ over: fc.constantFrom(3_600_000, 259_200_000), rate: amount }), {
      maxLength: 3,
    }),
    state: fc.record({
      data: fc.constantFrom('ok', 'partial', 'tooQuiet', 'noData'),
      burn: fc.constantFrom('none', 'ticket', 'page'),
      budget: fc.constantFrom('healthy', 'atRisk', 'exhausted'),
      colour: fc.constantFrom('red', 'yellow', 'grey', 'green'),
      exhausts: fc.record({ at, rate: amount, over: fc.constant(259_200_000) }),
      burning: fc.option(
        fc.record({
          severity: fc.constantFrom('page', 'ticket'),
          ...{
            long: fc.constant(86_400_000),
            short: fc.constant(7_200_000),
            factor: fc.constant(3),
            rate: amount,
          },
        }),
        { nil: undefined },
      ),
    }),
    colour: fc.constantFrom('red', 'yellow', 'grey', 'green'),
  },
  {
    requiredKeys: [
      'notes',
      'service',
      'slo',
      'objective',
      'window',
      'isTime',
      'usage',
      'rates',
      'state',
      'colour',
    ],
  },
);
export const spender = fc.record({
  kind: fc.constantFrom('deploy', 'background'),
  name: foreign,
  at,
  share: amount,
  used: amount,
});
