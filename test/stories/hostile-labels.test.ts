import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveMarkup } from '../ingest/markup.ts';
import { type House, markupOf, notification, soon, startHouse, theRoot, threadOf, wordsOf } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

/** A group that carries a text in its name, its labels and their names, and its annotations; no known service is named. */
function carrying(text: string, number: number) {
  const labels = { alertname: `Odd${number} ${text}`, service: text, [text]: text, severity: 'page' };
  const annotations = { summary: `says ${text}`, runbook_url: text, description: text };
  return notification('firing', {
    ...{ groupKey: `odd ${number} ${text}`, groupLabels: labels, commonLabels: labels },
    ...{ commonAnnotations: annotations, receiver: text, externalURL: text },
    alerts: [{ status: 'firing', labels, annotations, startsAt: '2026-11-24T07:00:00Z', generatorURL: text }],
  });
}

/** What a person reads of markup: entities as their letters, without what cannot be seen. */
function read(markup: string): string {
  return markup
    .replaceAll('\u200b', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

const LONG = 'long '.repeat(2000);

/** What is sent, and what is read of it. */
const TEXTS: readonly [string, string, string][] = [
  ['a mention of everybody', '<!channel>', '<!channel>'],
  ['a mention of somebody', '<@U0PERSON00>', '<@U0PERSON00>'],
  ['a forged link', '<https://evil.example|runbook>', '<https://evil.example|runbook>'],
  ['entities', '&lt;!here&gt; &amp;', '&lt;!here&gt; &amp;'],
  ['back-ticks', '`a` ```b```', '`a` ```b```'],
  ['formatting', '*bold* _it_ ~no~', '*bold* _it_ ~no~'],
  ['an emoji that means a state', ':large_green_circle:', ':large_green_circle:'],
  ['a right-to-left override', '\u202egnp.exe\u2066\u200f', 'gnp.exe'],
  ['control characters', 'a\u0000b\u001b[31mc\nd', 'a b [31mc d'],
  ['ten kilobytes', LONG, LONG.slice(0, 100)],
];

describe('a hostile text in the labels and annotations of an alert is shown as text', () => {
  it.each(TEXTS.map(([what, sent, expected], i) => [what, sent, expected, i] as const))(
    '%s',
    async (_, sent, expected, number) => {
      expect((await house.post('alertmanager', carrying(sent, number))).status).toBe(202);
      const root = await theRoot(house, new RegExp(`^Odd${number} `));
      const markup = markupOf(root);
      expect(read(root.text)).toContain(`Odd${number} ${expected}`);
      expect(read(markup)).toContain(`says ${expected}`);
      expect(root.text.length).toBeLessThan(1000);
      expect(liveMarkup(root)).toEqual([]);
      // No mark of code or formatting of theirs begins or ends anything.
      expect(markup).not.toMatch(/(?<!\u200b)`|`(?!\u200b)/);
      expect(markup).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/);
      expect(wordsOf(root)).not.toContain('"text":"Runbook"');
      expect(house.slack.workspace.channels.find(({ id }) => id === root.channel)?.name).toBe('incidents');
    },
    40_000,
  );

  it('and so it is in the threads, the list of events that nobody claimed, and the answers', async () => {
    await house.slack.command('rae', '#general', '/obs unmatched');
    const list = await soon(house, 'the list', () =>
      house.slack.workspace.ephemerals.find(({ text }) => /known service/.test(text)),
    );
    expect(read(markupOf(list))).toContain('service=<!channel>');
    expect(liveMarkup(list)).toEqual([]);
    for (const message of house.slack.workspace.messages) expect(liveMarkup(message)).toEqual([]);
  });
});

describe('a hostile text in a deploy is shown as text', () => {
  it('in its version, environment, actor, parts and changes, in the thread and in answers', async () => {
    const text = '<!channel> <https://evil.example|x> ``` \u202eabc *b*';
    const url = 'https://ci.example/1?a=<!here>|b';
    const deploy = {
      ...{ service: 'checkout', version: `v1 ${text}`, status: 'started', actor: text, part: text, url },
      ...{ previousVersion: text, id: text, repository: text },
      changes: [
        { title: `Change ${text}`, url, author: text },
        { title: text, author: text },
      ],
    };
    expect((await house.post('deploy', deploy)).status).toBe(202);
    expect((await house.post('deploy', { ...deploy, part: 'two', id: 'two' })).status).toBe(202);
    const root = await theRoot(house, /checkout v1/);
    await soon(house, 'both parts', () => (wordsOf(root).includes('2 parts') ? true : undefined));
    const shown = '<!channel> <https://evil.example|x> ``` abc *b*';
    for (const words of [`checkout v1 ${shown}`, `by ${shown}`, `before: ${shown}`, `Change ${shown}`])
      expect(read(markupOf(root))).toContain(words);
    for (const message of threadOf(house.slack.workspace, root))
      expect(liveMarkup(message, [url])).toEqual([]);
    await house.slack.command('rae', '#general', '/obs deploys checkout');
    const answer = await soon(house, 'the deploys', () =>
      house.slack.workspace.ephemerals.find(({ text: words }) => /Recent deploys/.test(words)),
    );
    expect(read(markupOf(answer))).toContain(shown);
    expect(liveMarkup(answer, [url])).toEqual([]);
  });
});
