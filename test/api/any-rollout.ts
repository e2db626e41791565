import fc from 'fast-check';
import type { Rollout, RolloutStep } from '#domain/flag.ts';
import { HOUR } from '#domain/time.ts';
import type { CohortSignal, CohortVerdict, SampleRatio } from '#domain/verdict/cohort-verdict.ts';
import { NOON } from '../domain/given.ts';

/** Whatever arithmetic may come to, divisions by nothing included. */
const number = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY) },
);
const share = fc.oneof(fc.constantFrom(0, 0.01, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const instant = fc.integer({ min: NOON - HOUR, max: NOON + HOUR });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const reasons = fc.array(text, { maxLength: 3 });
const needs = fc.record({
  more: number,
  what: fc.constantFrom('requests' as const, 'samples' as const),
  takes: number,
});
const interval = fc.record({ low: number, high: number });
const count = fc.record({
  bad: fc.integer({ min: 0, max: 9 }),
  total: fc.double({ min: 9, max: 99, noNaN: true }),
});

const signal: fc.Arbitrary<CohortSignal> = fc.record(
  {
    measure: fc.constantFrom('rate', 'errorRatio', 'p50', 'p99', 'cpu', 'memory', 'restarts', 'throttling'),
    verdict: fc.constantFrom('degraded', 'improved', 'steady', 'inconclusive'),
    effect: fc.record(
      { before: number, after: number, absolute: number, relative: number },
      { requiredKeys: ['before', 'after', 'absolute'] },
    ),
    intervals: fc.record({ on: interval, off: interval }),
    counts: fc.record({ on: count, off: count }),
    slowerThan: fc.double({ min: 0, max: 10, noNaN: true }),
    significance: fc.record({ test: text, p: share, n: number }),
    floor: fc.record({ relative: share, absolute: share }, { requiredKeys: ['relative'] }),
    decidedAt: instant,
    needs,
    reasons,
  },
  { requiredKeys: ['measure', 'verdict', 'floor', 'reasons'] },
);

const sampleRatio: fc.Arbitrary<SampleRatio> = fc.record({
  ...{ expected: share, observed: fc.oneof(share, fc.constant(Number.NaN)) },
  ...{ n: number, dispersion: number, p: share, isMismatch: fc.boolean() },
});

const verdict: fc.Arbitrary<CohortVerdict> = fc.record(
  {
    word: fc.constantFrom('go', 'hold', 'stop'),
    compared: fc.constantFrom('cohorts', 'before'),
    signals: fc.array(signal, { maxLength: 4 }),
    rates: fc.record({ on: number, off: number }),
    ...{ sampleRatio, decidedAt: instant, needs, reasons },
  },
  { requiredKeys: ['word', 'compared', 'signals', 'reasons'] },
);

const step: fc.Arbitrary<RolloutStep> = fc.record(
  {
    ...{ number: fc.integer({ min: 1, max: 99 }), share, at: instant, source: text, actor: text, url: text },
    watch: fc.record(
      {
        state: fc.constantFrom('watching', 'ended'),
        window: fc.record({ from: instant, to: instant }),
        ...{ every: fc.constant(60_000), lag: fc.constant(15_000), looks: fc.integer({ min: 0, max: 99 }) },
        ...{ lookedAt: instant, verdict },
        problems: fc.array(
          fc.record(
            { code: fc.constant('prometheus-timeout' as const), what: text, where: text },
            { requiredKeys: ['code', 'what'] },
          ),
        ),
      },
      { requiredKeys: ['state', 'window', 'every', 'lag', 'looks'] },
    ),
  },
  { requiredKeys: ['number', 'at', 'source'] },
);

/** Any rollout that may come to be, by its id. */
export function anyRollout(id: string): fc.Arbitrary<Rollout> {
  return fc.record(
    {
      ...{ id: fc.constant(id), flag: fc.constant('any flag'), service: fc.constant('checkout') },
      ...{ hints: fc.constant({}), environment: text, steps: fc.array(step, { minLength: 1, maxLength: 4 }) },
    },
    { requiredKeys: ['id', 'flag', 'hints', 'environment', 'steps'] },
  );
}
