import { z } from 'zod';
import type * as domain from '#domain/flag.ts';
import { latestStep, standingStop } from '#domain/flag.ts';
import { present } from '#domain/optional.ts';
import type { Word } from '#domain/verdict/cohort-verdict.ts';
import { CohortSignal, cohortSignalOf, Needs, needsOf, SampleRatio, sampleRatioOf } from './cohorts.ts';
import { Problem, problemOf } from './problem.ts';
import { areFinite, Share, shareOf, Time, timeOf, Untrusted } from './values.ts';

const WORDS = ['go', 'hold', 'stop'] as const satisfies readonly Word[];

/** One step of a rollout, in short. */
export const StepSummary = z.object({
  number: z.int().min(1),
  share: Share.optional().describe(
    'Who has the flag from `since` on; absent where the sender does not tell.',
  ),
  since: Time,
  source: z.string().describe('Who told of it.'),
  by: Untrusted.optional().describe('Who did it, as the sender names them.'),
  url: Untrusted.optional(),
  state: z
    .enum(['recorded', 'watching', 'ended'])
    .describe('`recorded`: nothing is compared, and no word is ever said.'),
  word: z
    .enum(WORDS)
    .optional()
    .describe('go: on with it; hold: not yet; stop: back. While a step is watched there is always one.'),
  decidedAt: Time.optional().describe('When go or stop was certain.'),
});
export type StepSummary = z.infer<typeof StepSummary>;

/** One step of a rollout, with what was found out about it. */
export const Step = StepSummary.extend({
  watch: z
    .object({
      from: Time,
      to: Time.describe('Before this moment no go is said.'),
      looks: z.int().min(0),
      lookedAt: Time.optional(),
    })
    .optional(),
  compared: z
    .enum(['cohorts', 'before'])
    .optional()
    .describe('With those without the flag at the same time; or, where all have it or nobody, with before.'),
  signals: z.array(CohortSignal),
  rates: z
    .object({ off: z.number().min(0), on: z.number().min(0) })
    .optional()
    .describe('Requests a second.'),
  sampleRatio: SampleRatio.optional(),
  needs: Needs.optional().describe('What is missing to be certain.'),
  reasons: z.array(z.string()).describe('Why this word, in sentences.'),
  problems: z.array(Problem).describe('What went wrong in asking, at the latest look.'),
});
export type Step = z.infer<typeof Step>;

const Common = z.object({
  id: z.string(),
  flag: Untrusted,
  service: z.string().optional().describe('The configured service; absent where none fits.'),
  environment: Untrusted,
  standingStop: z
    .int()
    .optional()
    .describe('The number of a step that was stopped, and that no smaller share and no later go takes back.'),
});

/** A flag on its way through one service, in short. */
export const RolloutSummary = Common.extend({
  step: StepSummary.describe('The newest.'),
  steps: z.array(StepSummary).describe('All, oldest first.'),
});
export type RolloutSummary = z.infer<typeof RolloutSummary>;

/** A flag on its way through one service: its newest step as it is, the others in short. */
export const RolloutNow = Common.extend({
  step: Step.describe('The newest.'),
  steps: z.array(StepSummary).describe('All, oldest first; the latest hundred at most.'),
});
export type RolloutNow = z.infer<typeof RolloutNow>;

/** A flag on its way through one service. */
export const Rollout = Common.extend({
  step: Step.describe('The newest.'),
  steps: z.array(Step).describe('All, oldest first.'),
});
export type Rollout = z.infer<typeof Rollout>;

/** A page of rollouts, the one with the newest step first. */
export const FlagList = z.object({
  at: Time,
  rollouts: z.array(RolloutSummary),
  silent: z
    .array(z.object({ flag: Untrusted, service: z.string() }))
    .optional()
    .describe('Configured flags of which no change was heard; on the first page only.'),
  nextCursor: z.string().optional().describe('Send it as `cursor` for the next page; absent on the last.'),
});
export type FlagList = z.infer<typeof FlagList>;

/** The latest rollout of one flag in each service and environment, the one with the newest step first. */
export const FlagDetail = z.object({ at: Time, flag: Untrusted, rollouts: z.array(RolloutNow) });
export type FlagDetail = z.infer<typeof FlagDetail>;

export function rolloutSummaryOf(rollout: domain.Rollout): RolloutSummary {
  return { ...commonOf(rollout), ...stepsOf(rollout, stepSummaryOf) };
}

export function rolloutNowOf(rollout: domain.Rollout): RolloutNow {
  const { step } = rolloutOf(rollout);
  return { ...rolloutSummaryOf(rollout), step };
}

export function rolloutOf(rollout: domain.Rollout): Rollout {
  return { ...commonOf(rollout), ...stepsOf(rollout, stepOf) };
}

function commonOf(rollout: domain.Rollout) {
  const { id, flag, service, environment } = rollout;
  return { id, flag, environment, ...present({ service, standingStop: standingStop(rollout)?.number }) };
}

function stepsOf<T>(rollout: domain.Rollout, of: (step: domain.RolloutStep) => T) {
  const newest = latestStep(rollout);
  if (newest === undefined) throw new Error(`The rollout ${rollout.id} has no step.`);
  return { step: of(newest), steps: rollout.steps.map(of) };
}

function stepSummaryOf({ number, share, at, source, actor, url, watch }: domain.RolloutStep): StepSummary {
  const word = watch === undefined ? undefined : wordOf(watch);
  const decidedAt = word === 'hold' ? undefined : watch?.verdict?.decidedAt;
  return {
    ...{ number, since: timeOf(at), source, state: watch?.state ?? 'recorded' },
    ...present({
      ...{ by: actor, url, word },
      share: share === undefined ? undefined : shareOf(share),
      decidedAt: decidedAt === undefined ? undefined : timeOf(decidedAt),
    }),
  };
}

function stepOf(step: domain.RolloutStep): Step {
  const { watch } = step;
  const { verdict, window, lookedAt } = watch ?? {};
  const { compared, rates, sampleRatio, needs } = verdict ?? {};
  return {
    ...stepSummaryOf(step),
    ...present({
      watch:
        window === undefined
          ? undefined
          : {
              ...{ from: timeOf(window.from), to: timeOf(window.to), looks: watch?.looks ?? 0 },
              ...present({ lookedAt: lookedAt === undefined ? undefined : timeOf(lookedAt) }),
            },
      compared,
      rates: rates !== undefined && areFinite(rates.off, rates.on) ? rates : undefined,
      sampleRatio: sampleRatio === undefined ? undefined : sampleRatioOf(sampleRatio),
      needs: needs === undefined ? undefined : needsOf(needs),
    }),
    signals: (verdict?.signals ?? []).map(cohortSignalOf),
    reasons: [...(verdict?.reasons ?? [])],
    problems: (watch?.problems ?? []).map(problemOf),
  };
}

/** Before anything was seen it is *hold*: whoever waits for a word has one. */
function wordOf({ state, verdict }: domain.StepWatch): Word | undefined {
  return verdict?.word ?? (state === 'watching' ? 'hold' : undefined);
}
