import type { AgentTaskEvent } from './agent-task/event.ts';
import type { AlertNotification } from './alert-notification.ts';
import type { DigestEvent } from './digest/event.ts';
import type {
  BudgetCost,
  IncidentSeverity,
  IncidentStatus,
  IncidentTimes,
  Role,
  Subject,
} from './incident/incident.ts';
import type {
  ActionDraft,
  ActionState,
  PostmortemFields,
  PostmortemRecord,
  ReviewState,
} from './incident/postmortem.ts';
import type { EntryChange } from './incident/timeline.ts';
import type { PanelQuery } from './panel.ts';
import type { Problem } from './problem.ts';
import type { Reading } from './reading.ts';
import type { Request } from './request.ts';
import type { RollbackOutcome } from './rollback-way.ts';
import type { Hints } from './service.ts';
import type { Duration, Instant } from './time.ts';
import type { CohortVerdict } from './verdict/cohort-verdict.ts';
import type { DeployVerdict } from './verdict/deploy-verdict.ts';
import type { Verdict } from './verdict/verdict.ts';

/** Who did something in Slack, by Slack user id; or a machine, by its name. */
export type Actor =
  | { readonly kind: 'person'; readonly user: string }
  | { readonly kind: 'machine'; readonly name: string };

/** One entry of a deploy's change list. */
export type Change = { readonly title: string; readonly url?: string; readonly author?: string };

/** What a sender says of a deploy. `at` is the moment of this status; `startedAt` when the rollout began, where known. */
export type DeployReport = {
  readonly type: 'deployReport';
  readonly source: string;
  /** The sender's own id of the deployment, the same in all its reports. */
  readonly id?: string;
  readonly hints: Hints;
  readonly version: string;
  /** What exactly was deployed, in the sender's words (a package URL, an image, a revision); the same artefact is the same version. */
  readonly artifact?: string;
  readonly previousVersion?: string;
  /** Whether the sender says that an earlier version was put back. */
  readonly rollback?: true;
  /** Nobody said it: the metrics showed the version. */
  readonly unannounced?: true;
  readonly environment: string;
  /** What kind of environment it is, where the sender tells (`production`), whatever its name. */
  readonly environmentTier?: string;
  readonly status: 'started' | 'succeeded' | 'failed';
  readonly at: Instant;
  readonly startedAt?: Instant;
  /** `startedAt` is when it was asked for: it counts only where the sender never said that the rollout began. */
  readonly isStartGuessed?: true;
  readonly part?: string;
  readonly url?: string;
  readonly actor?: string;
  readonly changes: readonly Change[];
};

/** What a sender says of a feature flag: from `at` on `share` (0…1) of everybody has it; absent where it does not tell how many. */
export type FlagReport = {
  readonly type: 'flagReport';
  readonly source: string;
  readonly flag: string;
  /** The sender's own project or application, for whoever looks for it there. */
  readonly project?: string;
  readonly hints: Hints;
  readonly environment: string;
  readonly share?: number;
  readonly at: Instant;
  readonly url?: string;
  readonly actor?: string;
};

/** What people press and type. */
export type PersonEvent =
  | { readonly type: 'alertAcknowledged'; readonly episode: string; readonly by: Actor }
  | {
      readonly type: 'silenceRequested';
      readonly episode: string;
      readonly by: Actor;
      readonly length: Duration;
    }
  | { readonly type: 'panelsRequested'; readonly episode: string; readonly by: Actor }
  | { readonly type: 'umbrellaAcknowledged'; readonly umbrella: string; readonly by: Actor }
  | {
      readonly type: 'verdictAnswered';
      readonly deploy: string;
      readonly right: boolean;
      /** The verdict that the person saw; absent in messages from before this was carried. */
      readonly of?: Verdict;
      readonly by: Actor;
    }
  | {
      readonly type: 'verdictExpected';
      readonly deploy: string;
      readonly reason: string;
      /** As for `verdictAnswered`. */
      readonly of?: Verdict;
      readonly by: Actor;
    }
  /** Asks another system to roll a deploy back. */
  | { readonly type: 'rollbackRequested'; readonly deploy: string; readonly by: Actor }
  /** Somebody opened the page on which a deploy is rolled back. */
  | { readonly type: 'rollbackOpened'; readonly deploy: string; readonly by: Actor }
  /** Ends the watch that stands in the message of that key. */
  | { readonly type: 'watchStopped'; readonly watch: string; readonly by: Actor }
  /** Somebody shared links to our pages, or is about to. */
  | {
      readonly type: 'linkShared';
      readonly links: readonly string[];
      readonly target: LinkTarget;
      readonly by: Actor;
    }
  | { readonly type: 'asked'; readonly question: Question };

/** Where links stand: in a message, or in one that is being written, by the id that Slack gives that. */
export type LinkTarget = { readonly channel: string; readonly ts: string } | { readonly unfurl: string };

/**
 * A question and where its answer goes. `place` is a Slack conversation id; `thread` the parent message's ts when it was asked in a
 * thread; `direct` that only the asker should get it.
 */
export type Question = {
  readonly request: Request;
  readonly words: string;
  readonly by: string;
  readonly place: string;
  readonly thread?: string;
  readonly direct: boolean;
};

/** What our own jobs found out. */
export type ResultEvent =
  | {
      readonly type: 'silenced';
      readonly episode: string;
      readonly by: Actor;
      readonly silence: string;
      readonly until: Instant;
    }
  | {
      readonly type: 'silenceFailed';
      readonly episode: string;
      readonly by: Actor;
      readonly problem: Problem;
    }
  | {
      /** Alertmanager has none of a firing episode's alerts any more. `heardAt` is the episode's: a word that came since wins. */
      readonly type: 'resolveLost';
      readonly episode: string;
      readonly heardAt: Instant;
    }
  | {
      /** What came of asking for the rollback that has this key. */
      readonly type: 'rollbackAnswered';
      readonly deploy: string;
      readonly key: string;
      readonly by: Actor;
      readonly outcome: RollbackOutcome;
    }
  | {
      readonly type: 'looked';
      readonly deploy: string;
      readonly look: number;
      /** When the window began that was looked at: the watch may have begun anew meanwhile. */
      readonly windowFrom?: Instant;
      readonly baseline: Reading;
      readonly current: Reading;
      /** What was judged of all that came after so far; absent before anything did. */
      readonly verdict?: DeployVerdict;
      /** What was asked for it. */
      readonly queries?: readonly PanelQuery[];
      /** What went wrong in asking. */
      readonly problems?: readonly Problem[];
      /** Set when something of the window could not be read yet: its source does not answer, or has not got it. */
      readonly unsettled?: 'away' | 'late';
    }
  | {
      /** What a look at a step of a rollout found. */
      readonly type: 'rolloutLooked';
      readonly rollout: string;
      readonly step: number;
      readonly look: number;
      readonly verdict: CohortVerdict;
      readonly queries: readonly PanelQuery[];
      readonly problems: readonly Problem[];
      /** No further look can be taken. */
      readonly isLast?: true;
    };

/** A budget began to burn fast, or no longer is unwell. `budget` names the SLO and the episode; `since` is when the episode began. */
export type BudgetEvent = {
  readonly type: 'budgetTurned';
  readonly budget: string;
  readonly service: string;
  readonly slo: string;
  readonly since: Instant;
  readonly isBurning: boolean;
};

/** What people do in incidents and post-mortems. `by` may be a machine where an agent does it. */
export type IncidentEvent =
  | {
      readonly type: 'incidentDeclared';
      readonly title: string;
      readonly severity?: IncidentSeverity;
      readonly services: readonly string[];
      readonly subject?: Subject;
      readonly summary?: string;
      readonly by: Actor;
      /** Where it was declared: a conversation's id. */
      readonly place?: string;
    }
  | {
      readonly type: 'incidentChanged';
      readonly incident: string;
      readonly change: IncidentChange;
      /** Said with the change, and kept in the timeline. */
      readonly note?: string;
      readonly by: Actor;
    }
  | {
      /** Words for the timeline. `at` is when they were written; without `incident` it is the one in whose `source` they stand. */
      readonly type: 'timelineNoted';
      readonly incident: string;
      readonly text: string;
      readonly at: Instant;
      readonly author?: Actor;
      readonly source?: { readonly channel: string; readonly ts: string };
      readonly by: Actor;
    }
  | {
      /** Somebody marked a message for the timeline; its words have to be fetched. */
      readonly type: 'noteMarked';
      /** Where whoever marked it said so; else it is the one to which its place belongs. */
      readonly incident?: string;
      readonly source: { readonly channel: string; readonly ts: string };
      readonly by: Actor;
    }
  | {
      readonly type: 'timelineRevised';
      readonly incident: string;
      readonly key: string;
      readonly change: EntryChange;
      readonly by: Actor;
    }
  | {
      /** Fields as somebody sent them, who began from `base`, a revision of the post-mortem. */
      readonly type: 'postmortemEdited';
      readonly incident: string;
      readonly base: number;
      readonly fields: PostmortemFields;
      readonly by: Actor;
    }
  | {
      readonly type: 'postmortemReviewed';
      readonly incident: string;
      readonly state: ReviewState;
      readonly by: Actor;
    }
  | {
      /** A new action item, or what an old one is to be. */
      readonly type: 'actionWritten';
      readonly incident: string;
      readonly action: ActionDraft;
      readonly by: Actor;
    }
  | {
      readonly type: 'actionMoved';
      readonly incident: string;
      readonly action: string;
      readonly state?: ActionState;
      readonly due?: string;
      readonly by: Actor;
    }
  | {
      /** Asks for a post-mortem as a file, where it was asked. */
      readonly type: 'exportAsked';
      readonly incident: string;
      readonly format: 'markdown' | 'json';
      readonly place: string;
      readonly thread?: string;
      readonly by: Actor;
    };

/** What is changed of an incident; what is absent stays. A role of `undefined` is given back. */
export type IncidentChange = {
  readonly title?: string;
  readonly summary?: string;
  readonly severity?: IncidentSeverity;
  readonly status?: IncidentStatus;
  readonly services?: readonly string[];
  readonly role?: { readonly role: Role; readonly holder?: Actor };
  /** Times that are set right; `null` says that one is not known. */
  readonly times?: Readonly<Partial<Record<keyof IncidentTimes, Instant | null>>>;
  readonly duplicateOf?: string;
};

/** What our own jobs found out for incidents. */
export type IncidentResult =
  | {
      readonly type: 'incidentOwnChannel';
      readonly incident: string;
      readonly channel?: string;
      readonly why?: string;
    }
  | {
      readonly type: 'incidentCosted';
      readonly incident: string;
      readonly costs: readonly BudgetCost[];
      readonly to: Instant;
    }
  | {
      readonly type: 'incidentNudged';
      readonly incident: string;
      readonly nudge: number;
      /** When the silence began in which people were asked. */
      readonly since: Instant;
    }
  | {
      readonly type: 'postmortemRecorded';
      readonly incident: string;
      readonly fields: PostmortemFields;
      readonly record: PostmortemRecord;
    }
  | {
      /** A picture was posted: in a thread of ours, or as the answer to a question. */
      readonly type: 'pictureShown';
      readonly snapshot: string;
      readonly title: string;
      readonly services: readonly string[];
      readonly subject?: Subject;
      /** Who asked for it, in which words. */
      readonly question?: Question;
    };

/** All that can come in, one union. */
export type Event =
  | AlertNotification
  | DeployReport
  | FlagReport
  | PersonEvent
  | ResultEvent
  | BudgetEvent
  | IncidentEvent
  | IncidentResult
  | AgentTaskEvent
  | DigestEvent;

/** An event as committed. `id` is unique and grows; whatever the event creates takes its id from it. */
export type Received = { readonly id: number; readonly event: Event; readonly at: Instant };
