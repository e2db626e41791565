import { randomUUID } from 'node:crypto';
import { type Server, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { Clock } from '#app/ports.ts';
import { HOUR, type Instant, SECOND } from '#domain/time.ts';
import type { Caller } from '../operation.ts';
import { recentMessages } from './recent-messages.ts';

/** Most sessions at once, of all tokens and of one. */
const MOST = 200;
const MOST_OF_ONE = 50;

/** A session ends when nothing was sent in it for so long, and at this age in any case. Its client begins another. */
const IDLE = 8 * HOUR;
const AGE = 7 * 24 * HOUR;

/** When a client whose stream broke off comes again. */
const RETRY_AFTER = SECOND;

type Session = {
  readonly id: string;
  readonly caller: string;
  readonly server: Server;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly openedAt: Instant;
  usedAt: Instant;
};

/**
 * The sessions of clients that begin with `initialize` (protocol revisions of 2025). They are kept in memory: after a restart a client is told 404 and begins another.
 * They are bounded in number and age: where there are too many, the one that has been idle longest ends.
 */
export class Sessions {
  readonly #open = new Map<string, Session>();
  readonly #clock: Pick<Clock, 'now'>;
  readonly #create: (caller: Caller) => Server;

  constructor(create: (caller: Caller) => Server, clock: Pick<Clock, 'now'>) {
    this.#create = create;
    this.#clock = clock;
  }

  get count(): number {
    return this.#open.size;
  }

  /** The transport of a session of this caller; a session of somebody else is none. */
  async find(id: string, caller: Caller): Promise<WebStandardStreamableHTTPServerTransport | undefined> {
    await this.sweep();
    const session = this.#open.get(id);
    if (session?.caller !== caller.name) return undefined;
    session.usedAt = this.#clock.now();
    return session.transport;
  }

  /** A transport for a client that sends `initialize`; it is a session once that was answered. */
  async begin(caller: Caller): Promise<WebStandardStreamableHTTPServerTransport> {
    await this.sweep();
    await this.#makeRoomFor(caller);
    const now = this.#clock.now();
    const server = this.#create(caller);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      ...{ eventStore: recentMessages(), retryInterval: RETRY_AFTER },
      onsessioninitialized: (id) => {
        this.#open.set(id, { ...{ id, server, transport, openedAt: now, usedAt: now }, caller: caller.name });
      },
      onsessionclosed: (id) => void this.#open.delete(id),
    });
    await server.connect(transport);
    return transport;
  }

  /** Ends those that are too old or idle. */
  async sweep(): Promise<void> {
    const now = this.#clock.now();
    await this.#end(
      [...this.#open.values()].filter((one) => now - one.usedAt > IDLE || now - one.openedAt > AGE),
    );
  }

  async close(): Promise<void> {
    await this.#end([...this.#open.values()]);
  }

  async #makeRoomFor({ name }: Caller): Promise<void> {
    const all = [...this.#open.values()].toSorted((a, b) => a.usedAt - b.usedAt);
    const own = all.filter(({ caller }) => caller === name);
    if (own.length >= MOST_OF_ONE) await this.#end(own.slice(0, own.length - MOST_OF_ONE + 1));
    else if (all.length >= MOST) await this.#end(all.slice(0, all.length - MOST + 1));
  }

  async #end(sessions: readonly Session[]): Promise<void> {
    for (const { id } of sessions) this.#open.delete(id);
    await Promise.all(sessions.map(({ server }) => server.close()));
  }
}
