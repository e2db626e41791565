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

  it('takes a storm in its pace: ten threads, and one umbrella for the rest that lists every group and ends well', async () => {
    const house = await start();
    const group = (i: number) => ({
      groupKey: `storm-${i}`,
      groupLabels: { alertname: `Storm${i}` },
      commonLabels: { alertname: `Storm${i}`, service_name: 'checkout', severity: 'page' },
    });
    for (let i = 0; i < 25; i += 1)
      expect((await house.post('alertmanager', notification('firing', group(i)))).status).toBe(202);
    await soon(
      house,
      'the umbrella',
      () => roots(house.slack.workspace, /Alert storm 15 of 15 groups firing/).at(0),
      60_000,
    );
    await soon(
      house,
      'the ten',
      () => (roots(house.slack.workspace, /^Storm\d/).length >= 10 ? true : undefined),
      60_000,
    );
    expect(roots(house.slack.workspace, /^Storm\d/)).toHaveLength(10);
    const umbrella = await theRoot(house, /Alert storm/);
    const [, list] = await soon(house, 'the list', () => {
      const thread = threadOf(house.slack.workspace, umbrella);
      return thread.length > 1 ? thread : undefined;
    });
    for (let i = 10; i < 25; i += 1) expect(wordsOf(list ?? { text: '' })).toContain(`*Storm${i}*`);
    await house.slack.press('rae', umbrella.channel, umbrella.ts, 'acknowledge-all');
    await soon(house, 'it acknowledged', () =>
      wordsOf(umbrella).includes('all acknowledged') ? true : undefined,
    );
    for (let i = 0; i < 25; i += 1) await house.post('alertmanager', notification('resolved', group(i)));
    await soon(
      house,
      'its end',
      () => roots(house.slack.workspace, /Alert storm over, all 15 groups resolved/).at(0),
      60_000,
    );
    expect(roots(house.slack.workspace, /Alert storm/)).toHaveLength(1);
  }, 150_000);

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
