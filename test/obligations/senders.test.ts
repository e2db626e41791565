import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock, Inbox, Log, Meter } from '#app/ports.ts';
import { readConfig } from '#config/load.ts';
import { webhookRoutes } from '#ingest/routes.ts';
import { SENDERS } from '#ingest/senders.ts';
import { EXAMPLES } from '../ingest/examples.ts';
import { FLAG_EXAMPLES } from '../ingest/flag-bodies.ts';

const SECRET = 's3cret-of-the-sender';
const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => log,
};
const meter: Meter = {
  count: () => undefined,
  time: () => undefined,
  gauge: () => undefined,
  gauges: () => undefined,
};
const clock: Clock = { now: () => 0, sleep: () => Promise.resolve() };
const failpoint = () => undefined;

function routeOf(name: string, append: Inbox['append'], token = SECRET) {
  const route = webhookRoutes(
    SENDERS,
    { [name]: token },
    { inbox: { append }, clock, log, meter, failpoint },
  ).find(({ path }) => path === `/webhooks/${name}`);
  if (route === undefined) throw new Error(`no route for ${name}`);
  return route;
}

const ask = (route: ReturnType<typeof routeOf>, body: string, headers: Record<string, string>) =>
  route.handle({ headers, body: Buffer.from(body) } as Parameters<typeof route.handle>[0]);

describe.each(SENDERS.map((sender) => [sender.name, sender] as const))('the sender %s', (name, sender) => {
  const nothing: Inbox['append'] = () => Promise.reject(new Error('nothing should be committed'));

  it('is refused without proof, with a wrong one, and where it has no token; the secret is never told', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { 'x-hub-signature-256': 'sha256=00' },
      { 'x-signature': 'sha256=00' },
      { 'x-gitlab-token': 'wrong' },
      { 'x-ld-signature': '00' },
      { 'x-flagsmith-signature': '00' },
    ]) {
      const reply = await ask(routeOf(name, nothing), '{}', headers as Record<string, string>);
      expect(reply.status).toBe(401);
      expect(JSON.stringify(reply.body)).not.toContain(SECRET);
    }
    const [other] = webhookRoutes([sender], {}, { inbox: { append: nothing }, clock, log, meter, failpoint });
    expect((await other?.handle({ headers: {}, body: Buffer.from('{}') } as never))?.status).toBe(401);
  });

  it('never makes its parser throw, whatever JSON it sends, and the same JSON becomes the same events', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const once = sender.parse({ headers: {}, json, at: 1 });
        expect(sender.parse({ headers: {}, json: structuredClone(json), at: 1 })).toEqual(once);
      }),
    );
  });

  it.each([
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '[]',
    'null',
    '1',
    '"x"',
  ])('takes no harm from %s', (text) => {
    sender.parse({ headers: {}, json: JSON.parse(text), at: 1 });
    expect({}).not.toHaveProperty('polluted');
  });

  it('is configured by a token of its name', () => {
    const text = `prometheus: { default: { url: "http://p:9090" } }
slack: { botToken: xoxb-1, appToken: xapp-1 }
server: { webhookTokens: { ${name}: secret } }
services: { checkout: { preset: otel-http, labels: { service_name: checkout } } }
`;
    const loaded = readConfig(text, {});
    expect(loaded.ok ? [] : loaded.problems).toEqual([]);
    expect(readConfig(text.replace(`${name}:`, `${name}x:`), {}).ok).toBe(false);
  });

  const examples = name === 'flags' ? FLAG_EXAMPLES.changes : (EXAMPLES[name]?.deploys ?? []);
  it.runIf(examples.length > 0)('knows what it sends again an hour later', () => {
    const keysAt = (at: number) =>
      examples.map(({ body, headers = {} }) => {
        const parsed = sender.parse({ headers, json: body, at });
        return parsed.ok ? parsed.events.map(({ dedupeKey }) => dedupeKey) : parsed.problems;
      });
    const noon = Date.UTC(2026, 10, 24, 12);
    expect(keysAt(noon + 3_600_000)).toEqual(keysAt(noon));
    expect(keysAt(noon).flat().length).toBe(examples.length);
    for (const key of keysAt(noon).flat()) expect(key).toMatch(new RegExp(`^${name}:[0-9a-f]{32}$`));
  });
});
