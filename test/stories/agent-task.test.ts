import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AGENT_TOKEN,
  type House,
  notification,
  soon,
  startHouse,
  theRoot,
  threadOf,
  wordsOf,
} from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

/** Asks as an agent does; a body makes it a POST. */
async function ask(path: string, body?: object) {
  const response = await fetch(`${house.url()}/api/v1${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${AGENT_TOKEN}`, 'content-type': 'application/json' },
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

/** The task that can be claimed, once there is one. */
async function openTask() {
  for (const until = Date.now() + 15_000; Date.now() < until; await sleep(100)) {
    const [task] = (await ask('/tasks')).body.tasks;
    if (task !== undefined) return task;
  }
  throw new Error('no task in 15 s');
}

describe('an alert that fires while Prometheus is away', () => {
  it('can be claimed within seconds, with what is missing; what is found of it stands in its thread', async () => {
    await house.post('alertmanager', notification('firing'));
    const root = await theRoot(house, /CheckoutErrors/);
    const { id, title } = await openTask();
    expect(title).toBe('CheckoutErrors on checkout');
    const { status, body } = await ask(`/tasks/${id}/claim`, { minutes: 5 });
    expect(status).toBe(200);
    expect(body.task).toMatchObject({ state: 'claimed', subject: { kind: 'alert' }, service: 'checkout' });
    expect(body.task.handOff.missing.join()).toMatch(/Prometheus/);
    // The lease is the agent's over a restart too.
    await house.restart();
    const report = {
      summary: 'Ledger answers nobody.',
      hypotheses: [
        { cause: { kind: 'dependency', reference: 'ledger' }, statement: 'Ledger is down.', confidence: 0.7 },
      ],
      requestId: 'one',
    };
    expect((await ask(`/tasks/${id}/report`, report)).status).toBe(201);
    expect((await ask(`/tasks/${id}/report`, report)).status).toBe(201);
    const told = await soon(house, 'the report', () =>
      threadOf(house.slack.workspace, root).find((message) => /Ledger is down/.test(wordsOf(message))),
    );
    expect(wordsOf(told)).toMatch(/likely/);
    expect((await ask('/tasks')).body.tasks).toEqual([]);
    expect((await ask(`/tasks/${id}`)).body.task.reports).toHaveLength(1);
  }, 60_000);
});
