import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Budget, budgetOf } from '#api/contract/budgets.ts';
import { Comparison, comparisonOf } from '#api/contract/compare.ts';
import { Readiness, readinessOf } from '#api/contract/readiness.ts';
import { FleetStatus, fleetStatusOf, ServiceStatus, serviceStatusOf } from '#api/contract/status.ts';
import type { BudgetLine, CompareAnswer, FleetAnswer, ReadyAnswer, ServiceAnswer } from '#app/answer.ts';
import { HOUR } from '#domain/time.ts';
import { NOON } from '../domain/given.ts';
import { budgetLine } from '../obligations/any-budget.ts';
import { home } from '../obligations/any-incident.ts';
import { validator } from './json-schema.ts';

/** Whatever arithmetic and Prometheus may come to. */
const number = fc.oneof(
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const at = fc.integer({ min: NOON - HOUR, max: NOON + HOUR });
const window = fc.record({ from: at, to: at });
const measure = fc.constantFrom(
  'rate',
  'errorRatio',
  'p50',
  'p99',
  'cpu',
  'memory',
  'restarts',
  'throttling',
);
const problems = fc.array(
  fc.record({ code: fc.constant('prometheus-timeout' as const), what: text, where: text }),
  { maxLength: 2 },
);
const reading = fc.record(
  { values: fc.dictionary(measure, number), requests: fc.oneof(fc.nat(), fc.constant(Number.NaN)), problems },
  { requiredKeys: ['values', 'problems'] },
);
const change = fc.oneof(
  fc.record(
    {
      ...{ kind: fc.constant('deploy'), id: text, service: text, version: text, at, startedAt: at },
      ...{ relation: fc.constantFrom('own', 'dependency'), actor: text, url: text },
    },
    { requiredKeys: ['kind', 'id', 'service', 'version', 'at', 'relation'] },
  ),
  fc.record(
    {
      ...{ kind: fc.constant('flag'), id: text, service: text, flag: text, at, actor: text, url: text },
      ...{ relation: fc.constantFrom('own', 'dependency'), share: fc.constantFrom(0, 0.1, 1) },
    },
    { requiredKeys: ['kind', 'id', 'service', 'flag', 'at', 'relation'] },
  ),
);
const began = fc.record({
  ...{ measure, at, plusMinus: fc.integer({ min: 0, max: HOUR }), higher: fc.boolean(), gain: number },
});
const confidence = fc.record(
  {
    word: fc.constantFrom('verySure', 'sure', 'alike', 'cannotTell'),
    direction: fc.constantFrom('higher', 'lower'),
    ...{
      test: text,
      p: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN)),
      n: fc.nat(),
    },
    needs: fc.record({ more: fc.nat(), what: fc.constantFrom('requests', 'samples'), takes: fc.nat() }),
  },
  { requiredKeys: ['word', 'direction', 'test', 'p', 'n'] },
);
const row = fc.record({ measure, before: number, after: number, confidence }, { requiredKeys: ['measure'] });

const compared = fc.record({
  ...{ kind: fc.constant('compare'), service: text, before: window, after: window, of: text, against: text },
  ...{ rows: fc.array(row, { maxLength: 8 }), began: fc.array(began, { maxLength: 4 }) },
  ...{ changes: fc.array(change, { maxLength: 5 }), problems },
});
const budgets = fc.array(budgetLine, { maxLength: 3 });
const service = fc.record({
  ...{ kind: fc.constant('service'), service: text, links: fc.constant({}), window },
  ...{ health: fc.constantFrom('page', 'noData', 'healthy'), why: fc.array(text, { maxLength: 3 }) },
  ...{ now: reading, yesterday: reading, lastWeek: reading, alerts: fc.constant([]) },
  ...{ changes: fc.array(change, { maxLength: 5 }), budgets },
});
const ready = fc.record({
  ...{ kind: fc.constant('ready'), service: text, at, word: fc.constantFrom('go', 'careful', 'stop') },
  ...{ reasons: fc.array(text, { minLength: 1, maxLength: 3 }), window, baseline: reading, budgets },
  ...{ alerts: fc.constant([]), watches: fc.constant([]), dependencies: fc.constant([]) },
});

/** What an answer becomes is of its shape, nothing of it gets lost on its way as JSON, and its JSON Schema has it. */
function holds<Any>(arbitrary: fc.Arbitrary<Any>, shape: z.ZodType, of: (any: Any) => object): void {
  const isValid = validator(shape);
  fc.assert(
    fc.property(arbitrary, (any) => {
      const answer = of(any);
      const sent = JSON.parse(JSON.stringify(answer));
      expect(shape.parse(sent)).toEqual(sent);
      expect(isValid(sent), JSON.stringify(isValid.errors)).toBe(true);
    }),
    { numRuns: 150 },
  );
}

describe('whatever an answer came to, its shape is the one that is published', () => {
  it('of the fleet', () =>
    holds(home, FleetStatus, ({ fleet }) => fleetStatusOf(fleet as unknown as FleetAnswer, NOON)));
  it('of a service', () =>
    holds(service, ServiceStatus, (one) => serviceStatusOf(one as unknown as ServiceAnswer, NOON)));
  it('of the moment before a deploy', () =>
    holds(ready, Readiness, (one) => readinessOf(one as unknown as ReadyAnswer)));
  it('of two windows', () =>
    holds(compared, Comparison, (one) => comparisonOf(one as unknown as CompareAnswer, NOON)));
  it('of a budget', () => holds(budgetLine, Budget, (one) => budgetOf(one as unknown as BudgetLine)));
});
