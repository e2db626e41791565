import fc from 'fast-check';
import { amount, budgetLine, spender } from './any-budget.ts';
import { due, incident } from './any-incident.ts';
import { at, foreign, picture, problems, range } from './any-text.ts';

const spent = fc.option(fc.record({ share: amount, used: amount }), { nil: undefined });

const line = fc
  .tuple(
    budgetLine,
    fc.record({
      ...{ owner: foreign, mention: fc.constantFrom('U0PERSON00', undefined), week: spent, before: spent },
      trend: fc.constantFrom('more', 'less', 'same', undefined),
      traffic: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    }),
  )
  .map(([budget, of]) => ({ ...budget, ...of }));

const plan = fc.record({
  plan: fc.record({
    ...{ service: foreign, slo: foreign, text: foreign, at },
    by: fc.oneof(
      fc.record({ kind: fc.constant('person'), user: fc.constant('U0PERSON00') }),
      fc.record({ kind: fc.constant('machine'), name: foreign }),
    ),
  }),
  result: fc.oneof(
    fc.record({ kind: fc.constantFrom('tooEarly', 'unknown') }),
    fc.record(
      {
        kind: fc.constant('known'),
        before: amount,
        since: amount,
        change: fc.double({ min: -1, noNaN: true }),
      },
      { requiredKeys: ['kind', 'before', 'since'] },
    ),
  ),
});

const entry = fc
  .tuple(line, fc.array(spender, { maxLength: 12 }), fc.option(plan, { nil: undefined }))
  .map(([of, spenders, made]) => ({ ...of, spenders, ...(made === undefined ? {} : { plan: made }) }));

const covered = fc.constantFrom('yes', 'noData', 'no');
const scorecard = fc.record({
  ...{ service: foreign, owner: foreign, covered: fc.nat({ max: 6 }) },
  aspects: fc.record({
    ...{ signals: covered, slo: covered, owner: covered, runbook: covered },
    ...{ version: covered, dashboard: covered, traces: covered },
  }),
});

const count = fc.nat({ max: 2000 });

/** Any digest, its counts and budgets in any combination. */
export const digestAnswer = fc.record({
  ...{ kind: fc.constant('digest' as const), at, owner: fc.option(foreign, { nil: undefined }) },
  zone: fc.constantFrom('UTC', 'Europe/Berlin'),
  week: fc.record({
    ...{ range, before: range, name: fc.constantFrom('week 47', '7 days to Tue 24 Nov') },
    days: fc.array(fc.record({ range, label: fc.constant('Mon 16') }), { minLength: 7, maxLength: 7 }),
  }),
  coverage: fc.record({ services: count, withSlo: count, noData: count }),
  counts: fc.record({ over: count, burning: count, atRisk: count, well: count, quiet: count, noData: count }),
  entries: fc.array(entry, { maxLength: 40 }),
  rest: fc.array(line, { maxLength: 40 }),
  omitted: count,
  delivery: fc.record(
    {
      ...{
        deploys: count,
        perDay: fc.double({ min: 0, max: 300, noNaN: true }),
        failed: count,
        restored: count,
      },
      ...{ failureRate: fc.double({ min: 0, max: 1, noNaN: true }), timeToRestore: amount },
    },
    { requiredKeys: ['deploys', 'perDay', 'failed', 'restored'] },
  ),
  verdicts: fc.record({
    ...{ told: count, degraded: count },
    precision: fc.record({
      ...{ right: count, answered: count },
      degraded: fc.record({ right: count, answered: count }),
    }),
  }),
  lacking: fc.array(scorecard, { maxLength: 8 }),
  complete: count,
  incidents: fc.array(incident, { maxLength: 20 }),
  actions: fc.array(due, { maxLength: 10 }),
  overdue: count,
});

export const digest = fc.record(
  {
    ...{ about: fc.constant('digest'), at, digest: foreign, answer: digestAnswer, late: at },
    ...{ picture, problems },
  },
  { requiredKeys: ['about', 'at', 'digest', 'answer', 'problems'] },
);
