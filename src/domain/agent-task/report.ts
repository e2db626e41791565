import type { Actor } from '../event.ts';
import type { TriggerKind } from '../incident/postmortem.ts';
import type { Instant, Range } from '../time.ts';

/** Something that speaks for a hypothesis: words, and where they can be checked. All texts come from whoever reports. */
export type ReportEvidence = {
  readonly what: string;
  readonly query?: string;
  readonly range?: Range;
  readonly value?: number;
  readonly snapshot?: string;
  readonly url?: string;
};

/** What may have been the cause. `confidence` is 0 to 1, as whoever reports sees it. */
export type Hypothesis = {
  readonly cause: {
    readonly kind: TriggerKind;
    /** The deploy, rollout or dependency that it names, by its id or name. */
    readonly reference?: string;
  };
  readonly statement: string;
  readonly confidence: number;
  readonly evidence: readonly ReportEvidence[];
};

/** What came of a task, the likeliest hypothesis first. Hypotheses may be none: that nothing was found is a result. */
export type TaskReport = {
  /** Counts the reports of the task, from 1. */
  readonly number: number;
  readonly by: Actor;
  readonly at: Instant;
  readonly summary: string;
  readonly hypotheses: readonly Hypothesis[];
  /** What should be done next, as whoever reports sees it. */
  readonly suggestions: readonly string[];
  /** What people said of a hypothesis, by its place in the list; the last word of each person counts. */
  readonly answers: readonly {
    readonly hypothesis: number;
    readonly right: boolean;
    readonly by: Actor;
    readonly at: Instant;
  }[];
};

/** Most that a report may hold; texts are in characters. */
export const REPORT_LIMITS = {
  summary: 2000,
  hypotheses: 5,
  statement: 1000,
  evidence: 10,
  what: 500,
  query: 2000,
  reference: 200,
  url: 1000,
  suggestions: 5,
  suggestion: 500,
} as const;
