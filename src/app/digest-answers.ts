import type { Precision } from '#domain/answers.ts';
import type { Spender } from '#domain/budget/spenders.ts';
import type { Scorecard } from '#domain/coverage.ts';
import type { Delivery } from '#domain/digest/delivery.ts';
import type { FleetCounts } from '#domain/digest/fleet.ts';
import type { PlanResult, RecoveryPlan } from '#domain/digest/plan.ts';
import type { SpentIn, Trend } from '#domain/digest/spent.ts';
import type { Week } from '#domain/digest/week.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Instant } from '#domain/time.ts';
import type { BudgetLine } from './answer.ts';
import type { DueAction } from './incident-answers.ts';

/** A budget as a digest tells it: where it stands in its own window, and what the week spent of it. */
export type DigestLine = BudgetLine & {
  readonly owner?: string;
  /** Who is called where it is over, by Slack id. */
  readonly mention?: string;
  /** What the week and the one before spent; absent where nothing was counted. */
  readonly week?: SpentIn;
  readonly before?: SpentIn;
  readonly trend?: Trend;
  /** Of all requests that the fleet’s SLOs counted in the week, the part that went to its service, 0…1; absent where requests are not counted. */
  readonly traffic?: number;
};

/** One that needs somebody or did lately, with what spent it, largest first, and what its team means to do. */
export type DigestEntry = DigestLine & {
  readonly spenders: readonly Spender[];
  readonly plan?: { readonly plan: RecoveryPlan; readonly result: PlanResult };
};

/**
 * The week of all services, or of one `owner`’s. `entries` are budgets that are red or yellow, and those with a recovery plan, which may have helped; those that need most first. `rest` are all
 * others. The figures are those of `/obs budget` at `at`.
 */
export type DigestAnswer = {
  readonly kind: 'digest';
  readonly at: Instant;
  readonly owner?: string;
  /** The zone by whose calendar the week is told. */
  readonly zone: string;
  readonly week: Week;
  readonly coverage: {
    readonly services: number;
    readonly withSlo: number;
    /** Services none of whose SLOs has counted anything in its window. */
    readonly noData: number;
  };
  readonly counts: FleetCounts;
  readonly entries: readonly DigestEntry[];
  readonly rest: readonly DigestLine[];
  /** Budgets that are in neither, where it was cut for a message. */
  readonly omitted: number;
  readonly delivery: Delivery;
  /** Verdicts of the deploys that started in the week, and what people said of them. */
  readonly verdicts: { readonly told: number; readonly degraded: number; readonly precision: Precision };
  /** Scorecards of services that lack something, the least observed first, and how many lack nothing; none where Prometheus could not be asked. */
  readonly lacking: readonly Scorecard[];
  readonly complete: number;
  /** Incidents that went on in the week, open ones first, then newest first; those that are the same as another are left out. */
  readonly incidents: readonly Incident[];
  /** Action items whose day is over, the most overdue first; `overdue` counts them all. */
  readonly actions: readonly DueAction[];
  readonly overdue: number;
};
