import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentTask, EXPIRES_AFTER } from '#domain/agent-task/agent-task.ts';
import { MINUTE } from '#domain/time.ts';
import { NOON, notification } from '../domain/given.ts';
import { openDeciding } from './deciding.ts';

const TOKENS = [
  { name: 'one', token: 'token-of-one', scopes: ['tasks'] as const },
  { name: 'two', token: 'token-of-two', scopes: ['tasks'] as const },
  { name: 'reader', token: 'token-of-reader', scopes: ['read'] as const },
];

const task = (number: number, more: Partial<AgentTask> = {}): AgentTask => ({
  ...{ id: `TASK-${number}`, number, subject: { kind: 'alert', id: `a90${number}` }, service: 'checkout' },
  ...{
    title: 'Errors on checkout',
    since: NOON,
    createdAt: NOON,
    expiresAt: NOON + EXPIRES_AFTER,
    reports: [],
  },
  handOff: {
    ...{
      at: NOON,
      observed: { headline: 'Errors: 5 %, 0.1 % before.', labels: {} },
      evidence: [],
      similar: [],
    },
    changes: [
      { kind: 'deploy', id: 'd1', service: 'checkout', relation: 'own', what: 'checkout v2', at: NOON },
    ],
    ...{ alsoFiring: [], links: [], missing: [] },
  },
  ...more,
});

let api: Awaited<ReturnType<typeof openDeciding>>;
beforeEach(async () => {
  api = await openDeciding(TOKENS);
  await api.store.agentTasks.save(task(1));
});
afterEach(async () => {
  expect(api.errors).toEqual([]);
  await api.close();
});

const REPORT = {
  summary: 'The deploy of v2 broke the payment call.',
  hypotheses: [
    { cause: { kind: 'traffic' }, statement: 'More traffic.', confidence: 0.1 },
    {
      cause: { kind: 'deploy', reference: 'd1' },
      statement: 'v2 calls a path that is not there.',
      confidence: 0.9,
      evidence: [
        {
          what: 'Errors rose to 5 % with the deploy.',
          query: 'sum(rate(errors[5m]))',
          range: { from: '2026-11-24T11:50:00.000Z', to: '2026-11-24T12:00:00.000Z' },
          ...{ value: 0.05, url: 'https://grafana.example/d/1' },
        },
      ],
    },
  ],
  suggestions: ['Roll back to v1.'],
};

describe('an agent that looks for work', () => {
  it('finds what can be claimed, with the headline and the likeliest causes', async () => {
    await api.store.agentTasks.save(task(2, { service: 'ledger' }));
    const { handOff: _, ...preparing } = task(3);
    await api.store.agentTasks.save(preparing);
    const { status, body } = await api.ask('one', '/api/v1/tasks');
    expect(status).toBe(200);
    expect(body.tasks).toMatchObject([
      { id: 'TASK-2', state: 'open' },
      {
        ...{ schema: 'agent-task/1', id: 'TASK-1', headline: 'Errors: 5 %, 0.1 % before.' },
        changes: [{ kind: 'deploy', id: 'd1', what: 'checkout v2' }],
      },
    ]);
    const ofLedger = await api.ask('one', '/api/v1/tasks?service=ledger');
    expect(ofLedger.body.tasks).toMatchObject([{ id: 'TASK-2' }]);
    expect((await api.ask('one', '/api/v1/tasks?state=preparing')).body.tasks).toMatchObject([
      { id: 'TASK-3' },
    ]);
    const first = await api.ask('one', '/api/v1/tasks?limit=1');
    const second = await api.ask('one', `/api/v1/tasks?limit=1&cursor=${first.body.nextCursor}`);
    expect([first, second].map(({ body: { tasks } }) => tasks[0].id)).toEqual(['TASK-2', 'TASK-1']);
    expect(second.body).not.toHaveProperty('nextCursor');
  });

  it('claims one, and gets all that is known of it', async () => {
    const { status, body } = await api.ask('one', '/api/v1/tasks/TASK-1/claim', { minutes: 30 });
    expect(status).toBe(200);
    expect(body.task).toMatchObject({
      state: 'claimed',
      lease: { by: { kind: 'machine', name: 'one' }, until: '2026-11-24T12:30:00.000Z' },
      handOff: { observed: { headline: 'Errors: 5 %, 0.1 % before.' } },
    });
  });

  it('cannot claim what another holds, and is told who does and until when', async () => {
    await api.ask('one', '/api/v1/tasks/TASK-1/claim', {});
    const refused = await api.ask('two', '/api/v1/tasks/TASK-1/claim', {});
    expect(refused).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('one holds TASK-1 until 2026-11-24T12:10:00.000Z.') },
    });
    api.at(NOON + 10 * MINUTE);
    expect((await api.ask('two', '/api/v1/tasks/TASK-1/claim', {})).status).toBe(200);
  });

  it('is the only one of many that claim at once', async () => {
    const claims = await Promise.all(
      ['one', 'two', 'one', 'two', 'two'].map((who) => api.ask(who, '/api/v1/tasks/TASK-1/claim', {})),
    );
    const holders = new Set(
      claims.filter(({ status }) => status === 200).map(({ body }) => body.task.lease.by.name),
    );
    expect(holders.size).toBe(1);
    expect(new Set(claims.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });

  it('holds a task for longer, or gives it back', async () => {
    await api.ask('one', '/api/v1/tasks/TASK-1/claim', {});
    api.at(NOON + 5 * MINUTE);
    const longer = await api.ask('one', '/api/v1/tasks/TASK-1/claim', { minutes: 20 });
    expect(longer.body.task.lease.until).toBe('2026-11-24T12:25:00.000Z');
    expect((await api.ask('two', '/api/v1/tasks/TASK-1/release', {})).status).toBe(409);
    expect((await api.ask('one', '/api/v1/tasks/TASK-1/release', {})).body.task.state).toBe('open');
    expect((await api.ask('two', '/api/v1/tasks/TASK-1/claim', {})).status).toBe(200);
  });

  it.each([
    [{ minutes: 0 }, 'body minutes'],
    [{ minutes: 61 }, 'body minutes'],
    [{ minutes: 'ten' }, 'body minutes'],
    [{ hours: 1 }, 'body hours'],
  ])('is told what is wrong with %j', async (body, where) => {
    const refused = await api.ask('one', '/api/v1/tasks/TASK-1/claim', body);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain(where);
  });

  it('needs a token that may work on tasks', async () => {
    expect((await api.ask('nobody', '/api/v1/tasks')).status).toBe(401);
    expect((await api.ask('reader', '/api/v1/tasks')).status).toBe(403);
    expect((await api.ask('reader', '/api/v1/tasks/TASK-1/claim', {})).status).toBe(403);
    expect((await api.ask('one', '/api/v1/tasks/TASK-9')).status).toBe(404);
  });
});

describe('an agent that reports', () => {
  it('ends the task, the surest hypothesis first', async () => {
    await api.ask('one', '/api/v1/tasks/TASK-1/claim', {});
    const told = await api.ask('one', '/api/v1/tasks/TASK-1/report', REPORT);
    expect(told).toMatchObject({
      status: 201,
      body: { task: { state: 'reported', result: { confidence: 0.9 } } },
    });
    const { body } = await api.ask('two', '/api/v1/tasks/TASK-1');
    expect(body.task.reports).toMatchObject([
      { number: 1, by: { name: 'one' }, hypotheses: [REPORT.hypotheses[1], REPORT.hypotheses[0]] },
    ]);
    expect((await api.ask('two', '/api/v1/tasks/TASK-1/claim', {})).status).toBe(409);
    expect(await api.store.jobs.isPlanned('report:TASK-1')).toBe(true);
  });

  it('is refused while another holds the task', async () => {
    await api.ask('one', '/api/v1/tasks/TASK-1/claim', {});
    expect((await api.ask('two', '/api/v1/tasks/TASK-1/report', REPORT)).status).toBe(409);
    expect((await api.store.agentTasks.get('TASK-1'))?.reports).toEqual([]);
  });

  it('is refused under a name that was given to another report: what it says is not lost unseen', async () => {
    const path = '/api/v1/tasks/TASK-1/report';
    const first = await api.ask('one', path, { ...REPORT, requestId: 'r1' });
    const [cause] = REPORT.hypotheses;
    for (const other of [
      { ...REPORT, hypotheses: [cause] },
      { ...REPORT, summary: 'It was the traffic.' },
    ]) {
      const { status, body } = await api.ask('one', path, { ...other, requestId: 'r1' });
      expect([first.status, status, JSON.stringify(body)]).toEqual([
        ...[201, 409],
        expect.stringContaining('This name was given to another request, which was carried out.'),
      ]);
    }
    expect((await api.store.agentTasks.get('TASK-1'))?.reports).toHaveLength(1);
  });

  it('reports once when it sends the same request again, and corrects with another', async () => {
    const once = { ...REPORT, requestId: 'r1' };
    const sent = await Promise.all([1, 2, 3].map(() => api.ask('one', '/api/v1/tasks/TASK-1/report', once)));
    expect(sent.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect((await api.store.agentTasks.get('TASK-1'))?.reports).toHaveLength(1);
    const corrected = await api.ask('one', '/api/v1/tasks/TASK-1/report', {
      summary: 'Nothing.',
      requestId: 'r2',
    });
    expect(corrected.body.task.result).toMatchObject({ reports: 2, summary: 'Nothing.' });
  });

  it.each([
    [{ ...REPORT, summary: 'x'.repeat(2001) }, 'body summary'],
    [{ ...REPORT, summary: ' ' }, 'body summary'],
    [{ ...REPORT, hypotheses: Array.from({ length: 6 }, () => REPORT.hypotheses[0]) }, 'body hypotheses'],
    [
      { ...REPORT, hypotheses: [{ ...REPORT.hypotheses[0], confidence: 1.2 }] },
      'body hypotheses[0].confidence',
    ],
    [
      { ...REPORT, hypotheses: [{ ...REPORT.hypotheses[0], cause: { kind: 'gremlins' } }] },
      'body hypotheses[0].cause.kind',
    ],
    [
      {
        ...REPORT,
        hypotheses: [{ ...REPORT.hypotheses[0], evidence: [{ what: 'w', url: 'javascript:alert(1)' }] }],
      },
      'body hypotheses[0].evidence[0].url',
    ],
    [{ ...REPORT, suggestions: ['x'.repeat(501)] }, 'body suggestions[0]'],
  ])('is told which field is wrong', async (body, where) => {
    const refused = await api.ask('one', '/api/v1/tasks/TASK-1/report', body);
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain(where);
  });

  it('leaves a trace of each thing it did, and none of what it could not', async () => {
    await api.ask('one', '/api/v1/tasks/TASK-1/claim', {});
    await api.ask('two', '/api/v1/tasks/TASK-1/claim', {});
    await api.ask('one', '/api/v1/tasks/TASK-1/report', REPORT);
    const entries = await api.store.audit.list(10);
    const by = { kind: 'machine', name: 'one' };
    expect(entries).toMatchObject([
      { by, what: 'taskReported', subject: 'TASK-1', detail: REPORT.summary },
      { by, what: 'taskClaimed', subject: 'TASK-1' },
    ]);
  });
});

it('an alert that comes in makes a task that is being prepared', async () => {
  await api.store.inbox.append({
    event: notification('firing'),
    source: 'alertmanager',
    dedupeKey: 'k',
    at: NOON,
  });
  await api.ask('one', '/api/v1/tasks/TASK-1/claim', {});
  const { body } = await api.ask('one', '/api/v1/tasks?state=preparing');
  expect(body.tasks).toMatchObject([{ id: 'TASK-2', title: 'Errors on checkout' }]);
  expect(await api.store.jobs.isPlanned('hand-off:TASK-2')).toBe(true);
});
