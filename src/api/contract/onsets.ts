import { z } from 'zod';
import type { RecentChange } from '#app/answer.ts';
import { besideOf } from '#domain/causes.ts';
import { lengthWords } from '#domain/length-words.ts';
import { factsOf } from '#domain/signal.ts';
import type { Began as DomainBegan } from '#domain/verdict/began.ts';
import { MEASURES } from './readings.ts';
import { finite, Seconds, Time, timeOf, Untrusted } from './values.ts';

/** Where a signal changed for good. */
export const Began = z.object({
  measure: z.enum(MEASURES),
  direction: z.enum(['higher', 'lower']),
  at: Time,
  plusMinus: Seconds.describe('It may be so much earlier or later.'),
  gain: z.number().describe('How clear it is, as a log likelihood ratio; the larger the clearer.'),
});
export type Began = z.infer<typeof Began>;

/** The same, beside the change that it has to be seen with. */
export const BeganBeside = Began.extend({
  beside: z
    .object({
      change: z.string().describe('The id of one of `changes`.'),
      isSuspect: z
        .boolean()
        .describe(
          'True: it came just before or with it, and may be why. False: it came later, and is not why.',
        ),
      side: z
        .enum(['before', 'with', 'after'])
        .describe('Whether the change came before what began, with it as far as both are certain, or after.'),
      by: Seconds.describe('How far apart they are.'),
    })
    .optional()
    .describe('Absent where no change was near.'),
  words: Untrusted.describe('The same in a sentence.'),
});
export type BeganBeside = z.infer<typeof BeganBeside>;

export function beganOf({ measure, higher, at, plusMinus, gain }: DomainBegan): Began {
  return {
    ...{ measure, direction: higher ? ('higher' as const) : ('lower' as const), at: timeOf(at) },
    ...{ plusMinus: plusMinus / 1000, gain: finite(gain) ?? Number.MAX_VALUE },
  };
}

export function beganBesideOf(began: DomainBegan, changes: readonly RecentChange[]): BeganBeside {
  const beside = besideOf(changes, began);
  const told = beganOf(began);
  const when = `${factsOf(told.measure).name} went ${told.direction} at ${told.at} ±${lengthWords(began.plusMinus)}`;
  if (beside === undefined) return { ...told, words: `${when}.` };
  const { change, isSuspect, side, by } = beside;
  return {
    ...told,
    beside: { ...{ change: change.id, isSuspect, side }, by: by / 1000 },
    words: `${when}, ${besideWords(beside)}.`,
  };
}

type Beside = NonNullable<ReturnType<typeof besideOf<RecentChange>>>;

function besideWords({ change, isSuspect, side, by }: Beside): string {
  const what = change.kind === 'deploy' ? change.version : `the flag ${change.flag}`;
  const name = `${change.service} ${what}`;
  if (!isSuspect) return `${lengthWords(by)} before ${name}: not its doing`;
  return side === 'with' ? `as ${name} came` : `${lengthWords(by)} after ${name}`;
}
