import { randomBytes } from 'node:crypto';
import { ownClock, type SlackClock } from './clock.ts';

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
};
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
};
export type Call = { at: number; method: string; args: Readonly<Record<string, unknown>>; error?: string };

export type View = Readonly<Record<string, unknown>> & { readonly id: string; readonly hash: string };

/** `isGuest`: invited to single channels. `team`: another workspace than this one, through a shared channel. */
export type Person = {
  id: string;
  name: string;
  realName: string;
  tz: string;
  isGuest?: boolean;
  team?: string;
};
export type Channel = {
  id: string;
  name: string;
  isDirect: boolean;
  isPrivate?: boolean;
  hasBot: boolean;
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
  /** The modal that each person has open, and the Home tab that was published to them. */
  readonly modals = new Map<string, View>();
  readonly homes = new Map<string, View>();
  private readonly triggers = new Map<string, { user: string; until: number }>();
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

  /** A trigger id, good for one use within three seconds. */
  newTrigger(user: string): string {
    const id = this.nextId('T');
    this.triggers.set(id, { user, until: this.clock.now() + 3000 });
    return id;
  }

  /** Uses a trigger up; gives the person it came from, or why it cannot be used. */
  useTrigger(
    id: unknown,
  ): { user: string } | { error: 'invalid_trigger_id' | 'exchanged_trigger_id' | 'expired_trigger_id' } {
    const known = this.triggers.get(String(id));
    if (known === undefined) return { error: 'invalid_trigger_id' };
    if (known.until === 0) return { error: 'exchanged_trigger_id' };
    if (this.clock.now() > known.until) return { error: 'expired_trigger_id' };
    this.triggers.set(String(id), { ...known, until: 0 });
    return { user: known.user };
  }

  /** Does to a person's modal what the acknowledgement of its submission says; without a word it closes. */
  afterSubmit(user: string, body: unknown): void {
    const said = typeof body === 'object' && body !== null && 'response_action' in body ? body : undefined;
    const open = this.modals.get(user);
    if (said?.response_action === 'errors') {
      if (open !== undefined) this.modals.set(user, { ...open, errors: 'errors' in said ? said.errors : {} });
    } else if (said !== undefined && 'view' in said && typeof said.view === 'object') {
      this.modals.set(user, { ...said.view, id: this.nextId('V'), hash: this.nextTs() });
    } else this.modals.delete(user);
    this.tell('modal', { user });
  }

  find(channel: unknown, ts: unknown): Message | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts);
  }

  onHappening(listener: (happening: object) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(kind: string, facts: object): void {
    for (const listener of this.listeners) listener({ at: new Date().toISOString(), kind, ...facts });
  }
}
