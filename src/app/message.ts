import type { TaskReport } from '#domain/agent-task/report.ts';
import type { AlertEpisode, Severity } from '#domain/alert.ts';
import type { Colour } from '#domain/budget/state.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Actor, Question } from '#domain/event.ts';
import type { Rollout } from '#domain/flag.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import type { PanelQuery } from '#domain/panel.ts';
import type { Problem } from '#domain/problem.ts';
import type { Reading } from '#domain/reading.ts';
import type { RollbackAsked, RollbackOffer } from '#domain/rollback-way.ts';
import type { ServiceLinks } from '#domain/service.ts';
import type { Measure, Unit } from '#domain/signal.ts';
import type { Duration, Instant } from '#domain/time.ts';
import type { Umbrella } from '#domain/umbrella.ts';
import type { Began } from '#domain/verdict/began.ts';
import type { Onset } from '#domain/verdict/verdict.ts';
import type { Answer, BudgetLine, RecentChange } from './answer.ts';
import type { DigestAnswer } from './digest-answers.ts';
import type { DueAction, IncidentLine, PostmortemLine, SimilarIncident } from './incident-answers.ts';
import type { LookoutMessage, LookoutTurnMessage } from './lookout-message.ts';

/** A picture in a message, by the id of its kept snapshot. */
export type PictureRef = { readonly snapshot: string; readonly alt: string };

/** The root of an alert's thread, as it stands now. `at` is when it was said. */
export type AlertMessage = {
  readonly about: 'alert';
  readonly at: Instant;
  readonly episode: AlertEpisode;
  readonly links: ServiceLinks;
  readonly owner?: string;
  /** The worst of the service's budgets. */
  readonly budget?: BudgetLine;
  readonly onset?: AlertOnset;
};

/** When what an alert is about began, and the change before it that is likely why, or the one that came only after. */
export type AlertOnset = { readonly began: Onset; readonly changes: readonly RecentChange[] };

/** One alert group in the list of a storm. */
export type GroupLine = {
  readonly episode: string;
  readonly name: string;
  readonly service?: string;
  readonly severity: Severity;
  readonly status: 'firing' | 'resolved';
  readonly since: Instant;
  readonly resolvedAt?: Instant;
  /** How many of its alerts fire. */
  readonly alerts: number;
  readonly acknowledged: boolean;
};

/** The root of a storm's thread. `pages` and `unacknowledged` count firing groups; `worst` are the most urgent ones. */
export type UmbrellaMessage = {
  readonly about: 'umbrella';
  readonly at: Instant;
  readonly umbrella: Umbrella;
  readonly groups: number;
  readonly firing: number;
  readonly pages: number;
  readonly unacknowledged: number;
  readonly worst: readonly GroupLine[];
};

/** A part of the list of all groups of a storm, `from` counted from 0. */
export type UmbrellaListMessage = {
  readonly about: 'umbrellaList';
  readonly at: Instant;
  readonly from: number;
  readonly groups: readonly GroupLine[];
};

/** Said once in thread and channel: a page that nobody has acknowledged, or `waiting` of them in a storm, the oldest named. */
export type ReminderMessage = {
  readonly about: 'reminder';
  readonly at: Instant;
  readonly name: string;
  readonly since: Instant;
  readonly waiting: number;
  readonly owner?: string;
  /** Set once it needs nobody any more. */
  readonly settled?: 'acknowledged' | 'resolved';
};

/** The panels in an alert's thread. `reading` is the text that stands in where there is no picture. */
export type AlertSnapshotMessage = {
  readonly about: 'alertSnapshot';
  readonly at: Instant;
  readonly episode: string;
  readonly title: string;
  readonly picture?: PictureRef;
  readonly reading: Reading;
  /** When the alert fired. */
  readonly since?: Instant;
  /** Where the service's signals changed for the worse around that. */
  readonly began?: Began;
  /** All signals that rose then. */
  readonly rose?: readonly Measure[];
  /** The likeliest cause first. */
  readonly changes: readonly RecentChange[];
  readonly budgets?: readonly BudgetLine[];
  /** Earlier incidents like this alert, the most alike first. */
  readonly similar?: readonly SimilarIncident[];
  readonly problems: readonly Problem[];
};

/** The root of a deploy's thread: the watch's progress, or its end. `picture` is set at the end. */
export type DeployMessage = {
  readonly about: 'deploy';
  readonly at: Instant;
  readonly deploy: Deploy;
  readonly links: ServiceLinks;
  readonly owner?: string;
};

/** The first reply in a deploy's thread: what it was like before. */
export type BaselineMessage = {
  readonly about: 'baseline';
  readonly at: Instant;
  readonly deploy: Deploy;
  readonly baseline: Reading;
};

/** What a watch found, once it is certain or at its end: the verdict with its evidence, what was and what is, drawn and in a table. */
export type DeployReportMessage = {
  readonly about: 'deployReport';
  readonly at: Instant;
  readonly deploy: Deploy;
  readonly links: ServiceLinks;
  /** Slack id of the person or user group that is mentioned when it degraded. */
  readonly mention?: string;
  readonly rows: readonly { readonly measure: Measure; readonly before?: number; readonly after?: number }[];
  /** What was asked to judge, one for each measure. */
  readonly queries: readonly PanelQuery[];
  readonly picture?: PictureRef;
  /** What each budget lost since the rollout began. */
  readonly spent?: readonly SpentSince[];
  /** The way back that is offered where it is degraded. */
  readonly rollback?: RollbackOffer;
  readonly problems: readonly Problem[];
};

/** The root of a rollout's thread: the step that holds now, what is said of it so far, and a table of all steps. */
export type RolloutMessage = {
  readonly about: 'rollout';
  readonly at: Instant;
  readonly rollout: Rollout;
  readonly links: ServiceLinks;
  readonly owner?: string;
};

/** What is said of one step of a rollout, in its thread. `isAlarm`: it is the message that calls somebody because the step has to be taken back. */
export type RolloutStepMessage = {
  readonly about: 'rolloutStep';
  readonly at: Instant;
  readonly rollout: Rollout;
  /** The step's number. */
  readonly step: number;
  readonly isAlarm?: true;
  readonly links: ServiceLinks;
  /** Slack id of the person or user group that is mentioned in an alarm. */
  readonly mention?: string;
  readonly picture?: PictureRef;
  readonly problems: readonly Problem[];
};

/** A rollback that somebody asked for by a button. */
export type RollbackMessage = {
  readonly about: 'rollback';
  readonly at: Instant;
  readonly service: string;
  readonly version: string;
  readonly environment: string;
  readonly asked: RollbackAsked;
};

/** What a budget lost in a stretch: `used` ms of `allowed` ms, by `bad` events of `total`; `rate` is how fast it burned. */
export type SpentSince = {
  readonly slo: string;
  readonly used: number;
  readonly allowed: number;
  readonly bad: number;
  readonly total: number;
  readonly rate: number;
};

/**
 * One episode of a budget: told when its colour turns for the worse, updated in place until it is well again. `before` is the colour that it had until `turned`;
 * `since` is when the episode began. `gone`: it is no SLO any more, and `line` is what was last said of it.
 */
export type BudgetMessage = {
  readonly about: 'budget';
  readonly at: Instant;
  readonly line: BudgetLine;
  readonly before: Colour;
  readonly turned: Instant;
  readonly since: Instant;
  readonly owner?: string;
  readonly gone?: true;
};

/** The root of an incident's thread, and of its own channel (`isOwn`). `from` is the thread that it was declared from, `owners` who owns its services. */
export type IncidentMessage = {
  readonly about: 'incident';
  readonly at: Instant;
  readonly incident: Incident;
  readonly owners: readonly string[];
  readonly from?: { readonly title: string; readonly permalink?: string };
  readonly postmortem?: IncidentLine['postmortem'];
  /** What people last said of it. */
  readonly latest?: TimelineEntry;
  readonly isOwn?: true;
};

/** Said in an incident's thread: what an entry of its timeline tells. */
export type IncidentEntryMessage = {
  readonly about: 'incidentEntry';
  readonly at: Instant;
  readonly incident: string;
  readonly entry: TimelineEntry;
};

/** Said in the thread that an incident was declared from. */
export type IncidentLinkMessage = {
  readonly about: 'incidentLink';
  readonly at: Instant;
  readonly line: IncidentLine;
};

/** Asks for an update where nobody has given one for `quiet` ms. `mention` is the commander, or who declared it. */
export type NudgeMessage = {
  readonly about: 'nudge';
  readonly at: Instant;
  readonly incident: Incident;
  readonly quiet: Duration;
  readonly mention?: string;
};

/** To one person: what became of the message that they marked for a timeline. */
export type NotedMessage = {
  readonly about: 'noted';
  readonly at: Instant;
  /** Absent where it could not be told which incident is meant, or the words could not be had: `problem` says so. */
  readonly line?: IncidentLine;
  readonly entry?: TimelineEntry;
  readonly problem?: string;
};

/** A post-mortem in its incident's thread, with what is still to be filled. */
export type PostmortemMessage = {
  readonly about: 'postmortem';
  readonly at: Instant;
  readonly line: PostmortemLine;
};

/** Reminds whoever owns an action item that it is due. */
export type ActionDueMessage = {
  readonly about: 'actionDue';
  readonly at: Instant;
  readonly due: DueAction;
  /** The incident's title. */
  readonly title: string;
};

/** What a hypothesis names, as far as it is known here: by its own name, never a bare id; none where it is not known, or nothing is named. */
export type NamedCause = {
  readonly name?: string;
  /** Where it can be looked at. */
  readonly url?: string;
  /** What was found of it here, in words of ours. */
  readonly found?: string;
};

/** The last report on an agent task, with what people say of it, in the thread of what the task is about. */
export type TaskReportMessage = {
  readonly about: 'taskReport';
  readonly at: Instant;
  /** The task's id. */
  readonly task: string;
  /** What the task is about, in one line from outside. */
  readonly title: string;
  readonly report: TaskReport;
  /** What the hypotheses name, by their places. */
  readonly causes: readonly NamedCause[];
  /** The report that this one takes the place of. */
  readonly corrects?: { readonly by: Actor; readonly at: Instant };
  /** The units of queries in the evidence, by query, as far as they are known. */
  readonly units: Readonly<Record<string, Unit>>;
  /** Those of the pictures in the evidence that are kept. */
  readonly pictures: readonly string[];
};

/** A digest as it came round. `late` is when it was due, where it goes out much later. */
export type DigestMessage = {
  readonly about: 'digest';
  readonly at: Instant;
  readonly digest: string;
  readonly answer: DigestAnswer;
  readonly late?: Instant;
  readonly picture?: PictureRef;
  /** Why a picture that belongs here is missing. */
  readonly problems: readonly Problem[];
};

/** An answer being worked on, shown at once. */
export type WorkingMessage = { readonly about: 'working'; readonly at: Instant; readonly question: Question };

export type AnswerMessage = {
  readonly about: 'answer';
  readonly at: Instant;
  readonly question: Question;
  readonly answer: Answer;
  readonly picture?: PictureRef;
  /** Why a picture that belongs here is missing. */
  readonly problems: readonly Problem[];
};

/** Everything that Bellbuoy says, as values; what they look like is decided where they are sent. */
export type Message =
  | AlertMessage
  | AlertSnapshotMessage
  | UmbrellaMessage
  | UmbrellaListMessage
  | ReminderMessage
  | DeployMessage
  | BaselineMessage
  | DeployReportMessage
  | RolloutMessage
  | RolloutStepMessage
  | RollbackMessage
  | BudgetMessage
  | IncidentMessage
  | IncidentEntryMessage
  | IncidentLinkMessage
  | NudgeMessage
  | NotedMessage
  | PostmortemMessage
  | ActionDueMessage
  | TaskReportMessage
  | DigestMessage
  | LookoutMessage
  | LookoutTurnMessage
  | WorkingMessage
  | AnswerMessage;
