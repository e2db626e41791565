import { createHmac } from 'node:crypto';
import { accept } from '#app/accept.ts';
import type { Message } from '#app/message.ts';
import { perform } from '#app/perform.ts';
import type { Log } from '#app/ports.ts';
import { applyReport } from '#domain/deploy.ts';
import type { Event } from '#domain/event.ts';
import { explain } from '#domain/problem.ts';
import { applyChange } from '#domain/rollout-step.ts';
import { MINUTE } from '#domain/time.ts';
import { webhookRoutes } from '#ingest/routes.ts';
import { SENDERS } from '#ingest/senders.ts';
import { systemClock } from '#runtime/clock.ts';
import { startServer } from '#runtime/server.ts';
import { portsWith } from '../app/ports.ts';
import { freshDatabase } from '../store/database.ts';

export const TOKENS = {
  ...{ alertmanager: 'token-of-am', deploy: 'token-of-deploy', cdevents: 'token-of-cdevents' },
  ...{
    argocd: 'token-of-argocd',
    github: 'secret-of-github',
    gitlab: 'token-of-gitlab',
    flux: 'key-of-flux',
    flags: 'token-of-flags',
    grafana: 'token-of-grafana',
  },
};

export type Source = keyof typeof TOKENS;

/** The real server with its webhooks on a real database, and what comes after them without Slack and Prometheus. */
export async function openFrontDoor() {
  const database = await freshDatabase();
  const errors: unknown[] = [];
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (facts, what) => errors.push({ what, ...facts }),
    child: () => log,
  };
  const ports = portsWith({ store: database.store(), clock: systemClock, log });
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, raw: [], log },
    routes: webhookRoutes(SENDERS, TOKENS, { ...ports, inbox: ports.store.inbox }),
  });
  if (!server.ok) throw new Error(explain(server.problem));
  const { url } = server.value;
  return {
    url,
    store: ports.store,
    /** What was logged as an error since the start. */
    errors,
    /** Posts bytes as the sender would, or with other headers. */
    post(source: Source, body: Buffer | string, headers: Record<string, string> = {}): Promise<Response> {
      const bytes = Buffer.from(body);
      return fetch(`${url}/webhooks/${source}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...proofOf(source, bytes), ...headers },
        body: new Uint8Array(bytes),
      });
    },
    /** Decides what was accepted, does the jobs that follow, and gives what Slack would be told. */
    async drain(): Promise<readonly Message[]> {
      const received = await ports.store.inbox.pending(50);
      await accept(received, ports);
      const soon = systemClock.now() + MINUTE;
      for (const job of await ports.store.jobs.lease(soon, MINUTE, 20)) await perform(job, ports);
      const wanted: Message[] = [];
      for (const { key } of await ports.store.outbox.pending(soon, 50)) {
        const found = await ports.store.outbox.find(key);
        if (found === undefined) continue;
        wanted.push(found.message);
        await ports.store.outbox.sent(key, found.revision, { channel: 'C1', ts: `${soon}.${key}` }, soon);
      }
      return [...wanted, ...received.flatMap(({ event }) => asThread(event))];
    },
    async close() {
      await server.value.close();
      await database.close();
    },
  };
}

export type FrontDoor = Awaited<ReturnType<typeof openFrontDoor>>;

/** The header by which a sender proves itself for these bytes. */
export function proofOf(source: Source, body: Buffer): Record<string, string> {
  const signature = `sha256=${createHmac('sha256', TOKENS[source]).update(body).digest('hex')}`;
  switch (source) {
    case 'github':
      return { 'x-github-event': 'deployment_status', 'x-hub-signature-256': signature };
    case 'gitlab':
      return { 'x-gitlab-event': 'Deployment Hook', 'x-gitlab-token': TOKENS.gitlab };
    case 'flux':
      return { 'gotk-component': 'kustomize-controller', 'x-signature': signature };
    default:
      return { authorization: `Bearer ${TOKENS[source]}` };
  }
}

/** A deploy or a rollout as its thread would tell it, also where its service is unknown and it has none. */
function asThread(event: Event): readonly Message[] {
  if (event.type === 'flagReport') {
    const rollout = applyChange(undefined, event, { newId: 'f0', isWatched: false });
    return [
      { about: 'rollout', at: event.at, rollout, links: {} },
      { about: 'rolloutStep', at: event.at, rollout, step: 1, links: {}, problems: [] },
    ];
  }
  if (event.type !== 'deployReport') return [];
  const deploy = applyReport(undefined, event, { newId: 'd0', watched: false });
  return [{ about: 'deploy', at: event.at, deploy, links: {} }];
}
