import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opened, typed } from '#sandbox/story/forms.ts';
import { type House, notification, soon, startHouse, theRoot, wordsOf } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

describe('an incident in whose thread 2,000 messages stand', () => {
  it('takes a marked one by one call, and catches people up within Slack’s limits', async () => {
    const [firing] = notification('firing').alerts;
    const startsAt = new Date().toISOString();
    await house.post('alertmanager', notification('firing', { alerts: [{ ...firing, startsAt }] }));
    const alert = await theRoot(house, /CheckoutErrors/);
    await house.slack.press('rae', alert.channel, alert.ts, 'declare');
    const form = await opened(house.slack, 'rae', /Declare/);
    await house.slack.submit('rae', typed(form, {}));
    const incident = await theRoot(house, /INC-1/);
    const said = Array.from({ length: 2000 }, (_, i) =>
      house.slack.say('rae', incident.channel, `Word ${i} of many`, incident.ts),
    );
    const marked = said[1234];
    if (marked === undefined) throw new Error('nothing was said');
    const before = house.slack.workspace.calls.length;
    await house.slack.react('rae', incident.channel, marked.ts, 'memo');
    await soon(house, 'the note', () => (wordsOf(incident).includes('Word 1234 of many') ? true : undefined));
    const read = house.slack.workspace.calls
      .slice(before)
      .filter(({ method }) => /^conversations\.(replies|history)$/.test(method));
    expect(read.map(({ method, args }) => [method, Number(args.limit)])).toEqual([
      ['conversations.replies', 1],
    ]);
    await house.slack.command('rae', '#incidents', '/obs catchup INC-1');
    const caught = await soon(house, 'the catch-up', () =>
      house.slack.workspace.ephemerals.findLast((one) => /Word 1234/.test(wordsOf(one))),
    );
    expect(wordsOf(caught).length).toBeLessThan(13_000);
  }, 60_000);
});
