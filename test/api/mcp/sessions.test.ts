import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '#domain/time.ts';
import { at } from '../../domain/given.ts';
import { type Api, openApi, TOKENS } from '../door.ts';
import { connect } from './client.ts';
import { FIXTURES } from './fixtures.ts';

let api: Api;
let now = at('12:30');
async function open() {
  now = at('12:30');
  api = await openApi(TOKENS, { offered: () => FIXTURES, now: () => now });
}
afterEach(() => api.close());

const HEADERS = {
  ...{ 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  authorization: 'Bearer token-of-ci',
};

async function post(message: object, headers: Record<string, string> = {}) {
  return fetch(`${api.url}/mcp`, {
    ...{ method: 'POST', headers: { ...HEADERS, ...headers } },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  });
}

/** Begins a session as a client does; gives its id. */
async function begin(token = 'token-of-ci'): Promise<string> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'a', version: '1' } };
  const response = await post({ method: 'initialize', params }, { authorization: `Bearer ${token}` });
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
}

const list = async (session: string, token = 'token-of-ci') => {
  const headers = { 'mcp-session-id': session, authorization: `Bearer ${token}` };
  const response = await post({ method: 'tools/list' }, headers);
  await response.text();
  return response.status;
};

describe('a session', () => {
  it('is of the token that began it: with another it is not there', async () => {
    await open();
    const session = await begin();
    expect(await list(session)).toBe(200);
    expect(await list(session, 'token-of-investigator')).toBe(404);
  });

  it('ends when it was idle for eight hours, and at seven days in any case', async () => {
    await open();
    const [idle, busy] = [await begin(), await begin()];
    for (const begun = now; now < begun + 7 * DAY - 7 * HOUR; now += 7 * HOUR) {
      expect(await list(busy)).toBe(200);
    }
    expect(await list(idle)).toBe(404);
    now += 14 * HOUR;
    expect(await list(busy)).toBe(404);
  });

  it('ends when its client says so', async () => {
    await open();
    const session = await begin();
    const headers = { ...HEADERS, 'mcp-session-id': session };
    expect((await fetch(`${api.url}/mcp`, { method: 'DELETE', headers })).status).toBe(200);
    expect(await list(session)).toBe(404);
  });

  it('makes room where one token has fifty: the one that was idle longest ends', async () => {
    await open();
    const first = await begin();
    const second = await begin();
    for (let i = 0; i < 48; i += 1) await begin();
    now += 1;
    expect(await list(first)).toBe(200);
    await begin();
    expect(await list(first)).toBe(200);
    expect(await list(second)).toBe(404);
  });

  it('goes on after a stream broke off: what was missed is sent again', async () => {
    await open();
    const session = await begin();
    const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
    const broken = await post({ method: 'tools/call', params: { name: 'test_reconnection' } }, headers);
    const told = await broken.text();
    expect(told).toMatch(/^id: \d+\nretry: 1000\ndata: \n\n$/);
    const [, last = ''] = /^id: (\d+)/.exec(told) ?? [];
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stop = new AbortController();
    const again = await fetch(`${api.url}/mcp`, {
      headers: { ...HEADERS, ...headers, 'last-event-id': last },
      signal: stop.signal,
    });
    const reader = again.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(new TextDecoder().decode(value)).toContain('Reconnection test completed successfully');
    stop.abort();
  });

  it('is not needed: a request that stands alone is answered', async () => {
    await open();
    const response = await post({ method: 'tools/list' });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('test_simple_text');
  });

  it('of a server that was started anew is not there, and the client begins another', async () => {
    await open();
    const old = await begin();
    await api.close();
    await open();
    expect(await list(old)).toBe(404);
    const client = await connect(api.url, 'token-of-ci');
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    await client.close();
  });
});

describe('a request over MCP', () => {
  it('is refused with its reason when it is too large, too deep, no JSON, of another method or elsewhere', async () => {
    await open();
    const raw = async (body: string, path = '/mcp', method = 'POST') => {
      const response = await fetch(`${api.url}${path}`, { method, headers: HEADERS, body });
      return [response.status, await response.text()];
    };
    expect(await raw(`"${'x'.repeat(6_000_000)}"`)).toEqual([413, expect.stringContaining('larger than')]);
    const deep = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${'['.repeat(99)}${']'.repeat(99)}}}`;
    expect(await raw(deep)).toEqual([400, expect.stringContaining('nests deeper than 64')]);
    expect(await raw('{"jsonrpc"')).toEqual([400, expect.stringContaining('not JSON')]);
    expect((await raw('{}', '/mcp', 'PUT'))[0]).toBe(405);
    expect((await raw('{}', '/mcp/else'))[0]).toBe(404);
  });

  it('is refused under a name that is not this server’s', async () => {
    await open();
    const response = await post({ method: 'tools/list' }, { origin: 'http://evil.example.com' });
    expect(response.status).toBe(403);
  });
});
