import { z } from 'zod';
import type { ReadyAnswer } from '#app/answer.ts';
import { Budget, budgetOf } from './budgets.ts';
import { OpenAlert, openAlertOf } from './changes.ts';
import { Reading, readingOf, Window, windowOf } from './readings.ts';
import { Health } from './status.ts';
import { Time, timeOf, Untrusted } from './values.ts';

const WORDS = ['go', 'careful', 'stop'] as const satisfies readonly ReadyAnswer['word'][];

const EXIT_STATUS = { go: 0, careful: 0, stop: 1 } as const;
const STRICT_EXIT_STATUS = { go: 0, careful: 2, stop: 1 } as const;

/** Whether now is a moment to deploy a service, and what a pipeline does about it. */
export const Readiness = z.object({
  at: Time,
  service: z.string(),
  word: z
    .enum(WORDS)
    .describe(
      'stop: a page fires, a grave incident is open or a budget burns fast; careful: something is open, running or unseen.',
    ),
  reasons: z.array(Untrusted).min(1).describe('Why, most serious first.'),
  window: Window.describe('What the baseline is of.'),
  baseline: Reading.describe('What a deploy would be compared with.'),
  alerts: z.array(OpenAlert),
  watches: z
    .array(z.object({ deploy: z.string(), service: z.string(), version: Untrusted, until: Time }))
    .describe('Deploys that are being watched, its own and those of what it depends on.'),
  dependencies: z.array(z.object({ service: z.string(), health: Health })),
  budgets: z.array(Budget),
});
export type Readiness = z.infer<typeof Readiness>;

/** The same for a pipeline. */
export const Preflight = Readiness.pick({ at: true, service: true, word: true, reasons: true }).extend({
  exitStatus: z
    .int()
    .min(0)
    .max(2)
    .describe(
      'What a step of a pipeline ends with: 0 goes on, 1 is stop, 2 is careful where that is not to pass.',
    ),
});
export type Preflight = z.infer<typeof Preflight>;

export function readinessOf(answer: ReadyAnswer): Readiness {
  const { at, service, word, reasons, window, baseline, alerts, watches, dependencies, budgets } = answer;
  return {
    ...{ at: timeOf(at), service, word, reasons: [...reasons], window: windowOf(window) },
    ...{ baseline: readingOf(baseline), alerts: alerts.map(openAlertOf) },
    watches: watches.map(({ until, ...watch }) => ({ ...watch, until: timeOf(until) })),
    dependencies: dependencies.map((one) => ({ ...one })),
    budgets: budgets.map(budgetOf),
  };
}

/** `allowCareful`: whether a pipeline may go on where the word is careful. */
export function preflightOf({ at, service, word, reasons }: ReadyAnswer, allowCareful: boolean): Preflight {
  const exitStatus = (allowCareful ? EXIT_STATUS : STRICT_EXIT_STATUS)[word];
  return { at: timeOf(at), service, word, reasons: [...reasons], exitStatus };
}
