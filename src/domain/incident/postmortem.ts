import type { Actor } from '../event.ts';
import type { Unit } from '../signal.ts';
import type { Duration, Instant, Range } from '../time.ts';
import type { BudgetCost, IncidentTimes } from './incident.ts';

/** The version of the shape below. A change of it needs a step in `postmortem-versions.ts`. */
export const POSTMORTEM_VERSION = 1;

/** `draft` until somebody asks for a review, `inReview` until somebody else approves it. */
export const REVIEW_STATES = ['draft', 'inReview', 'approved'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** How it was noticed. */
export const DETECTIONS = ['alert', 'deployWatch', 'flagWatch', 'person', 'customer', 'other'] as const;
export type DetectionSource = (typeof DETECTIONS)[number];

/** What set it off. */
export const TRIGGERS = [
  ...['deploy', 'flag', 'configuration', 'traffic', 'dependency'],
  ...['infrastructure', 'certificate', 'data', 'person', 'unknown'],
] as const satisfies readonly string[];
export type TriggerKind = (typeof TRIGGERS)[number];

/** What made it possible. */
export const CAUSES = [
  ...['code', 'configuration', 'capacity', 'dependency', 'infrastructure', 'network'],
  ...['data', 'security', 'process', 'monitoring', 'unknown'],
] as const satisfies readonly string[];
export type CauseCategory = (typeof CAUSES)[number];

/** What an action item is to do about the next one. */
export const ACTION_KINDS = ['prevent', 'detect', 'mitigate', 'process', 'document'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];
export const ACTION_STATES = ['open', 'done', 'dropped'] as const;
export type ActionState = (typeof ACTION_STATES)[number];

/** `id` is `INC-12-1`. `owner` is a Slack user id. `due` is a day, `2026-12-01`, in the configured zone. */
export type ActionItem = {
  readonly id: string;
  readonly title: string;
  readonly kind: ActionKind;
  readonly state: ActionState;
  readonly owner?: string;
  readonly due?: string;
  readonly url?: string;
  readonly createdAt: Instant;
  readonly closedAt?: Instant;
  readonly closedBy?: Actor;
};

/** One line of a picture in figures, in the panel's unit; what has no sample in the range is absent. */
export type EvidenceValue = {
  readonly panel: string;
  readonly line: string;
  readonly unit: Unit;
  readonly last?: number;
  readonly min?: number;
  readonly mean?: number;
  readonly max?: number;
};

/** A picture as data: what was asked, of which stretch, in steps of which length, and what was read. */
export type Evidence = {
  readonly snapshot: string;
  readonly title: string;
  readonly takenAt: Instant;
  readonly range: Range;
  readonly step: Duration;
  readonly queries: readonly { readonly source: string; readonly promql: string; readonly line: string }[];
  readonly values: readonly EvidenceValue[];
};

/** The texts that people write, by the name of their field. Markdown is kept as it was typed. */
export const TEXTS = [
  ...['title', 'summary', 'background', 'impact', 'customerImpact', 'detection', 'trigger'],
  ...['rootCause', 'contributingFactors', 'resolution', 'wentWell', 'wentBadly', 'gotLucky'],
  'supportingInformation',
] as const satisfies readonly string[];
export type TextField = (typeof TEXTS)[number];

/** Fields whose text is a list, a line each. */
export const LISTS: ReadonlySet<TextField> = new Set([
  'contributingFactors',
  'wentWell',
  'wentBadly',
  'gotLucky',
]);

/** What people fill in: texts, choices and times. A field that is absent was never filled; an empty text was emptied. */
export type PostmortemFields = Readonly<Partial<Record<TextField, string>>> & {
  readonly detectionSource?: DetectionSource;
  readonly triggerKind?: TriggerKind;
  /** Id or address of what set it off: a deploy, a rollout, a ticket. */
  readonly triggerReference?: string;
  readonly causeCategory?: CauseCategory;
  readonly times?: IncidentTimes;
};

/** What the record gave when the draft was made or renewed; nobody types it. */
export type PostmortemRecord = {
  readonly alerts: readonly string[];
  readonly deploys: readonly string[];
  readonly rollouts: readonly string[];
  readonly incidents: readonly string[];
  readonly costs: readonly BudgetCost[];
  /** Requests that failed of all, between start and end, by service; absent where nothing counts them. */
  readonly requests: readonly { readonly service: string; readonly failed: number; readonly all: number }[];
  readonly evidence: readonly Evidence[];
  /** What of it could not be read, in words. */
  readonly missing: readonly string[];
};

/** One post-mortem. Its timeline is the incident's; its revisions are all kept. */
export type Postmortem = {
  readonly version: typeof POSTMORTEM_VERSION;
  readonly incident: string;
  readonly revision: number;
  readonly state: ReviewState;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Everybody who wrote in it, in order of their first words. */
  readonly authors: readonly Actor[];
  /** Who wrote this revision; absent where the record did. */
  readonly writtenBy?: Actor;
  readonly approvedBy?: Actor;
  readonly approvedAt?: Instant;
  readonly fields: PostmortemFields;
  /** What the record last put into the fields: those that are still so nobody has touched. */
  readonly drafted: PostmortemFields;
  readonly actions: readonly ActionItem[];
  readonly record: PostmortemRecord;
};

/** What somebody sends of an action item: a new one has no `id`. */
export type ActionDraft = Omit<ActionItem, 'id' | 'createdAt' | 'closedAt' | 'closedBy'> & {
  readonly id?: string;
};
