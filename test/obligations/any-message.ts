import fc from 'fast-check';
import type { Message } from '#app/message.ts';
import { amount, budgetLine, spender } from './any-budget.ts';
import { digest, digestAnswer } from './any-digest.ts';
import { INCIDENT_MESSAGES, similar } from './any-incident.ts';
import { LOOKOUT_MESSAGES } from './any-lookout.ts';
import { changes, cohortVerdict, rollout } from './any-rollout.ts';
import { taskReport } from './any-task-report.ts';
import {
  at,
  began,
  confidence,
  deploy,
  episode,
  foreign,
  group,
  labels,
  picture,
  problems,
  question,
  range,
  reading,
  rows,
} from './any-text.ts';
import { watch } from './any-verdict.ts';

const covered = fc.constantFrom('yes' as const, 'noData' as const, 'no' as const);

const watched = fc.tuple(deploy, watch).map(([one, of]) => ({ ...one, watch: of }));

const answer = fc.oneof(
  digestAnswer,
  fc.record({
    ...{ kind: fc.constant('budgets' as const), at, shown: fc.constant(25) },
    ...{ lines: fc.array(budgetLine, { maxLength: 60 }), without: fc.array(foreign, { maxLength: 30 }) },
  }),
  fc.record({
    ...{ kind: fc.constant('budget' as const), service: foreign, at },
    budgets: fc.array(
      fc
        .tuple(budgetLine, fc.array(spender, { maxLength: 30 }))
        .map(([line, spenders]) => ({ ...line, spenders })),
      { maxLength: 9 },
    ),
  }),
  fc.record({
    ...{ kind: fc.constant('fleet' as const), window: range, shown: fc.constant(25) },
    rows: fc.array(
      fc.record({
        service: foreign,
        health: fc.constantFrom('page' as const, 'healthy' as const, 'noData' as const),
        reading,
        alerts: fc.constant([]),
      }),
      { maxLength: 60 },
    ),
  }),
  fc.record({ kind: fc.constant('help' as const), services: fc.array(foreign) }),
  fc.record({
    kind: fc.constant('problem' as const),
    problem: problems.map(([one]) => one ?? { code: 'words-unclear' as const, what: 'x' }),
    suggestions: fc.array(foreign, { maxLength: 9 }),
    stopped: fc.option(fc.record({ before: foreign, word: foreign, after: foreign, meant: foreign }), {
      nil: undefined,
    }),
  }),
  fc.record({
    ...{ kind: fc.constant('compare' as const), service: foreign, before: range, after: range },
    ...{ of: foreign, against: foreign, began: fc.array(began, { maxLength: 6 }), changes, problems },
    rows: fc.array(
      fc.record(
        {
          measure: fc.constantFrom('rate' as const, 'p99' as const, 'errorRatio' as const),
          ...{ before: fc.double(), after: fc.double(), confidence },
        },
        { requiredKeys: ['measure'] },
      ),
      { maxLength: 8 },
    ),
  }),
  fc.record({
    ...{ kind: fc.constant('flags' as const), at, service: fc.option(foreign, { nil: undefined }) },
    rollouts: fc.array(rollout, { maxLength: 40 }),
    silent: fc.array(fc.record({ service: foreign, flag: foreign }), { maxLength: 40 }),
  }),
  fc.record(
    {
      ...{ kind: fc.constant('flag' as const), flag: foreign, service: foreign, window: range, of: foreign },
      ...{ rollout, verdict: cohortVerdict, also: fc.array(foreign, { maxLength: 9 }), problems },
    },
    { requiredKeys: ['kind', 'flag', 'service', 'window', 'verdict', 'also', 'problems'] },
  ),
  fc.record({
    ...{ kind: fc.constant('coverage' as const), at, shown: fc.nat({ max: 20 }), problems },
    cards: fc.array(
      fc.record({
        ...{ service: foreign, owner: foreign, covered: fc.nat({ max: 7 }) },
        aspects: fc.record({
          ...{ signals: covered, slo: covered, owner: covered, runbook: covered },
          ...{ version: covered, dashboard: covered, traces: covered },
        }),
      }),
      { maxLength: 40 },
    ),
  }),
  fc.record({
    kind: fc.constant('unmatched' as const),
    items: fc.array(fc.record({ id: fc.nat(), at, source: foreign, what: foreign, carried: labels }), {
      maxLength: 20,
    }),
  }),
  fc.record({
    kind: fc.constant('deploys' as const),
    deploys: fc.array(fc.oneof(deploy, watched), { maxLength: 30 }),
    judged: fc.record({
      over: fc.constant(90 * 86_400_000),
      verdicts: fc.nat(),
      precision: fc.record({
        ...{ right: fc.nat(), answered: fc.nat() },
        degraded: fc.record({ right: fc.nat(), answered: fc.nat() }),
      }),
    }),
  }),
  fc.record({
    ...{
      kind: fc.constant('query' as const),
      promql: foreign,
      source: foreign,
      window: range,
      step: fc.constant(1),
      unit: fc.constant('short' as const),
    },
    ...{
      rows: fc.array(fc.record({ labels, last: fc.double(), min: fc.double() }), { maxLength: 8 }),
      omitted: fc.nat(),
      warnings: fc.array(foreign),
    },
  }),
  fc.record({
    ...{
      kind: fc.constant('service' as const),
      service: foreign,
      owner: foreign,
      links: fc.record({ runbook: foreign, dashboard: foreign }),
      window: range,
    },
    ...{
      health: fc.constant('page' as const),
      now: reading,
      yesterday: reading,
      lastWeek: reading,
      version: foreign,
      changes,
      budgets: fc.array(budgetLine, { maxLength: 6 }),
    },
    alerts: fc.array(
      fc.record({
        episode: foreign,
        name: foreign,
        severity: fc.constant('page' as const),
        since: at,
        acknowledged: fc.boolean(),
      }),
      { maxLength: 30 },
    ),
  }),
);

/** Anything that Bellbuoy may say, by what it is about. */
export const MESSAGES: Readonly<Record<Message['about'], fc.Arbitrary<unknown>>> = {
  alert: fc.record({
    about: fc.constant('alert'),
    at,
    episode,
    links: fc.record({ runbook: foreign, dashboard: foreign }),
    owner: foreign,
    budget: budgetLine,
    onset: fc.option(fc.record({ began, changes }), { nil: undefined }),
  }),
  alertSnapshot: fc.record({
    about: fc.constant('alertSnapshot'),
    at,
    episode: foreign,
    title: foreign,
    picture,
    reading,
    since: fc.option(at, { nil: undefined }),
    began: fc.option(began, { nil: undefined }),
    rose: fc.option(fc.subarray(['errorRatio' as const, 'p50' as const, 'p99' as const], { minLength: 1 }), {
      nil: undefined,
    }),
    changes,
    budgets: fc.array(budgetLine, { maxLength: 6 }),
    similar: fc.option(similar, { nil: undefined }),
    problems,
  }),
  umbrella: fc.record({
    about: fc.constant('umbrella'),
    at,
    umbrella: fc.record({
      ...{ id: fc.constant('u1'), channel: fc.constant('#x') },
      ...{ startedAt: at, lastAt: at, before: fc.array(foreign, { maxLength: 10 }) },
    }),
    groups: fc.nat(),
    firing: fc.nat(),
    pages: fc.nat(),
    unacknowledged: fc.nat(),
    worst: fc.array(group, { maxLength: 12 }),
  }),
  umbrellaList: fc.record({
    about: fc.constant('umbrellaList'),
    at,
    from: fc.nat(),
    groups: fc.array(group, { minLength: 1, maxLength: 30 }),
  }),
  reminder: fc.record(
    { about: fc.constant('reminder'), at, name: foreign, since: at, waiting: fc.nat(), owner: foreign },
    { requiredKeys: ['about', 'at', 'name', 'since', 'waiting'] },
  ),
  deploy: fc.record({
    about: fc.constant('deploy'),
    at,
    deploy: fc.oneof(deploy, watched),
    links: fc.record({ dashboard: foreign }),
    owner: foreign,
  }),
  baseline: fc.record({ about: fc.constant('baseline'), at, deploy, baseline: reading }),
  deployReport: fc.record({
    ...{ about: fc.constant('deployReport'), at, deploy: watched, rows, picture, problems },
    ...{
      links: fc.record({ dashboard: foreign }),
      queries: fc.array(fc.record({ source: foreign, promql: foreign, line: foreign })),
    },
    spent: fc.array(
      fc.record({ slo: foreign, used: amount, allowed: amount, bad: amount, total: amount, rate: amount }),
      {
        maxLength: 30,
      },
    ),
    rollback: fc.option(
      fc.oneof(
        fc.record({ kind: fc.constant('link'), url: fc.oneof(foreign, fc.webUrl()) }),
        fc.record({ kind: fc.constant('webhook'), host: foreign, to: foreign }),
      ),
      { nil: undefined },
    ),
  }),
  rollout: fc.record(
    {
      ...{ about: fc.constant('rollout'), at, rollout, owner: foreign },
      links: fc.record({ dashboard: foreign }),
    },
    { requiredKeys: ['about', 'at', 'rollout', 'links'] },
  ),
  rolloutStep: fc
    .record(
      {
        ...{ about: fc.constant('rolloutStep'), at, rollout, picture, problems, isAlarm: fc.constant(true) },
        ...{ links: fc.record({ dashboard: foreign }), mention: fc.constant('U0PERSON00') },
        place: fc.nat(),
      },
      { requiredKeys: ['about', 'at', 'rollout', 'links', 'problems', 'place'] },
    )
    .map(({ place, ...one }) => ({ ...one, step: (place % one.rollout.steps.length) + 1 })),
  rollback: fc.record({
    ...{ about: fc.constant('rollback'), at, service: foreign, version: foreign, environment: foreign },
    asked: fc.record({
      ...{ key: fc.constant('r1'), by: fc.record({ kind: fc.constant('machine'), name: foreign }), at },
      ...{ host: foreign, to: foreign },
      outcome: fc.record({ kind: fc.constantFrom('taken', 'refused', 'unknown'), what: foreign }),
    }),
  }),
  budget: fc.record({
    ...{ about: fc.constant('budget'), at, line: budgetLine, turned: at, since: at, owner: foreign },
    gone: fc.constantFrom(undefined, true),
    before: fc.constantFrom('red', 'yellow', 'grey', 'green'),
  }),
  ...INCIDENT_MESSAGES,
  digest,
  ...LOOKOUT_MESSAGES,
  taskReport,
  working: fc.record({ about: fc.constant('working'), at, question }),
  answer: fc.record({ about: fc.constant('answer'), at, question, answer, picture, problems }),
};
