import type { Rollout, RolloutStep, StepWatch } from '#domain/flag.ts';
import { HOUR, MINUTE } from '#domain/time.ts';
import type { CohortSignal, CohortVerdict } from '#domain/verdict/cohort-verdict.ts';
import { effectOf } from '#domain/verdict/verdict.ts';

/** 14:00 UTC, when the first step of the rollouts here began. */
export const AT = Date.UTC(2026, 10, 24, 14);

const ERRORS: CohortSignal = {
  ...{ measure: 'errorRatio', verdict: 'steady', effect: effectOf(0.001, 0.0011) },
  intervals: { off: { low: 0.0009, high: 0.0011 }, on: { low: 0.0007, high: 0.0014 } },
  counts: { off: { bad: 310, total: 310_020 }, on: { bad: 38, total: 34_610 } },
  significance: {
    test: 'bet on the flag’s share of bad events in each step (any-time valid)',
    p: 0.41,
    n: 344_630,
  },
  ...{ floor: { relative: 0.25, absolute: 0.0005 }, reasons: [] },
};

export const P99: CohortSignal = {
  ...{ measure: 'p99', verdict: 'degraded', effect: effectOf(0.31, 0.823), slowerThan: 0.5 },
  intervals: { off: { low: 0.302, high: 0.318 }, on: { low: 0.78, high: 0.87 } },
  counts: { off: { bad: 19, total: 19_050 }, on: { bad: 812, total: 2110 } },
  significance: {
    test: 'bet on the flag’s share of bad events in each step (any-time valid), of requests slower than 0.5 s, scatter 1.2',
    p: 1e-12,
    n: 21_160,
  },
  ...{ floor: { relative: 0.25 }, reasons: [] },
};

const P99_SAME: CohortSignal = {
  ...{ measure: 'p99', verdict: 'steady', effect: effectOf(0.31, 0.312), slowerThan: 0.5 },
  intervals: { off: { low: 0.302, high: 0.318 }, on: { low: 0.301, high: 0.325 } },
  ...{ floor: { relative: 0.25 }, reasons: [] },
};

const P50: CohortSignal = {
  ...{ measure: 'p50', verdict: 'steady', effect: effectOf(0.061, 0.062), slowerThan: 0.1 },
  ...{ floor: { relative: 0.1 }, reasons: [] },
};

/** What is worse with the flag is the 99th percentile. */
export const STOP: CohortVerdict = {
  ...{ word: 'stop', compared: 'cohorts', signals: [ERRORS, P50, P99], reasons: [] },
  rates: { on: 38.4, off: 346 },
  decidedAt: AT + 66 * MINUTE,
};

export const GO: CohortVerdict = {
  ...{ word: 'go', compared: 'cohorts', reasons: [] },
  signals: [ERRORS, P50, P99_SAME],
  rates: { on: 3.9, off: 382 },
};

export const HOLD: CohortVerdict = {
  ...{ word: 'hold', compared: 'cohorts', reasons: [] },
  signals: [
    {
      ...{ ...ERRORS, verdict: 'inconclusive', effect: effectOf(0.001, 0.0012) },
      needs: { more: 4470, what: 'requests', takes: 150 * MINUTE },
    },
    P99_SAME,
  ],
  rates: { on: 0.5, off: 49.5 },
  needs: { more: 4470, what: 'requests', takes: 150 * MINUTE },
};

/** A watch of a quarter of an hour that has looked so often, and found that. */
export function watch(looks: number, verdict?: CohortVerdict, more: Partial<StepWatch> = {}): StepWatch {
  return {
    ...{ state: 'watching', window: { from: AT + MINUTE, to: AT + 16 * MINUTE } },
    ...{ every: MINUTE, lag: 15_000, looks },
    ...(looks === 0 ? {} : { lookedAt: AT + MINUTE + looks * MINUTE }),
    ...(verdict === undefined ? {} : { verdict }),
    ...more,
  };
}

export function step(share: number | undefined, more: Partial<RolloutStep> = {}): RolloutStep {
  const number = more.number ?? 1;
  return {
    ...{ number, at: AT + (number - 1) * HOUR, source: 'flags', actor: 'noor' },
    ...(share === undefined ? {} : { share }),
    ...more,
  };
}

/** The flag `new-checkout` on its way through checkout, step by step. */
export function rollout(steps: readonly RolloutStep[], more: Partial<Rollout> = {}): Rollout {
  return {
    ...{ id: 'f1', flag: 'new-checkout', service: 'checkout', hints: {}, environment: 'production' },
    ...{ channel: '#payments', steps: steps.map((one, i) => ({ ...one, number: i + 1 })) },
    ...more,
  };
}
