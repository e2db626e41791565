import type { Precision } from '#domain/answers.ts';
import type { SloWindow } from '#domain/budget/slo.ts';
import type { Spender } from '#domain/budget/spenders.ts';
import type { BudgetState, Colour } from '#domain/budget/state.ts';
import type { Usage } from '#domain/budget/usage.ts';
import type { Scorecard } from '#domain/coverage.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Rollout } from '#domain/flag.ts';
import type { Drawing, Health } from '#domain/panel.ts';
import type { Problem } from '#domain/problem.ts';
import type { Reading } from '#domain/reading.ts';
import type { Labels } from '#domain/series.ts';
import type { ServiceLinks } from '#domain/service.ts';
import type { Measure, Unit } from '#domain/signal.ts';
import type { Duration, Instant, Range } from '#domain/time.ts';
import type { Began } from '#domain/verdict/began.ts';
import type { CohortVerdict } from '#domain/verdict/cohort-verdict.ts';
import type { Confidence } from '#domain/verdict/compared.ts';

import type { DigestAnswer } from './digest-answers.ts';
import type {
  CatchupAnswer,
  DueAction,
  IncidentAnswer,
  IncidentLine,
  IncidentsAnswer,
  PostmortemAnswer,
  PostmortemsAnswer,
} from './incident-answers.ts';

/** An alert that is open now, as shown in a list. */
export type OpenAlert = {
  readonly episode: string;
  readonly name: string;
  readonly severity: 'page' | 'ticket' | 'info';
  readonly since: Instant;
  readonly acknowledged: boolean;
};

/** Something that changed before `at`: a candidate cause, closest first. `relation` says whose change it was. */
export type RecentChange = DeployChange | FlagChange;

export type DeployChange = {
  readonly kind: 'deploy';
  readonly id: string;
  readonly service: string;
  readonly relation: 'own' | 'dependency';
  readonly version: string;
  readonly actor?: string;
  readonly at: Instant;
  /** When it began to be rolled out. */
  readonly startedAt?: Instant;
  readonly url?: string;
};

/** A step of a rollout: from `at` on `share` (0…1) has the flag, where known, after `before`. `isProven`: those with the flag were found to do worse. */
export type FlagChange = {
  readonly kind: 'flag';
  /** The rollout's id. */
  readonly id: string;
  readonly service: string;
  readonly relation: 'own' | 'dependency';
  readonly flag: string;
  readonly share?: number;
  readonly before?: number;
  readonly actor?: string;
  readonly at: Instant;
  readonly url?: string;
  readonly isProven?: true;
};

/** Where one SLO's budget stands. `rates` are burn rates over 1 h, 6 h and 3 d, as far as known; `policy` is what the owner says to do in this state. */
export type BudgetLine = {
  readonly service: string;
  readonly slo: string;
  readonly description?: string;
  readonly objective: number;
  readonly window: SloWindow;
  /** Whether it counts time and not requests. */
  readonly isTime: boolean;
  readonly usage: Usage;
  readonly rates: readonly { readonly over: Duration; readonly rate: number }[];
  readonly state: BudgetState;
  readonly colour: Colour;
  readonly policy?: string;
  /** End of what was counted; absent while nothing was. */
  readonly countedTo?: Instant;
  /** What is to be said of how it is counted, or why it could not be. */
  readonly notes: readonly string[];
};

/** All budgets, worst first; `shown` is how many a short view shows. */
export type BudgetsAnswer = {
  readonly kind: 'budgets';
  readonly at: Instant;
  readonly lines: readonly BudgetLine[];
  readonly shown: number;
  /** Services without an SLO. */
  readonly without: readonly string[];
};

/** One service's budgets with what spent them, largest first. */
export type BudgetAnswer = {
  readonly kind: 'budget';
  readonly service: string;
  readonly at: Instant;
  readonly budgets: readonly (BudgetLine & { readonly spenders: readonly Spender[] })[];
};

export type FleetStatusRow = {
  readonly service: string;
  readonly health: Health;
  /** Why, in sentences, the worst first; empty where it is well. */
  readonly why: readonly string[];
  readonly reading: Reading;
  readonly alerts: readonly OpenAlert[];
  readonly lastDeploy?: { readonly version: string; readonly at: Instant; readonly watching: boolean };
  /** The worst of its budgets. */
  readonly budget?: BudgetLine;
};

/** Rows worst first, all of them; `shown` is how many a short view shows, the rest being healthy or too many to list. */
export type FleetAnswer = {
  readonly kind: 'fleet';
  readonly window: Range;
  readonly rows: readonly FleetStatusRow[];
  readonly shown: number;
  /** Open incidents, oldest first; absent where there are none. */
  readonly incidents?: readonly IncidentLine[];
};

export type ServiceAnswer = {
  readonly kind: 'service';
  readonly service: string;
  readonly description?: string;
  readonly owner?: string;
  readonly links: ServiceLinks;
  readonly window: Range;
  readonly health: Health;
  /** Why, in sentences, the worst first; empty where it is well. */
  readonly why: readonly string[];
  readonly now: Reading;
  readonly yesterday: Reading;
  readonly lastWeek: Reading;
  readonly version?: string;
  readonly alerts: readonly OpenAlert[];
  readonly changes: readonly RecentChange[];
  readonly budgets: readonly BudgetLine[];
  /** Open incidents of the service, oldest first; absent where there are none. */
  readonly incidents?: readonly IncidentLine[];
};

export type ReadyAnswer = {
  readonly kind: 'ready';
  readonly service: string;
  readonly at: Instant;
  readonly word: 'go' | 'careful' | 'stop';
  /** Why, most serious first; never empty. */
  readonly reasons: readonly string[];
  readonly window: Range;
  readonly baseline: Reading;
  readonly alerts: readonly OpenAlert[];
  readonly watches: readonly {
    readonly deploy: string;
    readonly service: string;
    readonly version: string;
    readonly until: Instant;
  }[];
  readonly dependencies: readonly { readonly service: string; readonly health: Health }[];
  readonly budgets: readonly BudgetLine[];
};

export type CompareAnswer = {
  readonly kind: 'compare';
  readonly service: string;
  readonly before: Range;
  readonly after: Range;
  /** What `after` is: “last 30m”, “last 12m of v1.4.2”. */
  readonly of: string;
  /** What `before` is, in the asker's words: “yesterday”, “1 h ago”, “before v1.4.2”. */
  readonly against: string;
  readonly rows: readonly {
    readonly measure: Measure;
    readonly before?: number;
    readonly after?: number;
    /** Absent where it was not observed in counts or steps. */
    readonly confidence?: Confidence;
  }[];
  /** Where signals changed for good within the later window, or as long before it, clearest first. */
  readonly began: readonly Began[];
  /** Changes around that, of which some may be why. */
  readonly changes: readonly RecentChange[];
  readonly problems: readonly Problem[];
};

export type QueryAnswer = {
  readonly kind: 'query';
  readonly promql: string;
  readonly source: string;
  readonly window: Range;
  readonly step: Duration;
  readonly unit: Unit;
  /** Sorted by last value, highest first. */
  readonly rows: readonly {
    readonly labels: Labels;
    readonly last?: number;
    readonly min?: number;
    readonly mean?: number;
    readonly max?: number;
  }[];
  /** Series that were summed into “other” in the picture and are not in `rows`. */
  readonly omitted: number;
  readonly warnings: readonly string[];
};

/** Newest first. `judged` is what came of the verdicts of the time before now that is `over` long: how many there were, and what people said. */
export type DeploysAnswer = {
  readonly kind: 'deploys';
  readonly service?: string;
  readonly deploys: readonly Deploy[];
  readonly judged: {
    readonly over: Duration;
    readonly verdicts: number;
    readonly precision: Precision;
  };
};

/** Rollouts, latest step first, and configured flags of which no change was heard. */
export type FlagsAnswer = {
  readonly kind: 'flags';
  readonly at: Instant;
  readonly service?: string;
  readonly rollouts: readonly Rollout[];
  readonly silent: readonly { readonly service: string; readonly flag: string }[];
};

/** Those with a flag against those without it in `window`. `rollout` is the latest of the flag in the service; `also` are other services that have it. */
export type FlagAnswer = {
  readonly kind: 'flag';
  readonly flag: string;
  readonly service: string;
  readonly window: Range;
  /** How the asker said it: “last 30m”; absent where it is since the latest step. */
  readonly of?: string;
  readonly rollout?: Rollout;
  readonly verdict: CohortVerdict;
  readonly also: readonly string[];
  readonly problems: readonly Problem[];
};

/** The Home tab of one person: how the fleet does, the services that call them, what is open, and what they have to do. */
export type Home = {
  readonly at: Instant;
  readonly fleet: FleetAnswer;
  /** Names of the services that mention them. */
  readonly mine: readonly string[];
  readonly incidents: readonly IncidentLine[];
  readonly omitted: number;
  readonly due: readonly DueAction[];
};

/** How far each service is observed, the least first; `shown` is how many a short view lists. `problems` tell what could not be asked: what depends on it may be there. */
export type CoverageAnswer = {
  readonly kind: 'coverage';
  readonly at: Instant;
  readonly cards: readonly Scorecard[];
  readonly shown: number;
  readonly problems: readonly Problem[];
};

export type UnmatchedItem = {
  readonly id: number;
  readonly at: Instant;
  readonly source: string;
  readonly what: string;
  /** The labels or hints that it carried. */
  readonly carried: Labels;
};

export type UnmatchedAnswer = { readonly kind: 'unmatched'; readonly items: readonly UnmatchedItem[] };

export type HelpAnswer = { readonly kind: 'help'; readonly services: readonly string[] };

/** A kept snapshot, read back by its id. */
export type SnapshotAnswer = { readonly kind: 'snapshot'; readonly id: string; readonly at: Instant };

/** A question that could not be answered, and what might have been meant, as whole commands. */
export type ProblemAnswer = {
  readonly kind: 'problem';
  readonly problem: Problem;
  readonly suggestions: readonly string[];
  readonly stopped?: Stopped;
};

/** Words up to the first that was not understood, that word (none where something is missing at the end), and those after it. `meant` is the word it may be. */
export type Stopped = {
  readonly before: string;
  readonly word: string;
  readonly after: string;
  readonly meant?: string;
};

/** One answer value serves Slack, REST, MCP and the command line. */
export type Answer =
  | FleetAnswer
  | ServiceAnswer
  | ReadyAnswer
  | BudgetsAnswer
  | BudgetAnswer
  | CompareAnswer
  | QueryAnswer
  | DeploysAnswer
  | FlagsAnswer
  | FlagAnswer
  | IncidentsAnswer
  | IncidentAnswer
  | CatchupAnswer
  | PostmortemsAnswer
  | PostmortemAnswer
  | CoverageAnswer
  | DigestAnswer
  | UnmatchedAnswer
  | HelpAnswer
  | SnapshotAnswer
  | ProblemAnswer;

/** An answer with what is to be drawn beside it. */
export type Answered = { readonly answer: Answer; readonly drawing?: Drawing };
