import { afterEach, describe, expect, it } from 'vitest';
import {
  type House,
  notification,
  picturesIn,
  roots,
  soon,
  startHouse,
  theRoot,
  threadOf,
  wordsOf,
} from './house.ts';

const open: House[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(options?: Parameters<typeof startHouse>[0]): Promise<House> {
  const house = await startHouse(options);
  open.push(house);
  return house;
}

describe('Slack as it is', () => {
  it('gets a picture only once its file is ready, and never refuses a block for it', async () => {
    const house = await start({ fileReadyDelay: { min: 1500, max: 1500 } });
    await house.post('alertmanager', notification('firing'));
    const root = await theRoot(house, /CheckoutErrors/);
    const reply = await soon(house, 'the panels', () => threadOf(house.slack.workspace, root)[1]);
    expect(picturesIn([reply])).toBe(1);
    expect(house.slack.workspace.calls.filter(({ error }) => error === 'invalid_blocks')).toEqual([]);
  });

  it('is answered over Socket Mode as over HTTP, also after it asked for a fresh connection', async () => {
    const house = await start({ mode: 'socket' });
    await soon(house, 'two connections', () => (house.slack.sockets() === 2 ? true : undefined));
    const first = await house.slack.command('rae', '#general', '/obs status');
    expect(first.failed).toBeUndefined();
    await soon(house, 'the answer', () => roots(house.slack.workspace, /2 services/).at(0));
    house.slack.refresh();
    const between = await house.slack.command('rae', '#general', '/obs help');
    expect(between.failed).toBeUndefined();
    await soon(house, 'a fresh connection', () => (house.slack.sockets() === 2 ? true : undefined), 20_000);
    await house.post('alertmanager', notification('firing'));
    const root = await theRoot(house, /CheckoutErrors/);
    expect((await house.slack.press('rae', root.channel, root.ts, 'acknowledge')).failed).toBeUndefined();
    await soon(house, 'the acknowledgement', () => (root.text.includes('acknowledged') ? true : undefined));
  });

  it('takes a dozen alerts of one channel in its pace: each is told once, none refused for good', async () => {
    const house = await start();
    for (let i = 0; i < 12; i += 1) {
      const labels = { alertname: `Storm${i}`, service_name: 'checkout', severity: 'page' };
      const body = notification('firing', {
        groupKey: `storm-${i}`,
        groupLabels: { alertname: `Storm${i}` },
        commonLabels: labels,
      });
      expect((await house.post('alertmanager', body)).status).toBe(202);
    }
    await soon(
      house,
      'all twelve',
      () => (roots(house.slack.workspace, /Storm/).length >= 12 ? true : undefined),
      60_000,
    );
    const names = roots(house.slack.workspace, /Storm/).map(({ text }) => text.split(' ')[0]);
    expect(new Set(names).size).toBe(12);
    expect(names).toHaveLength(12);
  }, 90_000);

  it('shows an answer in a message that says first that work has begun', async () => {
    const house = await start();
    const said: string[] = [];
    house.slack.workspace.onHappening((happening) => said.push(JSON.stringify(happening)));
    await house.slack.command('rae', '#general', '/obs status');
    await soon(house, 'the answer', () => roots(house.slack.workspace, /2 services/).at(0));
    const first = said.find((one) => one.includes('"kind":"message"')) ?? '';
    expect(first).toContain('Looking at');
    expect(roots(house.slack.workspace, /services|Looking/)).toHaveLength(1);
    expect(wordsOf(roots(house.slack.workspace, /services/)[0] ?? { text: '' })).not.toContain('Looking at');
  });

  it('answers by direct message where Bellbuoy was not invited, and says how to invite it', async () => {
    const house = await start({ notIn: ['general'] });
    await house.slack.command('rae', '#general', '/obs status');
    const answer = await soon(house, 'the answer', () => roots(house.slack.workspace, /2 services/).at(0));
    const place = house.slack.workspace.channels.find(({ id }) => id === answer.channel);
    expect(place).toMatchObject({ isDirect: true, name: 'U0PERSON00' });
    const words = house.slack.workspace.messages.map((message) => wordsOf(message)).join();
    expect(words).toContain('/invite @bellbuoy');
  });

  it('that cannot be connected at the start takes nothing else down: what comes is accepted and told later', async () => {
    const house = await start({ mode: 'socket', appToken: 'xapp-wrong' });
    expect((await house.post('alertmanager', notification('firing'))).status).toBe(202);
    await theRoot(house, /CheckoutErrors/);
    expect(house.slack.sockets()).toBe(0);
  });
});
