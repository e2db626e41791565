import { randomBytes } from 'node:crypto';

export type Message = {
  ts: string;
  channel: string;
  user: string;
  text: string;
  blocks?: readonly unknown[];
  metadata?: unknown;
  thread_ts?: string;
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
};
export type Call = { at: number; method: string; args: Readonly<Record<string, unknown>>; error?: string };

export type Person = { id: string; name: string; realName: string; tz: string };
export type Channel = { id: string; name: string; isDirect: boolean };

/** Everything that the stand-in holds: one workspace in memory. */
export class Workspace {
  readonly team = { id: 'T0SANDBOX1', name: 'Sandbox' };
  readonly bot: Person = { id: 'U0BELLBUOY', name: 'bellbuoy', realName: 'Bellbuoy', tz: 'UTC' };
  readonly people: readonly Person[];
  readonly channels: Channel[];
  readonly messages: Message[] = [];
  readonly ephemerals: Ephemeral[] = [];
  readonly files = new Map<string, File>();
  readonly calls: Call[] = [];
  private lastTs = 0;
  private readonly listeners = new Set<(happening: object) => void>();

  constructor(channels: readonly string[], people: readonly Omit<Person, 'id'>[]) {
    this.channels = channels.map((name, i) => ({
      id: `C0CHANNEL${String(i).padStart(2, '0')}`,
      name,
      isDirect: false,
    }));
    this.people = people.map((person, i) => ({ ...person, id: `U0PERSON${String(i).padStart(2, '0')}` }));
  }

  /** A ts of Slack's form, never given twice. */
  nextTs(): string {
    this.lastTs = Math.max(this.lastTs + 1, Date.now() * 1000);
    return `${Math.floor(this.lastTs / 1e6)}.${String(this.lastTs % 1e6).padStart(6, '0')}`;
  }

  nextId(prefix: string): string {
    return `${prefix}0${randomBytes(5).toString('hex').toUpperCase()}`;
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
