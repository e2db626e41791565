import type { Incident } from '#domain/incident/incident.ts';
import type { ActionItem, Postmortem, TextField } from '#domain/incident/postmortem.ts';
import type { Similar } from '#domain/incident/similar.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';
import type { Reading } from '#domain/reading.ts';
import type { Instant } from '#domain/time.ts';
import type { OpenAlert } from './answer.ts';

/** An incident as a list shows it; `permalink` leads to its root message, once that is posted. */
export type IncidentLine = {
  readonly incident: Incident;
  readonly permalink?: string;
  /** The state of its post-mortem; absent where there is none yet. */
  readonly postmortem?: Postmortem['state'];
  /** The part of what was written that holds the words searched for. */
  readonly excerpt?: string;
};

/** Open ones first, then newest first. `open` counts all open ones, `omitted` what is not listed. */
export type IncidentsAnswer = {
  readonly kind: 'incidents';
  readonly at: Instant;
  readonly service?: string;
  readonly text?: string;
  readonly open: number;
  readonly lines: readonly IncidentLine[];
  readonly omitted: number;
};

/** One incident, with the end of its timeline, newest last; `earlier` counts the entries before. */
export type IncidentAnswer = {
  readonly kind: 'incident';
  readonly at: Instant;
  readonly line: IncidentLine;
  readonly entries: readonly TimelineEntry[];
  readonly earlier: number;
  readonly similar: readonly SimilarIncident[];
};

/** What happened so far, for whoever joins late: the entries that matter most, in order. `omitted` counts the others. */
export type CatchupAnswer = {
  readonly kind: 'catchup';
  readonly at: Instant;
  readonly line: IncidentLine;
  readonly entries: readonly TimelineEntry[];
  readonly omitted: number;
  /** How its services do now. */
  readonly now: readonly { readonly service: string; readonly reading: Reading }[];
  /** Those of its alerts that still fire. */
  readonly firing: readonly OpenAlert[];
};

/** An earlier incident like this one, and why it is taken for that. */
export type SimilarIncident = {
  readonly incident: Incident;
  readonly why: readonly Similar['why'][number][];
  /** What its post-mortem found: the root cause in one sentence. */
  readonly cause?: string;
  readonly permalink?: string;
};

/** A post-mortem as a list shows it. `unfilled` names what nobody has written yet. */
export type PostmortemLine = {
  readonly incident: Incident;
  readonly postmortem: Postmortem;
  readonly unfilled: readonly TextField[];
  readonly open: readonly ActionItem[];
};

/** Newest first; `due` are open action items, the most overdue first. */
export type PostmortemsAnswer = {
  readonly kind: 'postmortems';
  readonly at: Instant;
  readonly service?: string;
  readonly lines: readonly PostmortemLine[];
  readonly omitted: number;
  readonly due: readonly DueAction[];
};

export type DueAction = {
  readonly incident: string;
  readonly item: ActionItem;
  /** Its day is over, in the configured zone. */
  readonly isOverdue: boolean;
};

export type PostmortemAnswer = {
  readonly kind: 'postmortem';
  readonly line: PostmortemLine;
  readonly entries: readonly TimelineEntry[];
};
