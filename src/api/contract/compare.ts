import { z } from 'zod';
import type { CompareAnswer, FlagAnswer } from '#app/answer.ts';
import { clearestOf } from '#app/clearest.ts';
import { present } from '#domain/optional.ts';
import { factsOf } from '#domain/signal.ts';
import { formatChange, formatValue } from '#domain/units.ts';
import type { Confidence as DomainConfidence } from '#domain/verdict/compared.ts';
import { effectOf } from '#domain/verdict/verdict.ts';
import { Change, changeOf } from './changes.ts';
import { CohortSignal, cohortSignalOf, needsOf, SampleRatio, sampleRatioOf } from './cohorts.ts';
import { BeganBeside, beganBesideOf } from './onsets.ts';
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
  words: z.string().describe('The same in words.'),
});

/** Two windows of one service beside each other, or those with a flag beside those without it. */
export const Comparison = z.object({
  at: Time,
  service: z.string(),
  words: Untrusted.describe('What came of it, and what began when, in sentences.'),
  before: Window.optional().describe('The earlier window; absent where cohorts are compared.'),
  after: Window.describe('The later window, or that in which both cohorts were seen.'),
  of: Untrusted.optional().describe('What the later window is, in words.'),
  against: Untrusted.describe('What it is compared with, in words.'),
  signals: z.array(Signal).describe('Of two windows.'),
  began: z
    .array(BeganBeside)
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
  const began = answer.began.map((one) => beganBesideOf(one, answer.changes));
  return {
    ...{ at: timeOf(at), service: answer.service, of: answer.of, against: answer.against },
    words: [`${answer.service}: ${answer.of} against ${answer.against}: ${outcomeOf(answer)}.`]
      .concat(began.slice(0, 1).map((one) => one.words))
      .join(' '),
    ...{ before: windowOf(answer.before), after: windowOf(answer.after) },
    signals: answer.rows.map(signalOf),
    began,
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
    words: [`${service}: with ${flag} against without it: ${word}.`, ...reasons].join(' '),
    ...{ signals: [], began: [], changes: [], problems: problems.map(problemOf) },
    cohorts: {
      ...{ flag, word, signals: signals.map(cohortSignalOf), reasons: [...reasons], alsoIn: [...also] },
      ...present({ sampleRatio: sampleRatio === undefined ? undefined : sampleRatioOf(sampleRatio) }),
    },
    ...present({ of, snapshot }),
  };
}

type Row = CompareAnswer['rows'][number];

const SURE: Readonly<Record<DomainConfidence['word'], string>> = {
  verySure: 'very sure',
  sure: 'sure',
  alike: 'no real change',
  cannotTell: 'can’t tell',
};

function outcomeOf({ rows }: CompareAnswer): string {
  const clearest = clearestOf(rows);
  if (clearest === undefined) return 'nothing can be told';
  if (clearest === 'alike') return 'no real change';
  return clearest === 'unsure' ? 'no difference that is sure' : wordsOf(clearest);
}

/** `errors 0.5 % → 3.1 % (+2.6 points, ×6.2), very sure`. */
function wordsOf({ measure, before, after, confidence }: Row): string {
  const { unit, name } = factsOf(measure);
  if (before === undefined && after === undefined) return `${name}: no data`;
  const said = (value: number | undefined) => (value === undefined ? 'no data' : formatValue(value, unit));
  const change = before === undefined || after === undefined ? undefined : formatChange(before, after, unit);
  const by = change === undefined ? '' : ` (${change.absolute}, ${change.relative})`;
  const sure = confidence === undefined ? '' : `, ${SURE[confidence.word]}`;
  return `${name} ${said(before)} → ${said(after)}${by}${sure}`;
}

function signalOf(row: Row) {
  const { measure, before, after, confidence } = row;
  const effect =
    before === undefined || after === undefined || !areFinite(before, after)
      ? undefined
      : effectOf(before, after);
  return {
    ...{ measure, unit: factsOf(measure).unit, words: wordsOf(row) },
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
