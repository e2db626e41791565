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

/** The sum of a counter over all its labels that match. */
async function counted(house: House, name: string, labels = /./): Promise<number> {
  const text = await (await fetch(`${house.url()}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(name) && labels.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1) ?? 0), 0);
}

/** An alert that fires, is acknowledged and resolves, and a question: each has to end right, once. */
async function playStory(house: House): Promise<void> {
  const { workspace } = house.slack;
  await house.post('alertmanager', notification('firing'));
  const root = await soon(house, 'the alert', () => roots(workspace, /CheckoutErrors/).at(0), 60_000);
  // Who is told that Slack could not say who they are presses again.
  for (let tries = 0; !root.text.includes('acknowledged'); tries += 1) {
    if (tries > 10) throw new Error('nobody could acknowledge');
    await insist(() => house.slack.press('rae', root.channel, root.ts, 'acknowledge'));
    for (let wait = 0; wait < 60 && !root.text.includes('acknowledged'); wait += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await insist(() => house.slack.command('rae', '#general', '/obs status'));
  await soon(house, 'the answer', () => roots(workspace, /2 services/).at(0), 60_000);
  await soon(house, 'the panels', () => threadOf(workspace, root)[1], 60_000);
  await house.post('alertmanager', notification('resolved'));
  await soon(house, 'the end', () => root.text.includes('resolved') || undefined, 60_000);
  expect(roots(workspace, /CheckoutErrors/)).toHaveLength(1);
  expect(threadOf(workspace, root)).toHaveLength(2);
}

/** People whose press or command fails do it again. */
async function insist(attempt: () => Promise<{ failed?: string }>): Promise<void> {
  for (let tries = 0; (await attempt()).failed !== undefined; tries += 1)
    if (tries > 10) throw new Error('it failed ten times');
}

describe('a Slack that refuses, forgets and goes away', () => {
  it('answers every third call with 429: the story ends right, no message twice, and each is counted', async () => {
    const house = await start();
    house.slack.faults.rateLimitEvery = 3;
    await playStory(house);
    const refused = house.slack.workspace.calls.filter(({ error }) => error === 'ratelimited').length;
    expect(refused).toBeGreaterThan(3);
    // A call of the last moment may still be on its way to the counter.
    expect(await counted(house, 'bellbuoy_slack_calls_total', /ratelimited/)).toBeGreaterThanOrEqual(
      refused - 1,
    );
  }, 120_000);

  it('never makes a file ready: the text stands in, and it is counted', async () => {
    const house = await start();
    house.slack.faults.filesNeverReady = true;
    await playStory(house);
    const [root] = roots(house.slack.workspace, /CheckoutErrors/);
    expect(root).toBeDefined();
    const thread = root === undefined ? [] : threadOf(house.slack.workspace, root);
    expect(picturesIn(thread)).toBe(0);
    expect(wordsOf(thread[1] ?? { text: '' })).toContain('last 5 min');
    expect(await counted(house, 'bellbuoy_uploads_failed_total')).toBeGreaterThanOrEqual(1);
  }, 120_000);

  it('says ok to an upload and never shares it: it is uploaded anew, then the text stands in, and it is counted', async () => {
    const house = await start();
    house.slack.faults.filesNeverShared = true;
    await playStory(house);
    const [root] = roots(house.slack.workspace, /CheckoutErrors/);
    expect(picturesIn(root === undefined ? [] : threadOf(house.slack.workspace, root))).toBe(0);
    expect(house.slack.workspace.files.size).toBeGreaterThanOrEqual(2);
    expect(await counted(house, 'bellbuoy_uploads_refused_total')).toBeGreaterThanOrEqual(1);
  }, 120_000);

  it('drops the sockets every ten seconds, with 429 on every third call: commands are answered, drops are counted', async () => {
    const house = await start({ mode: 'socket' });
    await soon(house, 'two connections', () => house.slack.sockets() === 2 || undefined, 20_000);
    house.slack.faults.dropSocketsEvery = 10_000;
    house.slack.faults.rateLimitEvery = 3;
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    await playStory(house);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await insist(() => house.slack.command('rae', '#general', '/obs help'));
    expect(await counted(house, 'bellbuoy_slack_disconnects_total')).toBeGreaterThanOrEqual(2);
  }, 150_000);

  it('is away for a while: what was accepted meanwhile is told when it is back, once', async () => {
    const house = await start();
    house.slack.faults.status = 503;
    expect((await house.post('alertmanager', notification('firing'))).status).toBe(202);
    await soon(house, 'three attempts', () => house.slack.workspace.calls.length > 3 || undefined);
    delete house.slack.faults.status;
    const root = await theRoot(house, /CheckoutErrors/);
    await soon(house, 'its panels', () => threadOf(house.slack.workspace, root)[1]);
    expect(roots(house.slack.workspace, /CheckoutErrors/)).toHaveLength(1);
    expect(await counted(house, 'bellbuoy_slack_calls_total', /http_503/)).toBeGreaterThan(1);
  }, 60_000);

  it('has no channel of that name for the bot: the alert goes to the default channel, saying how to mend it', async () => {
    const house = await start({ notIn: ['payments'] });
    await house.post('alertmanager', notification('firing'));
    const root = await theRoot(house, /CheckoutErrors/);
    const { channels } = house.slack.workspace;
    expect(channels.find(({ id }) => id === root.channel)?.name).toBe('incidents');
    expect(wordsOf(root)).toContain('I am not in #payments: type `/invite @bellbuoy` there');
    await house.post('alertmanager', notification('resolved'));
    await soon(house, 'its end', () => root.text.includes('resolved') || undefined);
    expect(wordsOf(root)).toContain('/invite @bellbuoy');
  }, 60_000);
});
