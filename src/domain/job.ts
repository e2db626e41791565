import type { Actor, LinkTarget, Question } from './event.ts';
import type { RollbackAsked } from './rollback-way.ts';
import type { Duration, Instant } from './time.ts';

/** What has to be done, one union. Every job may be run twice without harm. */
export type Task =
  /** Puts the thread's root message as the state now is; `onsetOf` names the panels that were drawn with the onset that it is to tell. */
  | { readonly kind: 'announceAlert'; readonly episode: string; readonly onsetOf?: number }
  | { readonly kind: 'announceDeploy'; readonly deploy: string }
  | { readonly kind: 'announceUmbrella'; readonly umbrella: string }
  /** Says once, loudly, that nobody has acknowledged. */
  | { readonly kind: 'remindAlert'; readonly episode: string }
  | { readonly kind: 'remindUmbrella'; readonly umbrella: string }
  /** Draws the alert's panels and puts them into its thread; `turn` 0 is the first, each refresh counts on. */
  | { readonly kind: 'snapshotAlert'; readonly episode: string; readonly turn: number }
  /** Looks again for the onset that the panels of that turn were drawn without. */
  | { readonly kind: 'findCauses'; readonly episode: string; readonly turn: number }
  /** Reads the baseline and the window so far. Look 0 reads the baseline alone. */
  | { readonly kind: 'look'; readonly deploy: string; readonly look: number }
  /** Draws before and after, and puts the report into the thread and the result into the root message. */
  | { readonly kind: 'reportDeploy'; readonly deploy: string }
  /** Puts a message of a deploy again with what people said of the verdict; draws and asks nothing anew. */
  | { readonly kind: 'showAnswer'; readonly deploy: string; readonly where: 'root' | 'report' }
  /** Asks another system to roll back, at most once. */
  | { readonly kind: 'requestRollback'; readonly deploy: string; readonly key: string }
  | { readonly kind: 'tellRollback'; readonly deploy: string; readonly asked: RollbackAsked }
  /** Puts the root message of a rollout's thread, and what is said of each of its steps, as they now are. */
  | { readonly kind: 'announceRollout'; readonly rollout: string }
  /** Compares those with the flag and those without it since the step began. */
  | { readonly kind: 'lookRollout'; readonly rollout: string; readonly step: number; readonly look: number }
  /** Draws both cohorts, and puts what a step came to into the thread. */
  | { readonly kind: 'reportRollout'; readonly rollout: string; readonly step: number }
  /** Marks the deploy in Grafana as it now is. */
  | { readonly kind: 'annotate'; readonly deploy: string }
  | { readonly kind: 'answer'; readonly question: Question; readonly key: string }
  /** Puts the root message of an incident as it now is, in its channel and in its own one. */
  | { readonly kind: 'announceIncident'; readonly incident: string }
  /** Has Slack make the incident's own channel, and asks its people in. */
  | { readonly kind: 'openIncidentChannel'; readonly incident: string }
  /** Says in the incident's thread what an entry of its timeline tells. */
  | { readonly kind: 'tellEntry'; readonly incident: string; readonly key: string }
  /** Says in the thread that it was declared from which incident that was. */
  | { readonly kind: 'linkIncident'; readonly incident: string }
  /** Counts what it has cost so far. */
  | { readonly kind: 'costIncident'; readonly incident: string }
  /** Asks for an update, the nth time since the last one. */
  | { readonly kind: 'nudgeIncident'; readonly incident: string; readonly nudge: number }
  /** Fetches the message that somebody marked, and adds it to the timeline that it belongs to. */
  | {
      readonly kind: 'fetchNote';
      readonly incident?: string;
      readonly source: { readonly channel: string; readonly ts: string };
      readonly by: Actor;
      readonly key: string;
    }
  /** Reads what the record knows of a resolved incident, and drafts its post-mortem or renews the draft. */
  | { readonly kind: 'recordPostmortem'; readonly incident: string }
  | { readonly kind: 'announcePostmortem'; readonly incident: string }
  | {
      readonly kind: 'exportPostmortem';
      readonly incident: string;
      readonly format: 'markdown' | 'json';
      readonly place: string;
      readonly thread?: string;
      readonly by: Actor;
    }
  /** Reminds whoever owns an action item, the nth time. */
  | {
      readonly kind: 'remindAction';
      readonly incident: string;
      readonly action: string;
      readonly due: string;
    }
  /** Reads what is known of a task's subject, so that it can be handed off. */
  | { readonly kind: 'handOff'; readonly task: string }
  /** Puts a task's last report into the threads of what it is about, as it now stands. */
  | { readonly kind: 'tellReport'; readonly task: string }
  /** Tells the configured address that a task can be claimed; the nth try. */
  | { readonly kind: 'pushTask'; readonly task: string; readonly attempt: number }
  /** Tells a digest; it waits for budgets to be counted up to when it was due, but not beyond `until`. */
  | {
      readonly kind: 'tellDigest';
      readonly digest: string;
      readonly owner?: string;
      readonly due: Instant;
      readonly until: Instant;
    }
  /** Puts the digest that stands at a place again, with the plan that somebody wrote in it. */
  | {
      readonly kind: 'showPlan';
      readonly service: string;
      readonly slo: string;
      readonly place: { readonly channel: string; readonly ts: string };
    }
  /** Looks at a service that somebody has watched, and puts the message of that key as it now is. */
  | {
      readonly kind: 'lookOut';
      readonly key: string;
      readonly question: Question;
      readonly service: string;
      readonly from: Instant;
      readonly until: Instant;
    }
  | { readonly kind: 'stopLookout'; readonly key: string; readonly by: Actor; readonly at: Instant }
  /** Shows below links to our pages what these say. */
  | { readonly kind: 'unfurl'; readonly links: readonly string[]; readonly target: LinkTarget }
  | { readonly kind: 'silence'; readonly episode: string; readonly by: Actor; readonly length: Duration };

/**
 * A task with its time. `key` makes it one: a job put again under the key of one that has not begun replaces it. Jobs of one `lane`
 * run one after another in order of `due`; lanes run side by side.
 */
export type Job = {
  readonly key: string;
  readonly lane: string;
  readonly due: Instant;
  readonly priority: Priority;
  readonly task: Task;
};

/** Who goes first, in work and in delivery: lower is sooner. */
export const PRIORITY = { alert: 0, resolved: 1, verdict: 2, answer: 3, progress: 4 } as const;

export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** A job from its parts. */
export function job(key: string, lane: string, due: Instant, priority: Priority, task: Task): Job {
  return { key, lane, due, priority, task };
}
