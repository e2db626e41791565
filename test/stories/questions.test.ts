import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ephemeral, Message } from '#sandbox/slack/workspace.ts';
import { type House, soon, startHouse, wordsOf } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

/** Types a command and gives what came of it: the message or the ephemeral note that is not “working on it”. */
async function ask(text: string, channel = '#general'): Promise<Message | Ephemeral> {
  const { messages, ephemerals } = house.slack.workspace;
  const [before, notes] = [messages.length, ephemerals.length];
  const acknowledged = await house.slack.command('rae', channel, text);
  expect(acknowledged.failed).toBeUndefined();
  return soon(house, `the answer to ${text}`, () =>
    [...messages.slice(before), ...ephemerals.slice(notes)].find(
      (said) => !said.text.startsWith(':hourglass'),
    ),
  );
}

const channelOf = (id: string) => house.slack.workspace.channels.find((channel) => channel.id === id);

describe('/obs', () => {
  it('answers help to the asker alone, with an example of a service that is there', async () => {
    const answer = await ask('/obs');
    expect(answer).toHaveProperty('to');
    expect(wordsOf(answer)).toContain('/obs status checkout 1h');
  });

  it('answers the fleet in the channel, saying that nothing is known while Prometheus is away', async () => {
    const answer = await ask('/obs status');
    expect(answer).not.toHaveProperty('to');
    expect(answer.text).toMatch(/2 services.*2 no data/);
    expect(wordsOf(answer)).toMatch(/asked by <@U0PERSON00>/);
    expect(wordsOf(answer)).toMatch(/Prometheus/);
    expect(wordsOf(answer)).toContain('"type":"image"');
  });

  it('answers by direct message to whoever adds “me”', async () => {
    const answer = await ask('/obs status me');
    expect(channelOf('channel' in answer ? answer.channel : '')?.isDirect).toBe(true);
  });

  it.each([
    ['/obs status chekout', 'Did you mean `/obs status checkout`'],
    ['/obs staus', '/obs status'],
    ['/obs compare checkout errors', '/obs compare checkout'],
    [
      '/obs compare checkout errors lst 30m vs yesterday',
      'compare checkout errors :point_right: *lst* 30m vs',
    ],
    ['/obs compare checkout vs tomorrow', '`/obs compare checkout vs before deploy`'],
    ['/obs compare checkout vs flag old-basket', 'I don’t know a flag “old-basket”'],
    ['/obs query sum(', 'line 1, column'],
    ['/obs flags', 'no change heard yet'],
    ['/obs incident', 'No incident'],
    ['/obs panel s_nothere', 'There is no snapshot s_nothere'],
  ])('helps who types %s', async (text, words) => {
    const answer = await ask(text);
    expect(wordsOf(answer)).toContain(words);
  });

  it('offers what may have been meant as a button, and pressing it asks that', async () => {
    const note = await ask('/obs status chekout');
    const before = house.slack.workspace.messages.length;
    await house.slack.press('rae', note.channel, note.ts, 'try:0');
    const answer = await soon(house, 'the answer', () =>
      house.slack.workspace.messages
        .slice(before)
        .find((said) => /checkout/.test(said.text) && !said.text.startsWith(':hour')),
    );
    expect(wordsOf(answer)).toContain('asked by <@U0PERSON00>: `/obs status checkout`');
  });

  it('claims no difference between two windows of which nothing can be seen', async () => {
    const answer = await ask('/obs compare checkout errors vs 1h ago');
    expect(answer.text).toBe('*checkout*: last 30m against 1h ago');
    expect(wordsOf(answer)).toMatch(/Prometheus/);
    expect(wordsOf(answer)).not.toMatch(/sure|began|can’t tell/);
  });

  it('asks the whole command that was meant when its button is pressed', async () => {
    const note = await ask('/obs compare checkout erors vs 1h ago');
    const before = house.slack.workspace.messages.length;
    await house.slack.press('rae', note.channel, note.ts, 'try:0');
    const answer = await soon(house, 'the answer', () =>
      house.slack.workspace.messages.slice(before).find((said) => /against 1h ago/.test(said.text)),
    );
    expect(wordsOf(answer)).toContain('`/obs compare checkout errors vs 1h ago`');
  });

  it('says that no deploy is known yet', async () => {
    expect(wordsOf(await ask('/obs deploys'))).toContain('None yet.');
  });

  it('is careful about a deploy when nothing can be seen', async () => {
    const answer = await ask('/obs ready checkout');
    expect(wordsOf(answer)).toMatch(/Careful|Stop/);
    expect(wordsOf(answer)).not.toMatch(/\*Go\*/);
  });
});

describe('a mention of the bot', () => {
  it('is answered in the thread in which it was asked', async () => {
    const { workspace } = house.slack;
    await house.slack.mention('rae', '#general', 'status');
    const asked = workspace.messages.findLast(({ user }) => user === 'U0PERSON00');
    const answer = await soon(house, 'the answer', () =>
      workspace.messages.find(({ thread_ts, text }) => thread_ts === asked?.ts && /services/.test(text)),
    );
    expect(answer.channel).toBe(asked?.channel);
  });

  it('that nobody understands gets a note in the thread for the asker alone', async () => {
    await house.slack.mention('rae', '#general', 'frobnicate');
    const note = await soon(house, 'the note', () =>
      house.slack.workspace.ephemerals.find(({ thread_ts }) => thread_ts !== undefined),
    );
    expect(note.to).toBe('U0PERSON00');
  });

  it('that means something else is answered in its thread once what was suggested there is pressed', async () => {
    const { workspace } = house.slack;
    await house.slack.mention('rae', '#general', 'status chekout');
    const asked = workspace.messages.findLast(({ user }) => user === 'U0PERSON00');
    const note = await soon(house, 'the note', () =>
      workspace.ephemerals.find(({ thread_ts }) => thread_ts === asked?.ts),
    );
    const before = workspace.messages.length;
    await house.slack.press('rae', note.channel, note.ts, 'try:0');
    const answer = await soon(house, 'the answer', () =>
      workspace.messages
        .slice(before)
        .find((said) => /checkout/.test(said.text) && !/^:hour|chekout/.test(said.text)),
    );
    expect(answer.thread_ts).toBe(asked?.ts);
  });
});
