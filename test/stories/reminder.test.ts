import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, notification, soon, startHouse, theRoot, threadOf, wordsOf } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ more: 'alerts: { remindAfter: 1s }\n' });
});
afterAll(() => house.close());

const group = (name: string, severity: string) => ({
  groupKey: name,
  groupLabels: { alertname: name },
  commonLabels: { alertname: name, service_name: 'checkout', severity },
});

describe('a page that nobody acknowledges', () => {
  it('is reminded of in its thread and in the channel, once, with its owner, and says so when somebody has', async () => {
    await house.post('alertmanager', notification('firing', group('Forgotten', 'page')));
    const root = await theRoot(house, /Forgotten/);
    const reminder = await soon(house, 'the reminder', () =>
      threadOf(house.slack.workspace, root).find((said) => /nobody has acknowledged/.test(wordsOf(said))),
    );
    expect(wordsOf(reminder)).toContain('owner payments');
    const call = house.slack.workspace.calls.find(({ args }) =>
      String(args.text).startsWith('Not acknowledged'),
    );
    expect(call?.args.reply_broadcast).toBe('true');
    await house.slack.press('rae', root.channel, root.ts, 'acknowledge');
    await soon(house, 'it settled', () => wordsOf(reminder).includes('has been acknowledged') || undefined);
    const all = threadOf(house.slack.workspace, root).filter((said) => /acknowledged/.test(said.text));
    expect(all.filter((said) => said !== root)).toHaveLength(1);
  });

  it('is not reminded of when it is a ticket', async () => {
    await house.post('alertmanager', notification('firing', group('Later', 'warning')));
    const root = await theRoot(house, /Later/);
    await soon(house, 'its panels', () => threadOf(house.slack.workspace, root)[1]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(wordsOf(threadOf(house.slack.workspace, root).at(-1) ?? { text: '' })).not.toContain('nobody');
  });
});
