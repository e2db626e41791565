import type { AlertEpisode } from '#domain/alert.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Actor } from '#domain/event.ts';
import type { Rollout } from '#domain/flag.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { ActionItem, Postmortem } from '#domain/incident/postmortem.ts';
import type { Candidate, Facets } from '#domain/incident/similar.ts';
import type { EntryRevision, TimelineEntry } from '#domain/incident/timeline.ts';
import type { Outcome } from '#domain/problem.ts';
import type { Instant, Range } from '#domain/time.ts';

export interface Incidents {
  get(id: string): Promise<Incident | undefined>;
  save(incident: Incident): Promise<void>;
  /** The number that the next one gets: one more than the highest. */
  nextNumber(): Promise<number>;
  /** Open ones, oldest first. */
  open(): Promise<readonly Incident[]>;
  /** Open ones, and those that were resolved since then, oldest first. */
  collecting(since: Instant): Promise<readonly Incident[]>;
  /** Open ones first, then newest first; where named, only those of a service. */
  recent(options: { service?: string; limit: number }): Promise<readonly Incident[]>;
  /** Those that overlap a range from their start to their resolution, oldest first; of these services where named. */
  during(range: Range, services?: readonly string[]): Promise<readonly Incident[]>;
  /**
   * The one (an open one where there are several, then the newest) of which a thread's message is, or whose own channel it is; or to which the thread of an alert,
   * storm, deploy or rollout belongs. Without a thread it is the only open one with its root in that channel.
   */
  at(place: { channel: string; thread?: string }): Promise<Incident | undefined>;
  /** Full-text search in titles, summaries, notes and post-mortems: best first, with the part that holds the words. Words are plain: nothing in them is an operator. */
  search(
    text: string,
    limit: number,
  ): Promise<readonly { readonly incident: Incident; readonly excerpt: string }[]>;
  /** Earlier incidents that have something in common with these facets, with what is needed to rank them; not `except`. */
  candidates(facets: Facets, limit: number, except?: string): Promise<readonly Candidate[]>;
  /** Writes what an incident is found by; to be called when any of it changed. */
  index(id: string): Promise<void>;
}

/** Timelines: entries are added and revised, never overwritten. */
export interface Timelines {
  /** Adds entries, and tells how many: one whose key the incident has already is left as it is. */
  add(incident: string, entries: readonly TimelineEntry[], at: Instant): Promise<number>;
  /** Appends a revision of an entry. */
  revise(incident: string, revision: EntryRevision): Promise<void>;
  /** Entries as they now stand, by time then by the order in which they were recorded, dropped ones left out; the last `limit` of them. */
  list(incident: string, limit?: number): Promise<readonly TimelineEntry[]>;
  /** The latest entry of a kind, as it now stands. */
  latest(incident: string, kind: TimelineEntry['kind']): Promise<TimelineEntry | undefined>;
  count(incident: string): Promise<number>;
  /** An entry as it now stands, dropped or not. */
  find(incident: string, key: string): Promise<EntryRevision | undefined>;
  /** All that ever stood for an entry, oldest first. */
  history(incident: string, key: string): Promise<readonly EntryRevision[]>;
}

export interface Postmortems {
  /** The newest revision. Shapes of earlier versions are brought up to date in reading. */
  get(incident: string): Promise<Postmortem | undefined>;
  revision(incident: string, revision: number): Promise<Postmortem | undefined>;
  /** Appends a revision; its action items replace those kept. */
  save(postmortem: Postmortem): Promise<void>;
  /** Newest incident first; of one service where named. */
  recent(options: { service?: string; limit: number }): Promise<readonly Postmortem[]>;
  /** Open action items, of one owner where named: earliest day first, those without a day last. */
  openActions(options: {
    owner?: string;
    limit: number;
  }): Promise<readonly { readonly incident: string; readonly item: ActionItem }[]>;
}

/** What of Slack is more than a message. Channels are ids here; people are Slack user ids. */
export interface Conversations {
  /** A message as people wrote it, in plain words: mentions by name, links as their address. `undefined` where it is not there (any more). */
  message(place: {
    channel: string;
    ts: string;
  }): Promise<Outcome<{ text: string; at: Instant; author?: Actor; thread?: string } | undefined>>;
  /** An address that opens a message; `undefined` where it cannot be had. */
  permalink(place: { channel: string; ts: string }): Promise<string | undefined>;
  /** Makes a public channel, or finds the one that a try since then has made. Without `channel` the name belongs to another one, whether that can be seen or not. */
  open(name: string, since: Instant): Promise<Outcome<{ channel?: string }>>;
  /** Asks people into a channel; who is in it already, or cannot be asked, is passed over. */
  invite(channel: string, users: readonly string[]): Promise<void>;
  setTopic(channel: string, topic: string): Promise<void>;
  /** A person's name as others see it; the id where it cannot be had. */
  nameOf(user: string): Promise<string>;
  /** Shares a text as a file in a conversation, `comment` above it. */
  share(
    file: { name: string; title: string; text: string },
    to: { channel: string; thread?: string; comment: string },
  ): Promise<Outcome<undefined>>;
}

/** All that a post-mortem is written out from. `names` are people by their Slack ids; times are written in `zone`. */
export type PostmortemExport = {
  readonly postmortem: Postmortem;
  readonly incident: Incident;
  readonly entries: readonly TimelineEntry[];
  readonly names: ReadonlyMap<string, string>;
  readonly zone: string;
  /** What its record names, as far as it is still there; absent where nobody looked. */
  readonly related?: Related;
};

/** What the record of a post-mortem names only by ids. */
export type Related = {
  readonly alerts: readonly AlertEpisode[];
  readonly deploys: readonly Deploy[];
  readonly rollouts: readonly Rollout[];
  readonly incidents: readonly Incident[];
};

/** Writes post-mortems out: Markdown for people, or JSON of the published schema. */
export interface Documents {
  write(value: PostmortemExport, format: 'markdown' | 'json'): string;
}
