import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#sandbox/slack/workspace.ts';
import { opened, typed } from '#sandbox/story/forms.ts';
import { type House, notification, roots, soon, startHouse, theRoot, threadOf, wordsOf } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({
    people: [
      { name: 'rae', realName: 'Rae Responder', tz: 'Europe/Berlin' },
      { name: 'tom', realName: 'Tom Team', tz: 'Europe/Berlin' },
    ],
  });
});
afterAll(() => house.close());

const root = () => theRoot(house, /INC-1/);
const thread = (message: Message) => threadOf(house.slack.workspace, message);
const says = (message: Message, words: RegExp) =>
  soon(house, `${words.source}`, () => (words.test(wordsOf(message)) ? message : undefined));
const replies = (message: Message, words: RegExp) =>
  soon(house, `a reply ${words.source}`, () =>
    thread(message).find((one) => one !== message && words.test(wordsOf(one))),
  );
const whispered = (words: RegExp) =>
  soon(house, `a whisper ${words.source}`, () =>
    house.slack.workspace.ephemerals.findLast((one) => words.test(wordsOf(one))),
  );
const command = (by: string, text: string, channel = '#incidents') =>
  house.slack.command(by, channel, `/obs ${text}`);
/** Fills in the form that somebody has open, by its labels, and sends it. */
const fill = async (by: string, title: RegExp, values: Readonly<Record<string, string>>) => {
  const view = await opened(house.slack, by, title);
  const sent = await house.slack.submit(by, typed(view, values) as never);
  expect(sent.failed).toBeUndefined();
};

describe('an incident', () => {
  let alert: Message;

  it('is declared from the alert by a form that knows what is wrong, and stands in the incidents channel', async () => {
    await house.post('alertmanager', notification('firing', { alerts: firing() }));
    alert = await theRoot(house, /CheckoutErrors/);
    await house.slack.press('rae', alert.channel, alert.ts, 'declare');
    await fill('rae', /Declare an incident/, { 'What is known?': 'Payments fail since a minute.' });
    const incident = await root();
    expect(incident.text).toContain('3 % of checkout requests fail');
    await says(incident, /Payments fail since a minute/);
    await replies(alert, /INC-1/);
    await says(alert, /acknowledged by.*INC-1|INC-1.*acknowledged by/s);
    // Who presses again is shown the one that there is.
    await house.slack.command('tom', '#incidents', '/obs incident list');
    await whispered(/INC-1/);
    expect(roots(house.slack.workspace, /INC-1/)).toHaveLength(1);
  });

  it('takes notes by shortcut, by reaction and by command, each once', async () => {
    const said = house.slack.say(
      'tom',
      alert.channel,
      'The pool is <https://wiki.example|full> &amp; slow',
      alert.ts,
    );
    await house.slack.shortcut('rae', alert.channel, said.ts, 'add-to-timeline');
    await house.slack.react('tom', alert.channel, said.ts, 'memo');
    const other = house.slack.say('rae', alert.channel, 'Rolling back to v1.4.1', alert.ts);
    await house.slack.react('tom', alert.channel, other.ts, 'memo');
    await command('tom', 'incident update INC-1 Customers were told');
    await replies(await root(), /Customers were told/);
    // Who marked a message is told alone.
    await whispered(/Added to the timeline of.*Rolling back/s);
    expect(
      house.slack.workspace.messages.filter((one) => /Added to the timeline/.test(wordsOf(one))),
    ).toEqual([]);
    // Accepted is not yet decided: whoever asks at once may be told a moment too early, and asks again.
    const asked = async () => {
      await command('rae', 'incident show INC-1');
      return wordsOf(await whispered(/INC-1/));
    };
    for (const words of [
      'The pool is full',
      'Rolling back to v1.4.1',
      'CheckoutErrors fires',
      'Customers were told',
    ])
      await expect.poll(asked, { interval: 500, timeout: 20_000 }).toContain(words);
    expect((await asked()).split('The pool is full')).toHaveLength(2);
  }, 60_000);

  it('changes status and roles by buttons and words, in place and in its thread', async () => {
    const incident = await root();
    await house.slack.press('tom', incident.channel, incident.ts, 'incident-lead');
    await replies(incident, /commander/);
    await command('tom', 'incident identified INC-1 the pool is exhausted');
    await replies(incident, /the pool is exhausted/);
    await says(incident, /identified/);
    await command('tom', 'catchup');
    const caught = wordsOf(await whispered(/INC-1.*the pool is exhausted/s));
    expect(caught).toContain('CheckoutErrors');
  });

  it('is resolved by a form, and its post-mortem is drafted with what nobody typed', async () => {
    const incident = await root();
    await house.slack.press('tom', incident.channel, incident.ts, 'incident-resolve');
    await fill('tom', /INC-1/, { 'What is to be said?': 'Rolled back, errors are gone' });
    await says(incident, /resolved/);
    const postmortem = await replies(incident, /[Pp]ost-mortem/);
    expect(wordsOf(postmortem)).toMatch(/1 alert/);
  });

  it('has a post-mortem that two people write at once, and neither loses a word', async () => {
    const incident = await root();
    const postmortem = await replies(incident, /[Pp]ost-mortem of/);
    for (const by of ['rae', 'tom'])
      await house.slack.press(by, postmortem.channel, postmortem.ts, 'postmortem-open');
    await fill('rae', /Post-mortem INC-1/, { Summary: 'The pool was too small.' });
    await fill('tom', /Post-mortem INC-1/, { Summary: 'Nobody watched the pool.' });
    const next = await opened(house.slack, 'tom', /Post-mortem INC-1/);
    expect(JSON.stringify(next.blocks)).toContain('How it was noticed');
    await command('rae', 'postmortem show INC-1');
    const shown = wordsOf(await whispered(/Nobody watched the pool/));
    expect(shown).toContain('The pool was too small.');
  });

  it('has action items that are written in the form and closed where they are listed', async () => {
    await house.slack.dismiss('rae');
    await command('rae', 'postmortem INC-1');
    await opened(house.slack, 'rae', /Post-mortem INC-1/);
    await house.slack.pressInView('rae', 'postmortem-step:actions');
    await soon(house, 'the actions', () =>
      JSON.stringify(house.slack.workspace.modals.get('U0PERSON00')).includes('action-add')
        ? true
        : undefined,
    );
    await house.slack.pressInView('rae', 'action-add');
    await fill('rae', /A new action item/, {
      'What is to be done?': 'Alert on the pool',
      'Who does it?': 'U0PERSON01',
    });
    await soon(house, 'the item in the list', () =>
      JSON.stringify(house.slack.workspace.modals.get('U0PERSON00')).includes('Alert on the pool')
        ? true
        : undefined,
    );
    await command('tom', 'postmortem list');
    const list = await whispered(/Alert on the pool/);
    await house.slack.press('tom', list.channel, list.ts, 'action-done');
    await command('tom', 'postmortem show INC-1');
    await soon(house, 'the item done', () =>
      house.slack.workspace.ephemerals.some((one) =>
        /white_check_mark.*Alert on the pool|Alert on the pool.*done/s.test(wordsOf(one)),
      )
        ? true
        : undefined,
    );
  });

  it('is exported as Markdown where somebody asks for it, and shown in the Home tab', async () => {
    await command('rae', 'postmortem export INC-1');
    await soon(house, 'the file', () =>
      [...house.slack.workspace.files.values()].find(({ name }) => name === 'INC-1.md'),
    );
    await house.slack.openHome('tom');
    await soon(house, 'the Home tab', () => house.slack.workspace.homes.get('U0PERSON01'));
  });

  it('goes on after a restart, and nothing is said twice', async () => {
    await house.restart();
    await command('rae', 'incident list');
    await whispered(/INC-1.*resolved/s);
    const keys = house.slack.workspace.messages.flatMap(({ metadata, channel }) =>
      metadata === undefined ? [] : [`${channel} ${JSON.stringify(Object(metadata).event_payload?.key)}`],
    );
    expect(keys.length).toBeGreaterThan(5);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

/** The alert began a minute ago. */
function firing() {
  const [alert] = notification('firing').alerts;
  return [{ ...alert, startsAt: new Date(Date.now() - 60_000).toISOString() }];
}
