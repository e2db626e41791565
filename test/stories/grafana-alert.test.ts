import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TaskList } from '#api/contract/agent-task.ts';
import { AlertDetail, AlertList } from '#api/contract/alerts.ts';
import { ENDED, grafanaBody, grafanaTest } from '../ingest/grafana-bodies.ts';
import { AGENT_TOKEN, type House, roots, soon, startHouse, theRoot, wordsOf } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

const ask = async (path: string) => {
  const headers = { authorization: `Bearer ${AGENT_TOKEN}` };
  return (await fetch(`${house.url()}/api/v1/${path}`, { headers })).json();
};
const startsAt = new Date(Date.now() - 600_000).toISOString();
const firing = () => grafanaBody({}, { startsAt });

describe('an alert of Grafana', () => {
  it('has one thread, with what the rule read and the ways to its panel and its silence', async () => {
    for (const _ of [1, 2]) expect((await house.post('grafana', firing())).status).toBe(202);
    const root = await theRoot(house, /CheckoutSlow/);
    expect(root.text).toBe('CheckoutSlow firing · checkout · p99 of checkout is above 1 s');
    const words = wordsOf(root);
    expect(words).toContain('B = 1.2, C = 1');
    for (const url of ['viewPanel=4', 'grafana.example/d/shop?orgId=1"', '/alerting/silence/new'])
      expect(words).toContain(url);
    expect(words).not.toContain('"action_id":"silence"');
    expect(roots(house.slack.workspace, /CheckoutSlow/)).toHaveLength(1);
  });

  it('is not silenced at Alertmanager, whoever asks', async () => {
    const root = await theRoot(house, /CheckoutSlow/);
    await house.slack.press('rae', root.channel, root.ts, 'silence').catch(() => undefined);
    expect(wordsOf(root)).not.toContain('silenced until');
  });

  it('is told to machines with its values, and becomes a task', async () => {
    const { alerts } = AlertList.parse(await ask('alerts'));
    const { alert } = AlertDetail.parse(await ask(`alerts/${alerts[0]?.id}`));
    expect(alert).toMatchObject({
      source: 'grafana',
      alerts: [
        {
          values: [
            { name: 'B', value: 1.2345678 },
            { name: 'C', value: 1 },
          ],
          pages: { panel: expect.stringContaining('viewPanel=4') },
        },
      ],
    });
    const tasks = async () => TaskList.parse(await ask('tasks')).tasks;
    await expect.poll(tasks, { timeout: 20_000 }).toMatchObject([{ service: 'checkout' }]);
  });

  it('says that a program took it, where one did', async () => {
    const [alert] = AlertList.parse(await ask('alerts')).alerts;
    await fetch(`${house.url()}/api/v1/alerts/${alert?.id}/acknowledge`, {
      ...{ method: 'POST', body: '{}' },
      headers: { authorization: `Bearer ${AGENT_TOKEN}`, 'content-type': 'application/json' },
    });
    const root = await theRoot(house, /CheckoutSlow/);
    await soon(house, 'that', () =>
      wordsOf(root).includes('acknowledged by the program investigator') ? true : undefined,
    );
  });

  it('resolves in the message in which it fired', async () => {
    const root = await theRoot(house, /CheckoutSlow/);
    const ended = { status: 'resolved', startsAt, endsAt: new Date().toISOString() };
    await house.post('grafana', grafanaBody(ENDED, ended));
    await soon(house, 'the resolution', () => (root.text.includes('resolved') ? true : undefined));
    expect(root.text).toBe('CheckoutSlow resolved after 10 min · checkout');
  });
});

describe('the button Test of a contact point', () => {
  it('leaves a message that shows that alerts arrive, resolved', async () => {
    expect((await house.post('grafana', grafanaTest())).status).toBe(202);
    const root = await theRoot(house, /TestAlert/);
    await soon(house, 'its end', () => (root.text.includes('resolved') ? true : undefined));
    expect(root.text).toMatch(/^TestAlert resolved/);
  });
});
