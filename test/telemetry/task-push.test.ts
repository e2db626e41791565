import { webcrypto } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { taskSummaryOf } from '#api/contract/agent-task.ts';
import { PUSHED_AGAIN, pushTask } from '#app/jobs/agent-task.ts';
import { createTaskPushes } from '#telemetry/task-push.ts';
import { TASK as CLAIMED } from '../api/example-task.ts';
import { portsWith } from '../app/ports.ts';
import { at } from '../domain/given.ts';
import { type FreshDatabase, freshDatabase } from '../store/database.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, so').toString('base64')}`;
const { lease: _, ...TASK } = CLAIMED;

type Got = { readonly headers: IncomingHttpHeaders; readonly body: string };

let server: Server;
let got: Got[];
let now: number;
let database: FreshDatabase;
beforeEach(async () => {
  got = [];
  now = at('12:30');
  database = await freshDatabase();
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await database.close();
});

/** A receiver that keeps what it gets, and answers so. */
async function receiver(answer: RequestListener) {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/tasks?key=hidden`;
  return createTaskPushes(
    { url, secret: SECRET, timeout: 500 },
    { clock: { now: () => now }, summaryOf: taskSummaryOf },
  );
}

/** As a receiver does it by the text of Standard Webhooks, with another library than ours. */
async function isSigned({ headers, body }: Got, secret: string): Promise<boolean> {
  const { subtle } = webcrypto;
  const raw = Uint8Array.from(atob(secret.replace('whsec_', '')), (one) => one.charCodeAt(0));
  const key = await subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  const signed = new TextEncoder().encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  const given = Uint8Array.from(atob(signature), (one) => one.charCodeAt(0));
  return version === 'v1' && (await subtle.verify('HMAC', key, given, signed));
}

describe('a task that is pushed', () => {
  it('comes as its summary, signed so that whoever has the secret can tell', async () => {
    const pushes = await receiver((_request, response) => response.end());
    expect(await pushes.push(TASK)).toEqual({ ok: true, value: undefined });
    const [one] = got;
    if (one === undefined) throw new Error('nothing came');
    expect(JSON.parse(one.body)).toEqual({
      ...{ type: 'task.open', timestamp: '2026-11-24T12:30:00.000Z' },
      data: JSON.parse(JSON.stringify(taskSummaryOf(TASK, now))),
    });
    expect(one.headers['webhook-timestamp']).toBe(String(at('12:30') / 1000));
    expect(await isSigned(one, SECRET)).toBe(true);
    expect(await isSigned({ ...one, body: one.body.replace('TASK-3', 'TASK-4') }, SECRET)).toBe(false);
    expect(await isSigned(one, `whsec_${btoa('another secret of 32 bytes, nice')}`)).toBe(false);
  });

  it.each([
    [500, 'push-failed'],
    [503, 'push-failed'],
    [429, 'push-failed'],
    [400, 'push-refused'],
    [401, 'push-refused'],
    [410, 'push-refused'],
  ])('that is answered by %i is a %s, told without what may be a key', async (status, code) => {
    const pushes = await receiver((_request, response) => response.writeHead(status).end(`no ${SECRET}`));
    const outcome = await pushes.push(TASK);
    expect(outcome).toMatchObject({
      ok: false,
      problem: { code, what: expect.stringContaining(`${status}`) },
    });
    expect(JSON.stringify(outcome)).not.toMatch(/whsec_|hidden/);
  });

  it('goes nowhere else: a redirect is not followed', async () => {
    const pushes = await receiver((request, response) =>
      response.writeHead(307, { location: `http://${request.headers.host}/elsewhere` }).end(),
    );
    expect(await pushes.push(TASK)).toMatchObject({ ok: false, problem: { code: 'push-refused' } });
    expect(got).toHaveLength(1);
  });

  it('is not waited for without end', async () => {
    const pushes = await receiver(() => undefined);
    expect(await pushes.push(TASK)).toMatchObject({ ok: false, problem: { code: 'push-failed' } });
  });
});

describe('the job that pushes', () => {
  const log = {
    ...{ debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    child: () => log,
  };

  /** Pushes, and again whenever it is due, until nothing is. */
  async function pushedFor(answer: RequestListener) {
    const store = database.store();
    await store.agentTasks.save(TASK);
    const clock = { now: () => now, sleep: async () => undefined };
    const ports = portsWith({ store, clock, log, taskPushes: await receiver(answer) });
    await pushTask({ kind: 'pushTask', task: TASK.id, attempt: 1 }, ports);
    for (let due = await store.jobs.nextDue(); due !== undefined; due = await store.jobs.nextDue()) {
      now = due;
      const [leased] = await store.jobs.lease(now, 1000, 1);
      if (leased?.job.task.kind !== 'pushTask') throw new Error('another job');
      await pushTask(leased.job.task, ports);
      await store.jobs.complete(leased.id, now);
    }
  }

  it('tries again, later and later, under the same id, until it is taken', async () => {
    await pushedFor((_request, response) => response.writeHead(got.length < 4 ? 503 : 204).end());
    expect(got.map(({ headers }) => headers['webhook-id'])).toEqual(
      Array.from({ length: 4 }, () => `msg_TASK-3_${TASK.createdAt}`),
    );
    const times = got.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(times.map((one) => one - (times[0] ?? 0))).toEqual([0, 5, 35, 155]);
    for (const one of got) expect(await isSigned(one, SECRET)).toBe(true);
  });

  it('gives up when it was refused, when the task cannot be claimed any more, and after a day', async () => {
    await pushedFor((_request, response) => response.writeHead(403).end());
    expect(got).toHaveLength(1);
    server.close();
    await database.store().agentTasks.save(CLAIMED);
    got = [];
    const clock = { now: () => at('12:30'), sleep: async () => undefined };
    const taskPushes = await receiver((_request, response) => response.end());
    const ports = portsWith({ store: database.store(), clock, log, taskPushes });
    await pushTask({ kind: 'pushTask', task: TASK.id, attempt: 1 }, ports);
    expect(got).toEqual([]);
    expect(PUSHED_AGAIN.reduce((sum, one) => sum + one, 0)).toBeLessThan(TASK.expiresAt - TASK.createdAt);
  });
});
