import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, notification, soon, startHouse, threadOf, wordsOf } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

async function watched(channel: string) {
  const { messages } = house.slack.workspace;
  const from = messages.length;
  await house.slack.command('rae', channel, '/obs watch checkout 2h');
  return soon(house, 'the watch', () => messages.slice(from).find((said) => /watching/.test(said.text)));
}

describe('/obs watch', () => {
  it('shows a service at once, goes on after a restart, and ends when somebody stops it', async () => {
    const watch = await watched('#general');
    expect(watch.text).toMatch(/\*checkout\* no data · watching, 0 s of 2 h/);
    await house.restart();
    await house.slack.press('rae', watch.channel, watch.ts, 'watch-stop');
    await soon(house, 'its end', () => (/watched for/.test(watch.text) ? true : undefined));
    expect(wordsOf(watch)).toMatch(/stopped by <@U0PERSON00> at .*, of 2 h/);
    expect(wordsOf(watch)).not.toContain('watch-stop');
  });

  it('says what it saw at its end: an alert that fired meanwhile is there', async () => {
    const watch = await watched('#incidents');
    await house.post('alertmanager', notification('firing'));
    await soon(house, 'the alert', () =>
      house.slack.workspace.messages.find((said) => /CheckoutErrors.*firing/.test(said.text)),
    );
    await house.slack.press('rae', watch.channel, watch.ts, 'watch-stop');
    await soon(house, 'its end', () => (/watched for/.test(watch.text) ? true : undefined));
    expect(wordsOf(watch)).toMatch(/Firing\*: CheckoutErrors/);
    expect(threadOf(house.slack.workspace, watch)).toHaveLength(1);
  });
});
