import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '#domain/time.ts';
import { hubSignature } from '#ingest/authenticate.ts';
import { BODY_LIMIT } from '#runtime/server.ts';
import { notification } from '../stories/house.ts';
import { type FrontDoor, openFrontDoor, proofOf, TOKENS } from './front-door.ts';
import { expectHarmless } from './markup.ts';

let door: FrontDoor;
beforeAll(async () => {
  door = await openFrontDoor();
});
afterAll(() => door.close());
afterEach(() => expect(door.errors).toEqual([]));

type Told = { problems: { code: string; what: string; where?: string; remedy: string }[] };

/** Status, and the one problem of a refusal. */
async function refusalOf(response: Response) {
  const { problems } = (await response.json()) as Told;
  expect(problems).toHaveLength(1);
  expect(problems[0]?.remedy).toMatch(/\.$/);
  return { status: response.status, ...problems[0] };
}

/** What the server answers to these very bytes. */
function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(door.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.end(bytes));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const firing = (more: Record<string, unknown> = {}) => JSON.stringify(notification('firing', more));

describe('a body that cannot be read is refused for its reason', () => {
  it.each<[string, string | Buffer, Record<string, string>, number, RegExp]>([
    ['empty', '', {}, 400, /empty.*the body/],
    ['no JSON', '{"a":tru}', {}, 400, /not JSON: .*(position 8|Unexpected).*the body/],
    ['cut off', firing().slice(0, -5), {}, 400, /not JSON/],
    [
      'a form',
      'payload=%7B%7D',
      { 'content-type': 'application/x-www-form-urlencoded' },
      400,
      /Content-Type/,
    ],
    ['of a type that is none', '{}', { 'content-type': 'json' }, 415, /application\/json.*Content-Type/],
    ['compressed', gzipSync(firing()), { 'content-encoding': 'gzip' }, 415, /gzip.*Content-Encoding/],
    ['not UTF-8', Buffer.from([0x22, 0xe9, 0x22]), {}, 400, /UTF-8/],
    ['a bomb', '['.repeat(1_000_000), {}, 400, /not JSON/],
    ['a bomb that ends', '['.repeat(1_000_000) + ']'.repeat(1_000_000), {}, 400, /deeper than 64.*\[0\]/],
    [
      'too deep in one field',
      `{"alerts":${'['.repeat(70)}${']'.repeat(70)}}`,
      {},
      400,
      /deeper than 64.*alerts/,
    ],
    ['too large', Buffer.alloc(BODY_LIMIT + 1, ' '), {}, 413, /larger than 5242880 bytes.*the body/],
  ])('%s', async (_, body, headers, status, words) => {
    const problem = await refusalOf(await door.post('alertmanager', body, headers));
    expect(problem.status).toBe(status);
    expect(`${problem.what} ${problem.where}`).toMatch(words);
  });

  it('too large and sent in pieces', async () => {
    const status = await new Promise((resolve, reject) => {
      const { port } = new URL(door.url);
      const headers = proofOf('alertmanager', Buffer.alloc(0));
      const sent = request({ port, path: '/webhooks/alertmanager', method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      for (let i = 0; i < 6; i += 1) sent.write(Buffer.alloc(1024 * 1024, ' '));
      sent.end();
    });
    expect(status).toBe(413);
  });

  it('with fields that are wrong, each by its name; of very many the first', async () => {
    const alerts = Array.from({ length: 3000 }, () => ({
      labels: { 'a b': [1] },
      startsAt: '2026-11-24T10:00:00',
    }));
    const response = await door.post('alertmanager', firing({ alerts, groupLabels: 'x' }));
    const { problems } = (await response.json()) as Told;
    expect(response.status).toBe(400);
    expect(problems.length).toBe(21);
    const told = problems.map(({ where, what }) => `${where}: ${what}`);
    expect(told).toContain('groupLabels: expected labels by name, received a string.');
    expect(told).toContain('alerts[0].labels["a b"]: expected a label’s text, received a list.');
    expect(told.join()).toMatch(/alerts\[0\]\.startsAt: expected an ISO 8601 time with a zone, such as 2026/);
    expect(told.at(-1)).toMatch(/the body: There are \d+ more problems\./);
  });

  it.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '1969-12-31T23:59:59Z'])(
    'a deploy at %s has not happened',
    async (at) => {
      const body = JSON.stringify({ service: 'checkout', version: 'v1', startedAt: at });
      const problem = await refusalOf(await door.post('deploy', body));
      expect(problem).toMatchObject({ status: 400, where: 'startedAt', what: expect.stringMatching(/1970/) });
    },
  );
});

describe('the clock of a sender', () => {
  const ahead = (length: number) =>
    JSON.stringify({
      ...{ service: 'checkout', version: 'v1', id: String(length) },
      at: new Date(Date.now() + length).toISOString(),
    });

  it('that is minutes ahead has its deploy happen now, and not in the future', async () => {
    expect((await door.post('deploy', ahead(50 * MINUTE))).status).toBe(202);
    const received = (await door.store.inbox.pending(50)).at(-1)?.event;
    expect(received?.type === 'deployReport' && received.at).toBeGreaterThan(Date.now() - MINUTE);
    expect(received?.type === 'deployReport' && received.at).toBeLessThanOrEqual(Date.now());
  });

  it('that is hours ahead is told so', async () => {
    const problem = await refusalOf(await door.post('deploy', ahead(2 * HOUR)));
    expect(problem).toMatchObject({ status: 400, where: 'at', what: expect.stringMatching(/an hour/) });
  });
});

describe('what is unusual and harmless is accepted, and comes out as it went in', () => {
  it.each<[string, string | Buffer, Record<string, string>?]>([
    ['a byte order mark', `\ufeff${firing({ groupKey: 'bom' })}`],
    ['another content type', firing({ groupKey: 'text' }), { 'content-type': 'text/plain' }],
    ['the encoding “identity”', firing({ groupKey: 'identity' }), { 'content-encoding': 'identity' }],
    ['a very long group key', firing({ groupKey: 'g'.repeat(1_000_000) })],
    [
      'a key that comes twice',
      firing({ groupKey: 'twice' }).replace('"version":"4"', '"version":"3","version":"4"'),
    ],
    [
      'an alert that has no labels',
      firing({ alerts: [{ startsAt: '2026-11-24T10:00:00Z' }], groupKey: 'bare' }),
    ],
    ['a year that is none', firing({ alerts: [{ startsAt: '0001-01-01T00:00:00Z' }], groupKey: 'year 1' })],
    ['a far year', firing({ alerts: [{ startsAt: '9999-12-31T23:59:59Z' }], groupKey: 'year 9999' })],
    [
      'a thousand labels',
      firing({ groupLabels: labels(1000), commonLabels: labels(1000), groupKey: 'many' }),
    ],
    [
      'NUL and half a letter',
      firing({ groupKey: 'nul\u0000', commonLabels: { alertname: 'N\u0000\ud800' } }),
    ],
    ['ten thousand alerts', firing({ alerts: manyAlerts(10_000), groupKey: 'storm' })],
    ['all alerts that fit', firing({ alerts: Array(140_000).fill(ALERT), groupKey: 'most' })],
  ])('%s', async (_, body, headers = {}) => {
    const response = await door.post('alertmanager', body, headers);
    expect(await response.text()).toMatch(/"accepted":\[\{"id":\d+,"duplicate":false/);
    expect(response.status).toBe(202);
    const messages = await door.drain();
    expect(messages.filter(({ about }) => about === 'alert' || about === 'umbrella')).toHaveLength(1);
    for (const message of messages) expectHarmless(message);
  });

  it('labels named __proto__ and constructor, which are labels like others', async () => {
    const odd = '{"alertname":"A","__proto__":"p","constructor":"c"}';
    const body = firing({ groupKey: 'proto', groupLabels: 0 }).replace(
      '"groupLabels":0',
      `"groupLabels":${odd}`,
    );
    expect((await door.post('alertmanager', body)).status).toBe(202);
    await door.drain();
    const episode = await door.store.alerts.latestOfGroup('alertmanager', 'proto');
    expect(Object.entries(episode?.groupLabels ?? {})).toEqual(Object.entries(JSON.parse(odd)));
    expect({}).not.toHaveProperty('polluted');
  });

  it('an alert without a start begins when it came, and its repeat is still the same', async () => {
    const body = firing({ groupKey: 'again', alerts: [{ startsAt: '0001-01-01T00:00:00Z' }] });
    const before = Date.now();
    const answers = [await door.post('alertmanager', body), await door.post('alertmanager', body)];
    expect(await Promise.all(answers.map((answer) => answer.json()))).toMatchObject([
      { accepted: [{ duplicate: false }] },
      { accepted: [{ duplicate: true }] },
    ]);
    await door.drain();
    const episode = await door.store.alerts.latestOfGroup('alertmanager', 'again');
    expect(episode?.startedAt).toBeGreaterThanOrEqual(before);
  });
});

describe('the same body again', () => {
  it.each([
    ['deploy', JSON.stringify({ service: 'ledger', version: 'v7', id: '7' })],
    ['alertmanager', firing({ groupKey: 'replayed' })],
    ['github', JSON.stringify(DEPLOYMENT_STATUS)],
  ] as const)('is the same event: %s', async (source, body) => {
    const ids = [];
    for (const duplicate of [false, true, true]) {
      const { accepted } = (await (await door.post(source, body)).json()) as { accepted: { id: number }[] };
      expect(accepted).toMatchObject([{ duplicate }]);
      ids.push(accepted[0]?.id);
    }
    expect(new Set(ids).size).toBe(1);
  });

  it('is one event also when it comes ten times at once', async () => {
    const body = firing({ groupKey: 'at once' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => door.post('alertmanager', body)));
    const told = await Promise.all(answers.map((answer) => answer.text()));
    expect(told.filter((text) => text.includes('"duplicate":false'))).toHaveLength(1);
    expect(new Set(told.map((text) => /"id":\d+/.exec(text)?.[0])).size).toBe(1);
  });
});

describe('a request that proves nothing is refused, and no secret is told', () => {
  it.each<[string, Record<string, string>]>([
    ['no Authorization', { authorization: '' }],
    ['another scheme', { authorization: `Basic ${TOKENS.alertmanager}` }],
    ['a longer token', { authorization: `Bearer ${TOKENS.alertmanager}x` }],
    ['two tokens in one', { authorization: `Bearer x, Bearer ${TOKENS.alertmanager}` }],
  ])('%s', async (_, headers) => {
    const response = await door.post('alertmanager', firing(), headers);
    const text = await response.clone().text();
    expect(await refusalOf(response)).toMatchObject({
      status: 401,
      code: 'token-wrong',
      where: 'header Authorization',
    });
    expect(text).not.toContain(TOKENS.alertmanager);
  });

  it('of two Authorization headers the first counts', async () => {
    const { length } = firing();
    const head = (first: string, second: string) =>
      `POST /webhooks/alertmanager HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${first}\r\nAuthorization: Bearer ${second}\r\nContent-Length: ${length}\r\n\r\n${firing()}`;
    expect(await raw(head('wrong', TOKENS.alertmanager))).toMatch(/^HTTP\/1\.1 401 /);
    expect(await raw(head(TOKENS.alertmanager, 'wrong'))).toMatch(/^HTTP\/1\.1 202 /);
  });

  it('GitHub’s documented example of a signature holds, and no other', () => {
    const body = Buffer.from('Hello, World!');
    const secret = "It's a Secret to Everybody";
    const right = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    const check = (given: string) =>
      hubSignature({ headers: { 'x-hub-signature-256': given }, body, secret });
    expect(check(right)).toBeUndefined();
    for (const wrong of [
      '',
      'sha256=',
      right.slice(7),
      `${right}0`,
      right.replace('7', '8'),
      `${right}, ${right}`,
    ])
      expect(check(wrong)?.code).toBe('signature-wrong');
  });
});

describe('a request that is for nobody says so, in the same shape', () => {
  it('another path, with those that there are', async () => {
    const problem = await refusalOf(await fetch(`${door.url}/webhooks/alertmanger?x=1`, { method: 'POST' }));
    expect(problem).toMatchObject({ status: 404, code: 'request-invalid', where: 'the path' });
    expect(problem.what).toContain(
      'Nothing is at /webhooks/alertmanger; there are POST /webhooks/alertmanager,',
    );
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'the method %s, with the one that is taken',
    async (method) => {
      const response = await fetch(`${door.url}/webhooks/deploy`, { method });
      expect(response.headers.get('allow')).toBe('POST');
      expect(await refusalOf(response)).toMatchObject({
        status: 405,
        what: '/webhooks/deploy takes POST only.',
      });
    },
  );

  it('the method HEAD, without a body', async () => {
    const response = await fetch(`${door.url}/webhooks/deploy`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([405, '']);
  });

  it.each<[string, string, number]>([
    ['what is no HTTP', 'hello\r\n\r\n', 400],
    ['a header that is cut in two', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n', 400],
    ['headers without an end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`, 431],
    ['a path that is none', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['an expectation', 'GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: tea\r\n\r\n', 404],
    [
      'two lengths',
      'POST /webhooks/deploy HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
      400,
    ],
    [
      'a length and pieces',
      'POST /webhooks/deploy HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('%s', async (_, bytes, status) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const { problems } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Told;
    expect(problems).toMatchObject([{ code: 'request-invalid', what: expect.stringMatching(/\.$/) }]);
  });
});

const ALERT = { startsAt: '2026-11-24T10:00:00Z' };

const DEPLOYMENT_STATUS = {
  deployment_status: { state: 'success', created_at: '2026-11-24T11:59:00Z' },
  deployment: {
    id: 7,
    sha: '9f2d41c07b3e5a61',
    environment: 'production',
    created_at: '2026-11-24T11:57:00Z',
  },
  repository: { full_name: 'shop/checkout' },
};

function labels(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`label_${i}`, `<!channel> ${i}`]));
}

function manyAlerts(count: number): readonly object[] {
  return Array.from({ length: count }, (_, i) => ({
    ...{ status: 'firing', labels: { alertname: 'Storm', pod: `pod-${i}` }, annotations: {} },
    ...{ startsAt: '2026-11-24T10:00:00Z', fingerprint: i.toString(16).padStart(16, '0') },
  }));
}
