import { accept } from '#app/accept.ts';
import type { Message } from '#app/message.ts';
import { perform } from '#app/perform.ts';
import type { Conversations, Ports } from '#app/ports.ts';
import type { Event, IncidentEvent } from '#domain/event.ts';
import type { Incident } from '#domain/incident/incident.ts';
import { success } from '#domain/problem.ts';
import type { Catalog } from '#domain/service.ts';
import { type Instant, MINUTE } from '#domain/time.ts';
import { createLog } from '#runtime/log.ts';
import { CATALOG } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { portsWith } from './ports.ts';

export const ANA = { kind: 'person' as const, user: 'UANA' };
export const BEN = { kind: 'person' as const, user: 'UBEN' };

/** What Slack was asked for besides messages. */
type Asked = { what: string; by: readonly unknown[] };

/** A program with a real database and a clock that is moved, whose messages are posted as soon as they may be. */
export async function incidentWorld({
  begin,
  catalog = CATALOG,
  conversations = {},
  ...own
}: { begin: Instant; catalog?: Catalog; conversations?: Partial<Conversations> } & Partial<
  Omit<Ports, 'catalog' | 'conversations'>
>) {
  const database = await freshDatabase();
  let now = begin;
  let configured = catalog;
  const asked: Asked[] = [];
  const recorded =
    <Arguments extends readonly unknown[], Given>(what: string, work: (...by: Arguments) => Given) =>
    (...by: Arguments) => {
      asked.push({ what, by });
      return work(...by);
    };
  const ports = portsWith({
    store: database.store(),
    clock: { now: () => now, sleep: async () => undefined },
    log: createLog('fatal'),
    catalog: { current: () => configured },
    painter: {
      paint: async ({ id }) =>
        success({ snapshot: id, png: new Uint8Array(), width: 1, height: 1, alt: 'a' }),
    },
    ...own,
    conversations: {
      message: recorded('message', conversations.message ?? (async () => success(undefined))),
      permalink: async ({ channel, ts }) => `https://slack/${channel}/${ts}`,
      open: recorded('open', conversations.open ?? (async () => success({ channel: 'COWN' }))),
      invite: recorded('invite', conversations.invite ?? (async () => undefined)),
      setTopic: recorded('setTopic', async () => undefined),
      nameOf: async (user) => (user === ANA.user ? 'Ana' : user === BEN.user ? 'Ben' : user),
      share: recorded('share', conversations.share ?? (async () => success(undefined))),
    },
  });
  const { store } = ports;
  let posts = 0;
  /** Brings Slack to what is wanted. Channels named `#x` have the id `CX`. */
  const deliver = async () => {
    for (const { key } of await store.outbox.pending(now, 100)) {
      const message = await store.outbox.find(key);
      if (message === undefined) continue;
      const channel = message.to.channel.replace(/^#(.*)$/, (_, name: string) => `C${name.toUpperCase()}`);
      posts += 1;
      const posted = message.posted ?? { channel, ts: `${Math.floor(now / 1000)}.${posts}` };
      await store.outbox.sent(key, message.revision, posted, now);
    }
  };
  const settle = async () => {
    await accept(await store.inbox.pending(50), ports);
    await deliver();
  };
  const world = {
    ports,
    asked,
    now: () => now,
    configure(catalog: Catalog) {
      configured = catalog;
    },
    /** Something happens now; what is due at once is done. */
    async happens(event: Event) {
      await store.inbox.append({
        event,
        source: event.type,
        dedupeKey: `${event.type}:${now}:${Math.random()}`,
        at: now,
      });
      await settle();
      await world.work();
    },
    /** Does what is due now, until nothing is. */
    async work() {
      for (let round = 0; round < 20; round += 1) {
        const leased = await store.jobs.lease(now, MINUTE, 20);
        for (const job of leased) await perform(job, ports);
        await settle();
        if (leased.length === 0) return;
      }
    },
    async until(end: Instant, step = MINUTE) {
      while (now < end) {
        now = Math.min(end, now + step);
        await world.work();
      }
    },
    async declare(
      more: Partial<Extract<IncidentEvent, { type: 'incidentDeclared' }>> = {},
    ): Promise<Incident> {
      await world.happens({
        ...{ type: 'incidentDeclared', title: 'Checkout fails', services: ['checkout'], by: ANA },
        ...more,
      });
      const [newest] = (await store.incidents.open()).toReversed();
      if (newest === undefined) throw new Error('there is no incident');
      return newest;
    },
    /** What a message of ours says, by its key. */
    async said<About extends Message['about']>(
      key: string,
      about: About,
    ): Promise<(Extract<Message, { about: About }> & object) | undefined> {
      const message = (await store.outbox.find(key))?.message;
      return message?.about === about ? (message as Extract<Message, { about: About }>) : undefined;
    },
    /** The incident as it now stands. */
    async incident(id = 'INC-1'): Promise<Incident> {
      const found = await store.incidents.get(id);
      if (found === undefined) throw new Error(`there is no ${id}`);
      return found;
    },
    close: () => database.close(),
  };
  return world;
}

export type IncidentWorld = Awaited<ReturnType<typeof incidentWorld>>;
