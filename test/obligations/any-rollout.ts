import fc from 'fast-check';
import { amount } from './any-budget.ts';
import { at, foreign } from './any-text.ts';

const share = fc.oneof(fc.constantFrom(0, 0.01, 0.125, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const needs = fc.record({
  more: fc.oneof(fc.nat(), fc.constant(Number.POSITIVE_INFINITY)),
  what: fc.constantFrom('requests' as const, 'samples' as const),
  takes: fc.oneof(fc.nat(), fc.constant(Number.POSITIVE_INFINITY)),
});
const interval = fc.record({ low: amount, high: amount });
const count = fc.record({ bad: amount, total: amount });
const signal = fc.record(
  {
    measure: fc.constantFrom(
      ...(['errorRatio', 'p50', 'p99', 'rate', 'cpu', 'memory', 'restarts', 'throttling'] as const),
    ),
    verdict: fc.constantFrom(...(['degraded', 'improved', 'steady', 'inconclusive'] as const)),
    effect: fc.record({ before: fc.double(), after: fc.double(), absolute: amount, relative: amount }),
    intervals: fc.record({ on: interval, off: interval }),
    counts: fc.record({ on: count, off: count }),
    slowerThan: amount,
    significance: fc.record({ test: foreign, p: fc.double(), n: fc.nat() }),
    floor: fc.record({ relative: amount, absolute: amount }),
    ...{ decidedAt: at, needs, reasons: fc.array(foreign, { maxLength: 3 }) },
  },
  { requiredKeys: ['measure', 'verdict', 'floor', 'reasons'] },
);

/** What may be said of a step, in any combination. */
export const cohortVerdict = fc.record(
  {
    word: fc.constantFrom('go' as const, 'hold' as const, 'stop' as const),
    compared: fc.constantFrom('cohorts' as const, 'before' as const),
    signals: fc.array(signal, { maxLength: 8 }),
    rates: fc.record({ on: amount, off: amount }),
    sampleRatio: fc.record({
      ...{ expected: share, observed: share, n: fc.nat(), dispersion: amount, p: fc.double() },
      isMismatch: fc.boolean(),
    }),
    ...{ decidedAt: at, needs, reasons: fc.array(foreign, { maxLength: 4 }) },
  },
  { requiredKeys: ['word', 'compared', 'signals', 'reasons'] },
);

const watch = fc.record(
  {
    state: fc.constantFrom('watching' as const, 'ended' as const),
    window: fc.constant({ from: 1_700_000_060_000, to: 1_700_000_960_000 }),
    ...{ every: fc.constant(60_000), lag: fc.constant(15_000), looks: fc.nat({ max: 40 }), lookedAt: at },
    baseline: fc.constant({ from: 1_699_998_000_000, to: 1_700_000_000_000 }),
    told: fc.constantFrom('go' as const, 'hold' as const, 'stop' as const),
    verdict: cohortVerdict,
    queries: fc.array(fc.record({ source: foreign, promql: foreign, line: foreign }), { maxLength: 9 }),
    problems: fc.constant([]),
  },
  { requiredKeys: ['state', 'window', 'every', 'lag', 'looks'] },
);

const step = fc.record(
  { share, at, source: foreign, actor: foreign, url: fc.oneof(foreign, fc.webUrl()), watch },
  { requiredKeys: ['at', 'source'] },
);

/** Any flag on its way, with up to thirty steps of which some are watched. */
export const rollout = fc
  .record(
    {
      ...{ id: fc.constant('f1'), flag: foreign, service: foreign, environment: foreign, channel: foreign },
      hints: fc.record({ service: foreign, application: foreign }, { requiredKeys: [] }),
      steps: fc.array(step, { minLength: 1, maxLength: 30 }),
    },
    { requiredKeys: ['id', 'flag', 'hints', 'environment', 'steps'] },
  )
  .map((one) => ({ ...one, steps: one.steps.map((each, i) => ({ ...each, number: i + 1 })) }));

/** A step of a flag among changes that may be why something happened. */
const flagChange = fc.record(
  {
    ...{ kind: fc.constant('flag' as const), id: foreign, service: foreign, flag: foreign, at },
    relation: fc.constantFrom('own' as const, 'dependency' as const),
    ...{ share, before: share, actor: foreign, url: foreign, isProven: fc.constant(true as const) },
  },
  { requiredKeys: ['kind', 'id', 'service', 'flag', 'at', 'relation'] },
);

const deployChange = fc.record({
  ...{ kind: fc.constant('deploy' as const), id: foreign, service: foreign, version: foreign },
  relation: fc.constantFrom('own' as const, 'dependency' as const),
  ...{ actor: foreign, at, startedAt: at, url: foreign },
});

/** What changed before something. */
export const changes = fc.array(fc.oneof(deployChange, flagChange), { maxLength: 30 });
