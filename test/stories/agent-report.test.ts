import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#sandbox/slack/workspace.ts';
import {
  AGENT_TOKEN,
  type House,
  markupOf,
  notification,
  soon,
  startHouse,
  theRoot,
  threadOf,
  wordsOf,
} from './house.ts';

let house: House;
let alert: Message;
let task: string;

beforeAll(async () => {
  house = await startHouse({
    people: [
      { name: 'rae', realName: 'Rae Responder', tz: 'Europe/Berlin' },
      { name: 'tom', realName: 'Tom', tz: 'UTC' },
      { name: 'gus', realName: 'Gus Guest', tz: 'UTC', isGuest: true },
    ],
  });
  await house.post('deploy', {
    ...{ service: 'checkout', version: 'v1.4.2', environment: 'production', status: 'succeeded' },
    ...{ at: new Date().toISOString(), id: 'd1', url: 'https://ci.example/runs/1' },
  });
  const [firing] = notification('firing').alerts;
  await house.post(
    'alertmanager',
    notification('firing', { alerts: [{ ...firing, startsAt: new Date().toISOString() }] }),
  );
  alert = await theRoot(house, /CheckoutErrors/);
  task = await openTask();
});
afterAll(() => house.close());

async function api(path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${AGENT_TOKEN}`, 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return fetch(`${house.url()}/api/v1/${path}`, { headers, ...sent });
}

/** The task about the alert, once it can be taken. */
async function openTask(): Promise<string> {
  for (const until = Date.now() + 15_000; Date.now() < until; ) {
    const { tasks } = (await (await api('tasks')).json()) as {
      tasks: { id: string; subject: { kind: string } }[];
    };
    const found = tasks.find((one) => one.subject.kind === 'alert');
    if (found !== undefined) return found.id;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('no task was handed off');
}

const hypothesis = (reference: string, confidence: number) => ({
  ...{ cause: { kind: 'deploy', reference }, confidence },
  statement: `<!channel> *${reference}* did it, see <https://evil.example|the dashboard>.`,
  evidence: [{ what: 'errors of checkout `0.1` → 3 %', query: 'up{job="<!here>"}', value: 0.03 }],
});

async function report(summary: string): Promise<Message> {
  const hypotheses = [hypothesis('checkout v1.4.2', 0.92), hypothesis('checkout v0', 0.05)];
  const answer = await api(`tasks/${task}/report`, { summary, hypotheses, suggestions: ['Roll back.'] });
  expect(answer.status).toBe(201);
  return soon(house, 'the report', () =>
    threadOf(house.slack.workspace, alert).find((one) => wordsOf(one).includes(summary)),
  );
}

const press = ({ channel, ts }: Message, action: string, by: string, place = 0) =>
  house.slack.press(by, channel, ts, action, `hypothesis:${task}:1:${place}`);
const says = (message: Message, words: RegExp) =>
  soon(house, words.source, () => (words.test(wordsOf(message)) ? true : undefined));
const notes = (user: string) =>
  house.slack.workspace.ephemerals.filter(({ to }) => to === user).map(({ text }) => text);

describe('an agent’s report, in the thread of the alert', () => {
  let told: Message;

  it('names the deploy by its version, and holds nothing of the agent’s as markup', async () => {
    told = await report('It began with v1.4.2.');
    expect(told.text).toMatch(
      /^investigator, an agent, reports on .*very likely the deploy checkout v1\.4\.2, 92\s%/,
    );
    expect(wordsOf(told)).toMatch(/1\. <https?:[^|>]+\|checkout v1\.4\.2>/);
    expect(wordsOf(told)).toContain('“checkout v0”, which I do not know');
    expect(markupOf(told)).not.toMatch(/<!(?!date\^)|<https:\/\/evil/);
  });

  it('keeps what people say of each hypothesis, the last word of each', async () => {
    expect((await press(told, 'hypothesis-wrong', 'rae')).status).toBe(200);
    await says(told, /wrong, says <@U0PERSON00>/);
    await press(told, 'hypothesis-right', 'rae');
    await press(told, 'hypothesis-right', 'tom');
    await says(told, /right, say <@U0PERSON00> and <@U0PERSON01>/);
    await press(told, 'hypothesis-wrong', 'tom', 1);
    await says(told, /wrong, says <@U0PERSON01>/);
  });

  it('takes no answer of a guest', async () => {
    await press(told, 'hypothesis-wrong', 'gus');
    await soon(house, 'the refusal', () => notes('U0PERSON02').at(-1));
    expect(wordsOf(told)).not.toContain('<@U0PERSON02>');
  });

  it('is the same message when it is corrected, says so, and begins without answers', async () => {
    const before = threadOf(house.slack.workspace, alert).length;
    const corrected = await report('No: it is the pool.');
    expect(corrected.ts).toBe(told.ts);
    expect(threadOf(house.slack.workspace, alert)).toHaveLength(before);
    await says(corrected, /\*Corrected\*: this takes the place of its report of/);
    expect(wordsOf(corrected)).not.toMatch(/right, say/);
  });
});
