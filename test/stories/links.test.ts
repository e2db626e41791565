import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, picturesIn, soon, startHouse, wordsOf } from './house.ts';

const PAGES = 'http://127.0.0.1:8099';

let house: House;
beforeAll(async () => {
  house = await startHouse({ more: `pages: { url: "${PAGES}", token: "token-of-the-pages" }\n` });
});
afterAll(() => house.close());

const calls = () => house.slack.workspace.calls.filter(({ method }) => method === 'chat.unfurl');

describe('a link to one of our pages', () => {
  it('shows below it what it leads to, drawn', async () => {
    const address = `${PAGES}/pages/services/checkout?from=2026-11-24T12:00:00Z&to=2026-11-24T13:00:00Z`;
    const message = house.slack.say('rae', '#general', `was it then? <${address}>`);
    const shown = await soon(house, 'what it leads to', () => message.unfurls?.[address]);
    expect(JSON.stringify(shown)).toContain('checkout');
    expect(JSON.stringify(shown)).toContain('"slack_file"');
    expect(picturesIn([{ ...message, blocks: shown }])).toBe(1);
  });

  it('shows several, and the same link once', async () => {
    const [fleet, coverage] = [`${PAGES}/pages`, `${PAGES}/pages/coverage`];
    const message = house.slack.say('rae', '#general', `${fleet} and ${coverage} and ${fleet}`);
    const shown = await soon(house, 'both', () => message.unfurls);
    expect(Object.keys(shown).toSorted()).toEqual([fleet, coverage].toSorted());
    expect(JSON.stringify(shown[coverage])).toContain('have SLOs');
  });

  it('that leads nowhere stays a bare link, and so does one of another program on the same machine', async () => {
    const before = calls().length;
    house.slack.say('rae', '#general', `${PAGES}/pages/services/nobody http://127.0.0.1:3000/d/abc`);
    const fleet = house.slack.say('rae', '#general', `${PAGES}/pages`);
    await soon(house, 'the next one', () => fleet.unfurls);
    expect(calls()).toHaveLength(before + 1);
  });
});

describe('what we say', () => {
  it('leads to the page that shows it', async () => {
    await house.slack.command('rae', '#general', '/obs status checkout');
    const answer = await soon(house, 'the answer', () =>
      house.slack.workspace.messages.find((said) => /asked by/.test(wordsOf(said))),
    );
    expect(wordsOf(answer)).toMatch(
      /<http:\/\/127\.0\.0\.1:8099\/pages\/services\/checkout\?from=[^|>]+\|its page>/,
    );
  });
});
