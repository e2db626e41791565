import type { Actor, Question } from '#domain/event.ts';
import type { Health } from '#domain/panel.ts';
import type { Reading } from '#domain/reading.ts';
import type { Duration, Instant } from '#domain/time.ts';
import type { BudgetLine, OpenAlert, RecentChange } from './answer.ts';

/** From `at` on a service did so, and why, in sentences. */
export type HealthTurn = { readonly at: Instant; readonly health: Health; readonly why: readonly string[] };

/**
 * A service that is watched for somebody from `from` until `until`, as it was last seen at `at`: all that is known of the watch is here, so that it goes on after a restart. `turns` are
 * when its health changed, the first one being how it began; `fired` names the alerts that were open at some look.
 */
export type LookoutMessage = {
  readonly about: 'lookout';
  readonly at: Instant;
  readonly key: string;
  readonly question: Question;
  readonly service: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly turns: readonly HealthTurn[];
  readonly begun: Reading;
  readonly now: Reading;
  readonly budget?: BudgetLine;
  readonly alerts: readonly OpenAlert[];
  readonly fired: readonly string[];
  /** Changes since it began, latest first. */
  readonly changes: readonly RecentChange[];
  /** Set when it is over: at its time, or because somebody stopped it. */
  readonly ended?: { readonly at: Instant; readonly by?: Actor };
  /** What its budgets lost meanwhile, the one that lost most first; set at the end. */
  readonly lost?: readonly { readonly slo: string; readonly used: Duration; readonly allowed: Duration }[];
  /** Nothing was looked at for so long before `at`, longest. */
  readonly blind?: Duration;
};

/** In the thread of a watch: the service does worse than before. */
export type LookoutTurnMessage = {
  readonly about: 'lookoutTurn';
  readonly at: Instant;
  readonly service: string;
  readonly before: Health;
  readonly turn: HealthTurn;
};
