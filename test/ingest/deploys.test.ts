import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SENDERS } from '#ingest/senders.ts';
import { render } from '#slack/messages/render.ts';
import { cdevent, EXAMPLES } from './examples.ts';
import { type FrontDoor, openFrontDoor, type Source, TOKENS } from './front-door.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
afterAll(() => door.close());
afterEach(() => expect(door.errors).toEqual([]));

type Answer = { accepted: { id: number; duplicate: boolean }[]; ignored?: string; problems?: object[] };

const SOURCES = Object.keys(EXAMPLES) as Source[];

async function post(source: Source, body: object, headers: Record<string, string> = {}) {
  const response = await door.post(source, JSON.stringify(body), headers);
  return { status: response.status, ...((await response.json()) as Answer) };
}

it('every sender of deploys has its examples', () => {
  const others = ['alertmanager', 'flags', 'grafana'];
  const names = SENDERS.map(({ name }) => name).filter((name) => !others.includes(name));
  expect(SOURCES.toSorted()).toEqual(names.toSorted());
});

describe.each(SOURCES)('over HTTP the sender %s', (source) => {
  const { deploys, nothing } = EXAMPLES[source] ?? { deploys: [], nothing: [] };

  it('makes one deploy of the service that is meant, however often and in whichever form it is told', async () => {
    const answers = [];
    for (const { body, headers } of [...deploys, ...deploys]) answers.push(await post(source, body, headers));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(answers.map(({ accepted }) => accepted.length)).toEqual(answers.map(() => 1));
    expect(answers.flatMap(({ accepted }) => accepted.map(({ duplicate }) => duplicate))).toEqual(
      answers.map((_, i) => i > 0),
    );
    expect(new Set(answers.flatMap(({ accepted }) => accepted.map(({ id }) => id))).size).toBe(1);
    await door.drain();
    const told = (await door.store.deploys.recent({ service: 'checkout', limit: 20 })).filter(({ parts }) =>
      parts.some((part) => part.source === source),
    );
    expect(told).toHaveLength(1);
    expect(told[0]?.parts.filter((part) => part.source === source)).toHaveLength(1);
  });

  it.runIf(nothing.length > 0)('accepts what is no deploy, stores nothing of it, and says why', async () => {
    for (const { body, headers } of nothing)
      expect(await post(source, body, headers)).toMatchObject({
        ...{ status: 202, accepted: [], ignored: expect.stringMatching(/\w.*\.$/) },
      });
  });

  it('is refused without its own proof, and no secret is told', async () => {
    const [{ body } = { body: {} }] = deploys;
    const none = { authorization: '', 'x-gitlab-token': '', 'x-hub-signature-256': '', 'x-signature': '' };
    const others = Object.entries(TOKENS).filter(([name]) => name !== source);
    const wrong = others.flatMap(([, token]) => [
      { ...none, authorization: `Bearer ${token}` },
      { ...none, 'x-gitlab-token': token },
    ]);
    for (const headers of [none, ...wrong]) {
      const answer = await post(source, body, headers);
      expect(answer.status).toBe(401);
      expect(JSON.stringify(answer)).not.toContain(TOKENS[source]);
    }
  });
});

it('a service that was rolled back is told as a rollback', async () => {
  const context = { id: 'back', timestamp: new Date().toISOString() };
  const content = { artifactId: 'pkg:oci/checkout@v1.3.9' };
  await post('cdevents', cdevent('service.rolledback', '0.4.1', { context, content }));
  const texts = (await door.drain()).map((message) => render(message, undefined).text);
  expect(texts).toContainEqual(expect.stringMatching(/checkout v1\.3\.9 \(rollback\) to production/));
});

describe('Flux proves itself', () => {
  const [{ body } = { body: {} }] = EXAMPLES.flux?.deploys ?? [];
  const text = Buffer.from(JSON.stringify(body));
  const sent = async (headers: Record<string, string>) => (await fetchFlux(headers)).status;
  const fetchFlux = (headers: Record<string, string>) =>
    fetch(`${door.url}/webhooks/flux`, { method: 'POST', headers, body: new Uint8Array(text) });
  const signed = (key: string) => `sha256=${createHmac('sha256', key).update(text).digest('hex')}`;

  it('by a signature, or by a bearer token in its headers', async () => {
    expect(await sent({ 'x-signature': signed(TOKENS.flux) })).toBe(202);
    expect(await sent({ authorization: `Bearer ${TOKENS.flux}` })).toBe(202);
  });

  it('by a signature that holds, whatever token stands beside it', async () => {
    const authorization = `Bearer ${TOKENS.flux}`;
    expect(await sent({ authorization, 'x-signature': signed('another') })).toBe(401);
    expect(await sent({ authorization, 'x-signature': '' })).toBe(401);
  });
});
