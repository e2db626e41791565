import type { Rollout, RolloutStep } from '#domain/flag.ts';
import type { CohortVerdict } from '#domain/verdict/cohort-verdict.ts';

/** Steps that the root's table is made of. */
const IN_ROOT = 8;

/** Steps around one that what is said of it speaks of: what came before it, and what became of it. */
const AROUND = 10;

/** As much of a rollout as its root message shows: every message keeps what it shows, and a rollout may have a hundred steps. */
export function excerptForRoot(rollout: Rollout): Rollout {
  return {
    ...rollout,
    steps: rollout.steps.slice(-IN_ROOT).map((step) => withVerdict(step, withoutEvidence)),
  };
}

/** As much of a rollout as the message of one step shows: that step as it is, and of those around it what they came to. */
export function excerptForStep(rollout: Rollout, number: number): Rollout {
  const place = rollout.steps.findIndex((step) => step.number === number);
  const from = Math.max(0, place - AROUND);
  const around = rollout.steps.slice(from, place + AROUND + 1);
  return {
    ...rollout,
    steps: around.map((step) => (step.number === number ? step : withVerdict(step, wordAlone))),
  };
}

function withVerdict(step: RolloutStep, of: (verdict: CohortVerdict) => CohortVerdict): RolloutStep {
  if (step.watch === undefined) return step;
  const { queries: _, problems: __, verdict, ...watch } = step.watch;
  return { ...step, watch: { ...watch, ...(verdict === undefined ? {} : { verdict: of(verdict) }) } };
}

function withoutEvidence(verdict: CohortVerdict): CohortVerdict {
  const signals = verdict.signals.map(({ significance: _, ...signal }) => ({ ...signal, reasons: [] }));
  return { ...verdict, signals };
}

function wordAlone({ word, compared }: CohortVerdict): CohortVerdict {
  return { word, compared, signals: [], reasons: [] };
}
