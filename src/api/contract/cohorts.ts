import { z } from 'zod';
import { present } from '#domain/optional.ts';
import { factsOf } from '#domain/signal.ts';
import type * as domain from '#domain/verdict/cohort-verdict.ts';
import type { Needs as DomainNeeds, Verdict } from '#domain/verdict/verdict.ts';
import { MEASURES, UNITS } from './readings.ts';
import { areFinite, finite, Seconds, Share, secondsOf, shareOf, Time, timeOf } from './values.ts';

const VERDICTS = ['degraded', 'improved', 'steady', 'inconclusive'] as const satisfies readonly Verdict[];

/** What is missing to be certain. */
export const Needs = z.object({
  requests: z.number().min(0).optional().describe('So many more that have the flag.'),
  samples: z.number().min(0).optional(),
  seconds: Seconds.optional().describe('How long that takes at this pace; absent where it never comes.'),
});
export type Needs = z.infer<typeof Needs>;

/** What one signal was with the flag, or without it. */
const Cohort = z.object({
  value: z.number().optional().describe('In the unit of the signal.'),
  interval: z
    .object({ low: z.number().optional(), high: z.number().optional() })
    .optional()
    .describe('Where it lies with 95 % confidence; a bound is absent where there is none.'),
  counts: z
    .object({ bad: z.number().min(0), total: z.number().min(0) })
    .optional()
    .describe('Requests: those that failed, or were slower than `slowerThan`, of all.'),
});
type Cohort = z.infer<typeof Cohort>;

/** One signal of those with a flag beside those without it. */
export const CohortSignal = z.object({
  measure: z.enum(MEASURES),
  unit: z.enum(UNITS).describe('Of values and changes; a ratio is 0 to 1.'),
  verdict: z.enum(VERDICTS),
  off: Cohort,
  on: Cohort,
  change: z
    .object({ absolute: z.number(), relative: z.number().optional() })
    .optional()
    .describe('From off to on; relative is on / off − 1.'),
  p: z.number().min(0).max(1).optional().describe('Holds at every look.'),
  test: z.string().optional().describe('The test that p is of.'),
  slowerThan: Seconds.optional(),
  floor: z
    .object({ relative: z.number(), absolute: z.number().optional() })
    .describe('A smaller change does not matter.'),
  decidedAt: Time.optional(),
  needs: Needs.optional(),
  reasons: z.array(z.string()),
});
export type CohortSignal = z.infer<typeof CohortSignal>;

/** Whether as many have the flag as should. */
export const SampleRatio = z.object({
  expected: Share,
  observed: Share,
  requests: z.number().min(0),
  dispersion: z.number().min(0),
  p: z.number().min(0).max(1),
  isMismatch: z
    .boolean()
    .describe('Significant, and large enough to matter: the comparison is not to be trusted.'),
});
export type SampleRatio = z.infer<typeof SampleRatio>;

export function needsOf({ more, what, takes }: DomainNeeds): Needs {
  return present({ [what]: finite(more), seconds: secondsOf(takes) });
}

export function cohortSignalOf(signal: domain.CohortSignal): CohortSignal {
  const { measure, verdict, effect, significance, slowerThan, floor, decidedAt, needs, reasons } = signal;
  return {
    ...{ measure, unit: factsOf(measure).unit, verdict },
    off: cohortOf(signal, 'off', effect?.before),
    on: cohortOf(signal, 'on', effect?.after),
    ...present({
      change:
        effect === undefined || !areFinite(effect.absolute)
          ? undefined
          : { absolute: effect.absolute, ...present({ relative: finite(effect.relative) }) },
      p: finite(significance?.p),
      test: significance?.test,
      slowerThan,
      decidedAt: decidedAt === undefined ? undefined : timeOf(decidedAt),
      needs: needs === undefined ? undefined : needsOf(needs),
    }),
    floor,
    reasons: [...reasons],
  };
}

export function sampleRatioOf({ n, ...ratio }: domain.SampleRatio): SampleRatio | undefined {
  const { isMismatch, ...figures } = ratio;
  if (!areFinite(n, ...Object.values(figures))) return undefined;
  return { ...ratio, expected: shareOf(ratio.expected), requests: n };
}

function cohortOf(
  { intervals, counts }: domain.CohortSignal,
  which: 'off' | 'on',
  value: number | undefined,
): Cohort {
  const interval = intervals?.[which];
  return present({
    value: finite(value),
    interval:
      interval === undefined
        ? undefined
        : present({ low: finite(interval.low), high: finite(interval.high) }),
    counts: counts?.[which],
  });
}
