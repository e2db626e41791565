import { randomBytes } from 'node:crypto';
import { ownClock, type SlackClock } from './clock.ts';
import { type View, ViewStacks } from './view-stacks.ts';

export type { View } from './view-stacks.ts';

export type Message = {
  ts: string;
  channel: string;
  user: string;
  text: string;
  blocks?: readonly unknown[];
  metadata?: unknown;
  thread_ts?: string;
  /** `thread_broadcast`: a reply that the channel shows too. */
  subtype?: 'thread_broadcast';
  edited?: boolean;
  reactions?: readonly Reaction[];
  /** What the app shows below links in it, by their addresses, as blocks. */
  unfurls?: Readonly<Record<string, readonly unknown[]>>;
  /** Files that were uploaded into it, by id. */
  files?: readonly string[];
};
/** An emoji under a message, by its name, and who put it there. */
export type Reaction = { readonly name: string; readonly users: readonly string[] };
export type Ephemeral = {
  ts: string;
  channel: string;
  to: string;
  text: string;
  blocks?: readonly unknown[];
  thread_ts?: string;
};
export type File = {
  id: string;
  name: string;
  size: number;
  bytes?: Buffer;
  completedAt?: number;
  readyAt?: number;
  /** Until a message shows it, only the bot sees it. */
  isShared?: boolean;
  title?: string;
  /** Messages into which it was uploaded. */
  shares?: readonly Pick<Message, 'channel' | 'ts' | 'thread_ts'>[];
};
export type Call = { at: number; method: string; args: Readonly<Record<string, unknown>>; error?: string };

/** `isGuest`: invited to single channels. `team`: another workspace than this one, through a shared channel. */
export type Person = {
  id: string;
  name: string;
  realName: string;
  tz: string;
  displayName?: string;
  isGuest?: boolean;
  team?: string;
};
export type Channel = {
  id: string;
  name: string;
  isDirect: boolean;
  isPrivate?: boolean;
  hasBot: boolean;
  /** Who is in it; everybody unless named. */
  members?: readonly string[];
  /** When it was made, in seconds; those of the beginning are as old as can be. */
  created?: number;
  topic?: string;
  isArchived?: boolean;
};

/** Everything that the stand-in holds: one workspace in memory. */
export class Workspace {
  readonly team = { id: 'T0SANDBOX1', name: 'Sandbox' };
  readonly bot: Person = { id: 'U0BELLBUOY', name: 'bellbuoy', realName: 'Bellbuoy', tz: 'UTC' };
  readonly people: readonly Person[];
  readonly channels: Channel[];
  readonly messages: Message[] = [];
  readonly ephemerals: Ephemeral[] = [];
  /** People of each user group, by the group's id. */
  readonly groups = new Map<string, readonly string[]>();
  readonly files = new Map<string, File>();
  readonly clock: SlackClock;
  readonly calls: Call[] = [];
  /** The modals that each person has open, and the Home tab that was published to them. */
  readonly modals = new ViewStacks();
  readonly homes = new Map<string, View>();
  private readonly triggers = new Map<string, { user: string; view?: string | undefined; until: number }>();
  private lastTs = 0;
  private readonly listeners = new Set<(happening: object) => void>();

  constructor(
    channels: readonly string[],
    people: readonly Omit<Person, 'id'>[],
    notIn: readonly string[] = [],
    { clock = ownClock, secret = [] }: { clock?: SlackClock; secret?: readonly string[] } = {},
  ) {
    this.clock = clock;
    this.channels = channels.map((name, i) => ({
      id: `C0CHANNEL${String(i).padStart(3, '0')}`,
      name,
      isDirect: false,
      isPrivate: secret.includes(name),
      hasBot: !notIn.includes(name),
    }));
    this.people = people.map((person, i) => ({ ...person, id: `U0PERSON${String(i).padStart(2, '0')}` }));
  }

  /** A ts of Slack's form, never given twice. */
  nextTs(): string {
    this.lastTs = Math.max(this.lastTs + 1, this.clock.now() * 1000);
    return `${Math.floor(this.lastTs / 1e6)}.${String(this.lastTs % 1e6).padStart(6, '0')}`;
  }

  nextId(prefix: string): string {
    return `${prefix}0${randomBytes(5).toString('hex').toUpperCase()}`;
  }

  /** A trigger id, good for one use within three seconds; `view` is the one that it came from. */
  newTrigger(user: string, view?: string): string {
    const id = this.nextId('T');
    this.triggers.set(id, { user, view, until: this.clock.now() + 3000 });
    return id;
  }

  /** Uses a trigger up; gives the person and the view it came from, or why it cannot be used. */
  exchangeTrigger(
    id: unknown,
  ):
    | { user: string; view?: string | undefined }
    | { error: 'invalid_trigger_id' | 'exchanged_trigger_id' | 'expired_trigger_id' } {
    const known = this.triggers.get(String(id));
    if (known === undefined) return { error: 'invalid_trigger_id' };
    if (known.until === 0) return { error: 'exchanged_trigger_id' };
    if (this.clock.now() > known.until) return { error: 'expired_trigger_id' };
    this.triggers.set(String(id), { ...known, until: 0 });
    return { user: known.user, view: known.view };
  }

  find(channel: unknown, ts: unknown): Message | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts);
  }

  /** Whether a person sees a channel: public ones, and what they are in. */
  sees({ id }: Person, { isDirect, isPrivate, members, name }: Channel): boolean {
    if (isDirect) return name === id;
    return isPrivate !== true || members === undefined || members.includes(id);
  }

  onHappening(listener: (happening: object) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(kind: string, facts: object): void {
    for (const listener of this.listeners) listener({ at: new Date().toISOString(), kind, ...facts });
  }
}
