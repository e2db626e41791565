import { afterEach, describe, expect, it } from 'vitest';
import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import type { TaskReport } from '#domain/agent-task/report.ts';
import { HOUR } from '#domain/time.ts';
import { at, report as deploy, notification } from '../domain/given.ts';
import { ANA, BEN, type IncidentWorld, incidentWorld } from './incident-world.ts';

let world: IncidentWorld;
afterEach(() => world.close());

const AGENT = { kind: 'machine' as const, name: 'investigator' };

/** An alert that fires, and the task about it. */
async function task(): Promise<{ readonly alert: string; readonly task: string }> {
  world = await incidentWorld({ begin: at('12:00') });
  await world.happens(deploy('succeeded'));
  await world.happens(notification('firing'));
  const { store } = world.ports;
  const [episode] = await store.alerts.open();
  if (episode === undefined) throw new Error('nothing fires');
  const subject = { kind: 'alert' as const, id: episode.id };
  const known = await store.agentTasks.ofSubject(subject);
  const one: AgentTask = known ?? {
    ...{ id: 'TASK-1', number: 1, subject, service: 'checkout', title: 'Errors on checkout' },
    ...{ since: world.now(), createdAt: world.now(), expiresAt: world.now() + 24 * HOUR, reports: [] },
  };
  await store.agentTasks.save(one);
  return { alert: episode.id, task: one.id };
}

async function reports(task: string, more: Partial<TaskReport> = {}) {
  const [deploy] = await world.ports.store.deploys.recent({ limit: 1 });
  const hypotheses = [
    {
      cause: { kind: 'deploy' as const, reference: deploy?.id ?? '' },
      ...{ statement: 'It began with the deploy.', confidence: 0.9, evidence: [] },
    },
  ];
  const report = { summary: 'It is the deploy.', hypotheses, suggestions: [], ...more };
  await world.happens({ type: 'taskReported', task, by: AGENT, report });
}

describe('what an agent reports', () => {
  it('stands in the thread of the alert, with the deploy by its version and the way to its thread', async () => {
    const { alert, task: id } = await task();
    await reports(id);
    const told = await world.ports.store.outbox.find(`task:${id}:report`);
    expect(told).toMatchObject({ parent: `alert:${alert}`, to: { channel: '#payments' } });
    const [deploy] = await world.ports.store.deploys.recent({ limit: 1 });
    expect(await world.said(`task:${id}:report`, 'taskReport')).toMatchObject({
      causes: [{ name: `checkout ${deploy?.version}`, url: expect.stringMatching(/^https:\/\/slack\//) }],
    });
  });

  it('names a deploy also as people do, and nothing for what is not known', async () => {
    const { task: id } = await task();
    const [deploy] = await world.ports.store.deploys.recent({ limit: 1 });
    const named = (reference: string) => ({
      cause: { kind: 'deploy' as const, reference },
      ...{ statement: 'x', confidence: 0.5, evidence: [] },
    });
    const version = deploy?.version ?? '';
    await reports(id, { hypotheses: [`checkout ${version}`, version, 'nobody v9'].map(named) });
    const name = `checkout ${version}`;
    expect((await world.said(`task:${id}:report`, 'taskReport'))?.causes.map((one) => one.name)).toEqual([
      name,
      name,
      undefined,
    ]);
  });

  it('when it is corrected is one message still, which says what it replaces', async () => {
    const { task: id } = await task();
    await reports(id);
    await world.until(at('12:05'));
    await reports(id, { summary: 'No, the pool.' });
    const message = await world.said(`task:${id}:report`, 'taskReport');
    expect(message).toMatchObject({
      corrects: { by: AGENT },
      report: { number: 2, summary: 'No, the pool.' },
    });
  });

  it('shows the last word of each person', async () => {
    const { task: id } = await task();
    await reports(id);
    const answer = { type: 'hypothesisAnswered' as const, task: id, report: 1, hypothesis: 0 };
    await world.happens({ ...answer, right: true, by: ANA });
    await world.happens({ ...answer, right: true, by: BEN });
    await world.happens({ ...answer, right: false, by: ANA });
    const message = await world.said(`task:${id}:report`, 'taskReport');
    expect(message?.report.answers).toMatchObject([
      { right: true, by: BEN },
      { right: false, by: ANA },
    ]);
  });

  it('stands in the thread of the incident about the alert too, and in its timeline, once', async () => {
    const { alert, task: id } = await task();
    await world.declare({ title: '', services: [], subject: { kind: 'alert', id: alert } });
    await reports(id);
    const copy = `task:${id}:report:INC-1`;
    expect(await world.ports.store.outbox.find(copy)).toMatchObject({ parent: 'incident:INC-1' });
    const entries = await world.ports.store.timelines.list('INC-1');
    expect(entries.filter(({ kind }) => kind === 'report')).toMatchObject([
      {
        text: 'reports on Errors on checkout: It began with the deploy. (very likely, 90 %)',
        ...{ by: AGENT, reference: { kind: 'task', id } },
      },
    ]);
    await world.happens({
      ...{ type: 'hypothesisAnswered', task: id, report: 1, hypothesis: 0, right: true, by: ANA },
    });
    expect((await world.said(copy, 'taskReport'))?.report.answers).toHaveLength(1);
    expect(
      (await world.ports.store.timelines.list('INC-1')).filter(({ kind }) => kind === 'report'),
    ).toHaveLength(1);
  });

  it('before an incident is declared joins its thread and its timeline when it is', async () => {
    const { alert, task: id } = await task();
    await reports(id);
    await world.declare({ title: '', services: [], subject: { kind: 'alert', id: alert } });
    const entries = await world.ports.store.timelines.list('INC-1');
    expect(entries.map(({ kind }) => kind)).toContain('report');
    expect(await world.ports.store.outbox.find(`task:${id}:report:INC-1`)).toMatchObject({
      parent: 'incident:INC-1',
    });
  });

  it('becomes the trigger in the post-mortem’s draft once people call it right', async () => {
    const { alert, task: id } = await task();
    await reports(id);
    await world.happens({
      ...{ type: 'hypothesisAnswered', task: id, report: 1, hypothesis: 0, right: true, by: ANA },
    });
    await world.declare({ title: '', services: [], subject: { kind: 'alert', id: alert } });
    await world.happens({
      ...{ type: 'incidentChanged', incident: 'INC-1', change: { status: 'resolved' }, by: ANA },
    });
    const [deploy] = await world.ports.store.deploys.recent({ limit: 1 });
    const postmortem = await world.ports.store.postmortems.get('INC-1');
    expect(postmortem?.fields).toMatchObject({ triggerKind: 'deploy', triggerReference: deploy?.id });
    expect(postmortem?.fields.trigger).toContain(`checkout ${deploy?.version} was deployed`);
  });
});
