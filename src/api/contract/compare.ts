import { z } from 'zod';
import type { CompareAnswer, FlagAnswer } from '#app/answer.ts';
import { present } from '#domain/optional.ts';
import { factsOf } from '#domain/signal.ts';
import type { Began as DomainBegan } from '#domain/verdict/began.ts';
import type { Confidence as DomainConfidence } from '#domain/verdict/compared.ts';
import { effectOf } from '#domain/verdict/verdict.ts';
import { Change, changeOf } from './changes.ts';
import { CohortSignal, cohortSignalOf, needsOf, SampleRatio, sampleRatioOf } from './cohorts.ts';
import { Problem, problemOf } from './problem.ts';
import { MEASURES, UNITS, Window, windowOf } from './readings.ts';
import { areFinite, finite, Seconds, Time, timeOf, Untrusted } from './values.ts';

/** How sure it is that a signal differs. */
const Confidence = z.object({
  word: z
    .enum(['verySure', 'sure', 'alike', 'cannotTell'])
    .describe(
      'That it differs; alike: shown to differ by no more than would matter; cannotTell: too little was seen.',
    ),
  direction: z.enum(['higher', 'lower']),
  test: z.string(),
  p: z.number().min(0).max(1).describe('Two-sided.'),
  n: z.number().min(0).describe('How many requests or steps were seen.'),
  needs: z
    .object({ requests: z.number().optional(), samples: z.number().optional(), seconds: Seconds.optional() })
    .optional()
    .describe('What is missing to tell.'),
});

const Signal = z.object({
  measure: z.enum(MEASURES),
  unit: z.enum(UNITS).describe('Of both values and the absolute change; a ratio is 0 to 1.'),
  before: z.number().optional().describe('In the earlier window; absent where nothing was there.'),
  after: z.number().optional().describe('In the later window.'),
  change: z
    .object({ absolute: z.number(), relative: z.number().optional() })
    .optional()
    .describe('From before to after; relative is after / before − 1.'),
  confidence: Confidence.optional().describe('Absent where it was not observed in counts or steps.'),
});

/** Where a signal changed for good. */
export const Began = z.object({
  measure: z.enum(MEASURES),
  direction: z.enum(['higher', 'lower']),
  at: Time,
  plusMinus: Seconds.describe('It may be so much earlier or later.'),
  gain: z.number().describe('How clear it is, as a log likelihood ratio; the larger the clearer.'),
});
export type Began = z.infer<typeof Began>;

/** Two windows of one service beside each other, or those with a flag beside those without it. */
export const Comparison = z.object({
  at: Time,
  service: z.string(),
  before: Window.optional().describe('The earlier window; absent where cohorts are compared.'),
  after: Window.describe('The later window, or that in which both cohorts were seen.'),
  of: Untrusted.optional().describe('What the later window is, in words.'),
  against: Untrusted.describe('What it is compared with, in words.'),
  signals: z.array(Signal).describe('Of two windows.'),
  began: z
    .array(Began)
    .describe(
      'Where signals changed for good, within the later window or as long before it, clearest first.',
    ),
  changes: z.array(Change).describe('Deploys and flag changes around that, likeliest first.'),
  cohorts: z
    .object({
      flag: Untrusted,
      word: z.enum(['go', 'hold', 'stop']),
      signals: z.array(CohortSignal),
      sampleRatio: SampleRatio.optional(),
      reasons: z.array(Untrusted),
      alsoIn: z.array(z.string()).describe('Other services that have the flag.'),
    })
    .optional()
    .describe('Where a flag was asked for.'),
  problems: z.array(Problem).describe('What could not be read.'),
  snapshot: z.string().optional().describe('The id of the picture, where `draw` was asked for.'),
});
export type Comparison = z.infer<typeof Comparison>;

export function comparisonOf(answer: CompareAnswer, at: number, snapshot?: string): Comparison {
  return {
    ...{ at: timeOf(at), service: answer.service, of: answer.of, against: answer.against },
    ...{ before: windowOf(answer.before), after: windowOf(answer.after) },
    signals: answer.rows.map(signalOf),
    began: answer.began.map(beganOf),
    changes: answer.changes.map(changeOf),
    problems: answer.problems.map(problemOf),
    ...present({ snapshot }),
  };
}

export function cohortsOf(answer: FlagAnswer, at: number, snapshot?: string): Comparison {
  const { service, flag, window, of, verdict, also, problems } = answer;
  const { word, signals, sampleRatio, reasons } = verdict;
  return {
    ...{ at: timeOf(at), service, after: windowOf(window), against: `those without ${flag}` },
    ...{ signals: [], began: [], changes: [], problems: problems.map(problemOf) },
    cohorts: {
      ...{ flag, word, signals: signals.map(cohortSignalOf), reasons: [...reasons], alsoIn: [...also] },
      ...present({ sampleRatio: sampleRatio === undefined ? undefined : sampleRatioOf(sampleRatio) }),
    },
    ...present({ of, snapshot }),
  };
}

export function beganOf({ measure, higher, at, plusMinus, gain }: DomainBegan): Began {
  return {
    ...{ measure, direction: higher ? ('higher' as const) : ('lower' as const), at: timeOf(at) },
    ...{ plusMinus: plusMinus / 1000, gain: finite(gain) ?? Number.MAX_VALUE },
  };
}

function signalOf({ measure, before, after, confidence }: CompareAnswer['rows'][number]) {
  const effect =
    before === undefined || after === undefined || !areFinite(before, after)
      ? undefined
      : effectOf(before, after);
  return {
    ...{ measure, unit: factsOf(measure).unit },
    ...present({
      ...{ before: finite(before), after: finite(after) },
      change: effect && {
        ...{ absolute: effect.absolute },
        ...present({ relative: finite(effect.relative) }),
      },
      confidence: confidence === undefined || !areFinite(confidence.p) ? undefined : confidenceOf(confidence),
    }),
  };
}

function confidenceOf({ word, direction, test, p, n, needs }: DomainConfidence) {
  return {
    ...{ word, direction, test, p, n: finite(n) ?? 0 },
    ...present({ needs: needs === undefined ? undefined : needsOf(needs) }),
  };
}
