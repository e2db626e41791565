import fc from 'fast-check';
import { type AgentTask, EXPIRES_AFTER } from '#domain/agent-task/agent-task.ts';
import type { HandOff } from '#domain/agent-task/hand-off.ts';
import type { TaskReport } from '#domain/agent-task/report.ts';
import { TRIGGERS } from '#domain/incident/postmortem.ts';
import { present } from '#domain/optional.ts';
import { at, foreign, labels } from '../obligations/any-text.ts';

const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined });
const long = fc.oneof(
  foreign,
  fc.integer({ min: 1, max: 2000 }).map((n) => '\u0001"é'.repeat(n)),
);
const range = fc.tuple(at, fc.nat({ max: 3_600_000 })).map(([from, length]) => ({ from, to: from + length }));
const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 12 });
const someone = fc.constantFrom(
  { kind: 'machine' as const, name: 'one' },
  { kind: 'person' as const, user: 'U1' },
);

const handOff: fc.Arbitrary<HandOff> = fc
  .record({
    at,
    observed: fc.record({ headline: long, labels }),
    more: fc.record({ summary: maybe(long), description: maybe(long), expression: maybe(long) }),
    began: maybe(fc.record({ at, plusMinus: fc.nat() })),
    evidence: many(
      fc.record({
        ...{ title: foreign, query: long, source: fc.constant('default'), range },
        ...{ unit: fc.constantFrom('ratio' as const, 'perSecond' as const), value: fc.double() },
        baseline: fc.record({ range, value: fc.double() }),
      }),
    ),
    changes: many(
      fc.record({
        ...{ kind: fc.constantFrom('deploy' as const, 'flag' as const), id: fc.constant('d1'), at },
        ...{ relation: fc.constantFrom('own' as const, 'dependency' as const), what: long, url: long },
      }),
    ),
    similar: many(
      fc.record({ incident: fc.constant('INC-1'), title: long, score: fc.double(), ago: fc.nat() }),
    ),
    alsoFiring: many(fc.record({ id: fc.constant('a1'), name: long })),
    links: many(fc.record({ title: foreign, url: long })),
    missing: many(long),
  })
  .map(({ more, observed, similar, began, ...rest }) => ({
    ...rest,
    ...present({ began }),
    observed: { ...observed, ...present(more) },
    similar: similar.map((one) => ({ ...one, score: Number.isFinite(one.score) ? one.score : 0, why: [] })),
  }));

const report: fc.Arbitrary<TaskReport> = fc.record({
  ...{ number: fc.integer({ min: 1, max: 20 }), by: someone, at, summary: long },
  hypotheses: fc.array(
    fc.record({
      cause: fc.record({ kind: fc.constantFrom(...TRIGGERS), reference: long }),
      statement: long,
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      evidence: fc.array(fc.record({ what: long, query: long, range, value: fc.double(), url: long }), {
        maxLength: 10,
      }),
    }),
    { maxLength: 5 },
  ),
  suggestions: fc.array(long, { maxLength: 5 }),
  answers: fc.array(fc.record({ hypothesis: fc.nat({ max: 4 }), right: fc.boolean(), by: someone, at }), {
    maxLength: 5,
  }),
});

/** A task about whatever the outside may send, in whatever state. */
export const anyTask: fc.Arbitrary<AgentTask> = fc
  .record({
    number: fc.integer({ min: 1, max: 1e9 }),
    subject: fc.constantFrom(
      { kind: 'alert' as const, id: 'a1' },
      { kind: 'rollout' as const, id: 'f1', step: 3 },
      { kind: 'budget' as const, id: 'checkout/a:1', service: 'checkout', slo: 'a' },
    ),
    ...{ title: long, since: at, createdAt: at },
    more: fc.record({ service: maybe(fc.constant('checkout')), overAt: maybe(at), handOff: maybe(handOff) }),
    reports: fc.array(report, { maxLength: 8 }),
  })
  .map(({ more, ...rest }) => ({
    ...{ ...rest, id: `TASK-${rest.number}`, expiresAt: rest.createdAt + EXPIRES_AFTER },
    ...present(more),
  }));
