import { setTimeout as sleep } from 'node:timers/promises';
import { createAdmission } from '#api/admission.ts';
import type { ApiToken } from '#api/auth.ts';
import { apiRoutes } from '#api/rest/routes.ts';
import { accept } from '#app/accept.ts';
import { explain } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';
import { startServer } from '#runtime/server.ts';
import { portsWith } from '../app/ports.ts';
import { CATALOG, NOON } from '../domain/given.ts';
import { freshDatabase } from '../store/database.ts';
import { NO_LIMIT } from './door.ts';

/** The real server with the API on a real database, where what is sent is decided as in the program; the clock stands until it is set. */
export async function openDeciding(tokens: readonly ApiToken[]) {
  const database = await freshDatabase();
  const store = database.store();
  let now = NOON;
  const errors: unknown[] = [];
  const log = {
    ...{ debug: () => undefined, info: () => undefined, warn: () => undefined, child: () => log },
    error: (facts: object, what: string) => void errors.push({ what, ...facts }),
  };
  const clock = { now: () => now, sleep: (length: number) => sleep(length / 10) };
  const ports = portsWith({ store, clock, log });
  let working: Promise<void> = Promise.resolve();
  store.inbox.onAppend(() => {
    working = working.then(async () => {
      const events = await store.inbox.pending(100);
      if (events.length > 0) await accept(events, { ...ports, catalog: { current: () => CATALOG } });
    });
  });
  const server = await startServer({
    ...{
      host: '127.0.0.1',
      port: 0,
      raw: [],
      log,
      routes: apiRoutes(ports, createAdmission(tokens, NO_LIMIT, ports)),
    },
  });
  if (!server.ok) throw new Error(explain(server.problem));
  const { url } = server.value;
  return {
    ...{ url, store, errors },
    at(moment: Instant) {
      now = moment;
    },
    /** Asks with the token of one of the callers; a body makes it a POST. */
    async ask(name: string, path: string, body?: unknown) {
      const token = tokens.find((one) => one.name === name)?.token ?? name;
      const response = await fetch(`${url}${path}`, {
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      return { status: response.status, body: JSON.parse(await response.text()) };
    },
    async close() {
      await server.value.close();
      await working;
      await database.close();
    },
  };
}
