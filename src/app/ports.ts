import type { Settled } from '#domain/budget/state.ts';
import type { Tally } from '#domain/budget/usage.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Event, LinkTarget, Received } from '#domain/event.ts';
import type { Rollout } from '#domain/flag.ts';
import type { Job, Priority } from '#domain/job.ts';
import type { Drawing, Picture, Snapshot, Theme } from '#domain/panel.ts';
import type { Outcome } from '#domain/problem.ts';
import type { Labels } from '#domain/series.ts';
import type { Catalog } from '#domain/service.ts';
import type { Sightings } from '#domain/sighting.ts';
import type { Duration, Instant, Range } from '#domain/time.ts';
import type { AgentTasks, TaskPushes } from './agent-task-ports.ts';
import type { Alerts, ErrorPatterns, Umbrellas } from './alert-ports.ts';
import type { Answer, UnmatchedItem } from './answer.ts';
import type { Audit } from './audit-ports.ts';
import type { Digests } from './digest-ports.ts';
import type { Failpoint } from './failpoints.ts';
import type { Conversations, Documents, Incidents, Postmortems, Timelines } from './incident-ports.ts';
import type { Message, PictureRef } from './message.ts';
import type {
  Annotations,
  CohortObserver,
  Metrics,
  Rollbacks,
  SignalObserver,
  SliCounter,
} from './telemetry.ts';

export type * from './agent-task-ports.ts';
export type * from './alert-ports.ts';
export type * from './audit-ports.ts';
export type * from './digest-ports.ts';
export type * from './incident-ports.ts';
export type * from './telemetry.ts';

export interface Clock {
  /** Now, UTC. */
  now(): Instant;
  /** Resolves after that many milliseconds, or at once when the signal aborts; never rejects. */
  sleep(length: Duration, signal?: AbortSignal): Promise<void>;
}

/** Structured logging. `facts` never hold secrets or bodies. */
export interface Log {
  debug(facts: object, what: string): void;
  info(facts: object, what: string): void;
  warn(facts: object, what: string): void;
  error(facts: object, what: string): void;
  child(facts: object): Log;
}

/** Counters and timings for `/metrics`; names are fixed in `runtime/metrics.ts`, labels are few and bounded. */
export interface Meter {
  count(name: string, labels?: Labels, by?: number): void;
  /** Records a duration in milliseconds into a histogram exported in seconds. */
  time(name: string, length: Duration, labels?: Labels): void;
  /** Registers a value that is read whenever metrics are collected. */
  gauge(name: string, read: () => number | Promise<number>): void;
  /** As `gauge`, one value for each set of labels. */
  gauges(name: string, read: () => readonly { readonly value: number; readonly labels: Labels }[]): void;
}

/** The services as configured now. A reload replaces the value between two calls. */
export interface CatalogPort {
  current(): Catalog;
}

/** An event that comes in, and what makes a repeat of it the same. */
export type InboxEntry = { event: Event; source: string; dedupeKey: string; at: Instant };

/** What was accepted and not yet decided. */
export interface Inbox {
  /**
   * Commits one event. When an event with the same `dedupeKey` was committed before, nothing is added and `duplicate` is true.
   * Rejects with nothing committed when the database cannot take it.
   */
  append(entry: InboxEntry): Promise<{ id: number; duplicate: boolean }>;
  /** What became of an event; `undefined` where there is none of that id (any more). */
  stateOf(id: number): Promise<'pending' | 'decided' | 'failed' | undefined>;
  /** An event as it was committed, decided or not. */
  get(id: number): Promise<Received | undefined>;
  /** Undecided events, oldest first. */
  pending(limit: number): Promise<readonly Received[]>;
  markDecided(id: number, at: Instant): Promise<void>;
  /** Sets an event aside that could not be decided, with its problem; it blocks nobody. */
  markFailed(id: number, problem: string, at: Instant): Promise<void>;
  /** How many wait to be decided, and since when the oldest does. */
  backlog(): Promise<{ waiting: number; since?: Instant }>;
  /** Called after each commit of a new event, in this process. */
  onAppend(wake: () => void): void;
}

/** A job with its bookkeeping. `attempt` counts from 1. */
export type LeasedJob = { readonly id: number; readonly job: Job; readonly attempt: number };

export interface Jobs {
  /** Adds jobs. A waiting job of the same key is replaced, its due time kept if that is earlier; a running or finished one stays and the new one is added. */
  put(jobs: readonly Job[]): Promise<void>;
  /** Cancels waiting jobs whose key starts with the prefix. */
  cancel(keyPrefix: string): Promise<void>;
  /** Whether a job whose key starts with the prefix waits or runs. */
  isPlanned(keyPrefix: string): Promise<boolean>;
  /** Of the due jobs of priority `upTo` or more urgent takes up to `limit`: the first of each lane, none of a lane that is leased, by priority then due time. */
  lease(now: Instant, length: Duration, limit: number, upTo?: Priority): Promise<readonly LeasedJob[]>;
  complete(id: number, at: Instant): Promise<void>;
  /** Gives a job back, to be tried again at `at`. */
  retry(id: number, at: Instant, problem: string): Promise<void>;
  fail(id: number, at: Instant, problem: string): Promise<void>;
  /** Gives back what another process had taken and not finished. Only for whoever knows that it is alone, at its start. */
  release(): Promise<number>;
  /** How many are due and wait. */
  backlog(now: Instant): Promise<number>;
  /** The earliest moment at which something will be due, or `undefined`. */
  nextDue(): Promise<Instant | undefined>;
  onPut(wake: () => void): void;
}

/**
 * Where a message goes: a channel as `#name` or id (`C…`, `G…`, `D…`), or a user id (`U…`, `W…`) for a direct message.
 * `onlyTo` makes it ephemeral for one user of the channel.
 */
export type Address = { readonly channel: string; readonly onlyTo?: string };

/** What a message should be. Its `key` makes it one message for good: putting again under the same key edits it. */
export type OutboxEntry = {
  readonly key: string;
  readonly to: Address;
  /** Key of the message in whose thread this one stands. */
  readonly parent?: string;
  /** ts of a message that is not ours, in whose thread this one stands. */
  readonly parentTs?: string;
  readonly priority: Priority;
  readonly message: Message;
};

/** A message whose wanted state is not yet what Slack shows. `ts` is set once it was posted. */
export type PendingMessage = OutboxEntry & {
  readonly revision: number;
  readonly attempt: number;
  readonly since: Instant;
  /** Set when a post was begun of which nobody knows whether Slack took it: it has to be looked for before it is posted again. */
  readonly sendingAt?: Instant;
  /** Channel id and ts in Slack, once posted. */
  readonly posted?: { readonly channel: string; readonly ts: string };
  /** Where the parent stands; absent while the parent is not posted itself. */
  readonly parentPosted?: { readonly channel: string; readonly ts: string };
};

/** A message that waits, as much of it as its turn depends on. `place` counts from 1 within its channel, `line` is how many wait there. */
export type WaitingMessage = {
  readonly key: string;
  readonly channel: string;
  readonly priority: Priority;
  readonly since: Instant;
  readonly place: number;
  readonly line: number;
  readonly isUpdate: boolean;
  readonly hasPicture: boolean;
};

/** Messages, wanted and sent. A message is wanted by `put`; delivery brings Slack to what is wanted, so that updates coalesce. */
export interface Outbox {
  /** Sets what a message should be. Equal content changes nothing. */
  put(entry: OutboxEntry, at: Instant): Promise<void>;
  /**
   * Messages to be posted or updated whose time has come and whose parent (if any) is posted, by priority, then in turn by channel, then
   * by age; of each channel at most `perChannel` posts and as many updates, so that a storm in one hides no other.
   */
  pending(now: Instant, perChannel: number): Promise<readonly WaitingMessage[]>;
  /** Commits that a post is about to be sent, so that after a crash it is looked for. */
  sending(key: string, at: Instant): Promise<void>;
  /** Records that Slack shows `revision`. */
  sent(key: string, revision: number, posted: { channel: string; ts: string }, at: Instant): Promise<void>;
  /** Not before `until`. `uncertain`: Slack may have taken it nevertheless, it stays marked as being sent. */
  postpone(key: string, until: Instant, problem: string, uncertain: boolean): Promise<void>;
  /** Gives a revision up for good, and what waits for it as its parent; a later `put` is tried again. */
  giveUp(key: string, revision: number, problem: string, at: Instant): Promise<void>;
  /** The key of the message that stands at this place, ours only. */
  keyAt(channel: string, ts: string): Promise<string | undefined>;
  find(key: string): Promise<PendingMessage | undefined>;
  nextDue(): Promise<Instant | undefined>;
  /** How many messages wait, and since when the oldest of them does. */
  backlog(): Promise<{ waiting: number; since?: Instant }>;
  onPut(wake: () => void): void;
}

/** Slack files by the snapshot they show, so that a picture is uploaded once. */
export interface Uploads {
  find(snapshot: string): Promise<{ file: string; ready: boolean } | undefined>;
  record(snapshot: string, file: string, ready: boolean, at: Instant): Promise<void>;
  forget(snapshot: string): Promise<void>;
}

/** How many verdicts were told, and the deploys among them that somebody answered. */
export type Judged = { verdicts: number; answered: readonly Deploy[] };

export interface Deploys {
  get(id: string): Promise<Deploy | undefined>;
  save(deploy: Deploy): Promise<void>;
  /** Newest first by start; where named, only those of a service, an environment, a version, or that started before a moment. */
  recent(options: {
    service?: string;
    environment?: string;
    version?: string;
    before?: Instant;
    limit: number;
  }): Promise<readonly Deploy[]>;
  /** Deploys of these services that started in a range, oldest first. */
  during(range: Range, services?: readonly string[]): Promise<readonly Deploy[]>;
  /** The newest deploy of each service: of those that are watched where there are any, else of all. */
  latestByService(): Promise<ReadonlyMap<string, Deploy>>;
  /** Of the deploys that started since then: how many have a verdict that was told, and those of them that somebody answered. */
  judged(of: { service?: string; since: Instant }): Promise<Judged>;
  /** Deploys with a watch that is waiting or watching. */
  watched(service?: string): Promise<readonly Deploy[]>;
}

export interface Flags {
  get(id: string): Promise<Rollout | undefined>;
  save(rollout: Rollout): Promise<void>;
  /** Newest first by their latest step, then by id; where named, only those of a flag or a service, or behind a place in that order. */
  recent(options: {
    flag?: string;
    service?: string;
    before?: { at: Instant; id: string };
    limit: number;
  }): Promise<readonly Rollout[]>;
  /** Rollouts with a step that is being watched. */
  watched(): Promise<readonly Rollout[]>;
  /** Rollouts of these services with a step in a range. */
  during(range: Range, services?: readonly string[]): Promise<readonly Rollout[]>;
}

/** What the metrics showed of versions, by service. */
export interface Versions {
  all(): Promise<ReadonlyMap<string, Sightings>>;
  save(sightings: readonly Sightings[]): Promise<void>;
}

/** Moments at which counts stay, by SLO. */
export type KeptMoments = ReadonlyMap<string, readonly Instant[]>;

/** Counts of SLOs, kept as running totals, so that any stretch costs two look-ups however long it is. */
export interface Budgets {
  /**
   * Keeps what was counted in steps that follow each other, `from` being where the first begins. Counting the same steps again replaces
   * what was known of them, and later totals move with it.
   */
  record(key: string, from: Instant, steps: readonly BudgetStep[]): Promise<void>;
  /** What was counted in each stretch, in the order asked; boundaries between kept counts are rounded down. */
  tallies(asked: readonly { readonly key: string; readonly range: Range }[]): Promise<readonly Tally[]>;
  /** The kept counts within a range, as what each added. */
  steps(key: string, range: Range): Promise<readonly (Tally & { readonly range: Range })[]>;
  /** From when to when each SLO is counted without asking again. */
  extents(): Promise<ReadonlyMap<string, Range>>;
  /** How SLOs are counted, or why they could not be. */
  bases(): Promise<ReadonlyMap<string, Basis>>;
  saveBasis(key: string, basis: Basis): Promise<void>;
  /** Deletes what was counted of an SLO, so that it is counted anew. */
  forget(key: string): Promise<void>;
  /** Says how far back an SLO was asked for, whether there was anything or not. */
  asked(key: string, from: Instant): Promise<void>;
  colours(): Promise<ReadonlyMap<string, Settled>>;
  saveColour(key: string, settled: Settled | undefined): Promise<void>;
  /** Thins out counts: hourly ones stay of what is older than `hourlyBefore`, daily ones of what is older than `dailyBefore`, and those at moments to `keep`. */
  rollUp(hourlyBefore: Instant, dailyBefore: Instant, keep: KeptMoments): Promise<number>;
  /** Deletes all of SLOs that are not `used` and were last counted before a moment. */
  forgetUnused(used: ReadonlySet<string>, before: Instant): Promise<number>;
}

/** What an SLO’s counts are: events, or the seconds of a share that is measured; unknown while nothing was seen. */
export type CountUnit = 'events' | 'seconds';

/** How an SLO is counted, and what is to be said of it. */
export type Basis = { readonly notes: readonly string[]; readonly unit?: CountUnit };

/** What one step added to an SLO's totals. */
export type BudgetStep = Tally & { readonly to: Instant };

export interface Unmatched {
  add(item: UnmatchedItem): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<readonly UnmatchedItem[]>;
}

export interface Snapshots {
  /** Keeps it, and its picture, unless something is kept under its id already: that stays, for a message may show it. */
  save(snapshot: Snapshot, picture?: Picture): Promise<void>;
  get(id: string): Promise<Snapshot | undefined>;
  picture(id: string): Promise<Picture | undefined>;
}

/** The stores that change together. */
export type Stores = {
  readonly inbox: Inbox;
  readonly jobs: Jobs;
  readonly outbox: Outbox;
  readonly uploads: Uploads;
  readonly alerts: Alerts;
  readonly errorPatterns: ErrorPatterns;
  readonly umbrellas: Umbrellas;
  readonly deploys: Deploys;
  readonly flags: Flags;
  readonly incidents: Incidents;
  readonly timelines: Timelines;
  readonly postmortems: Postmortems;
  readonly agentTasks: AgentTasks;
  readonly versions: Versions;
  readonly budgets: Budgets;
  readonly digests: Digests;
  readonly unmatched: Unmatched;
  readonly snapshots: Snapshots;
  readonly audit: Audit;
};

/** How many of each were deleted. */
export type Pruned = Readonly<Record<'pictures' | 'snapshots' | 'events' | 'jobs' | 'messages', number>>;
export interface Store extends Stores {
  /** Deletes what is over and older than `before`, and pictures older than `picturesBefore`. What is open or waiting stays. */
  prune(before: Instant, picturesBefore: Instant): Promise<Pruned>;
  /**
   * Runs `work` in one transaction: all of it is committed, or none when it rejects. Wake-ups are given after the commit. Rejects with a
   * `ProblemError` of `database-busy` when the database could not take it now (locked, disk full): the same may succeed later.
   */
  transact<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
}

export interface Silences {
  /** Silences exactly this label set. Creating it again with the same key gives the same silence. */
  silence(request: {
    matchers: Labels;
    from: Instant;
    until: Instant;
    author: string;
    comment: string;
  }): Promise<Outcome<{ id: string }>>;
}

/** An alert that Alertmanager has, silenced and inhibited ones too. */
export type ActiveAlert = { readonly fingerprint: string; readonly labels: Labels };

export interface ActiveAlerts {
  list(): Promise<Outcome<readonly ActiveAlert[]>>;
}

export interface Painter {
  paint(drawing: Drawing, theme: Theme): Promise<Outcome<Picture>>;
}

/** What a link leads to, with its picture where it has one. */
export type Preview = { readonly address: string; readonly answer: Answer; readonly picture?: PictureRef };

/** Shows below links what they lead to. */
export interface Unfurls {
  /** Fails where it can be tried again; what Slack will never take is logged and left. */
  unfurl(target: LinkTarget, previews: readonly Preview[]): Promise<Outcome<undefined>>;
}

/** A picture as SVG, of this size in its own pixels; `alt` says what it shows. */
export type Vector = {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
};

export interface VectorPainter {
  /** The same drawing as `Painter` gives, for where it is not to be a picture of dots. */
  vector(drawing: Drawing, theme: Theme): Promise<Outcome<Vector>>;
}

/** The ports of the running program, handed out as one object of just what is used. */
export type Ports = {
  readonly store: Store;
  readonly catalog: CatalogPort;
  readonly metrics: Metrics;
  readonly sliCounter: SliCounter;
  readonly observer: SignalObserver;
  readonly cohorts: CohortObserver;
  readonly silences: Silences;
  readonly activeAlerts: ActiveAlerts;
  readonly rollbacks: Rollbacks;
  /** Absent where no Grafana is configured. */
  readonly annotations?: Annotations;
  /** Absent where no address is configured. */
  readonly taskPushes?: TaskPushes;
  readonly painter: Painter;
  readonly conversations: Conversations;
  readonly unfurls: Unfurls;
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly failpoint: Failpoint;
};
