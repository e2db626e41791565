import { afterEach, describe, expect, it } from 'vitest';
import { type Api, openApi } from './door.ts';

let api: Api;
afterEach(() => api.close());

const MCP = {
  method: 'POST',
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
};

async function open() {
  api = await openApi([
    { name: 'loopback', scopes: ['read'] },
    { name: 'ci', token: 'token-of-ci', scopes: ['tasks'] },
  ]);
}

/** What is answered over REST and over MCP to a request with these headers. */
async function statuses(headers: Record<string, string> = {}) {
  const rest = await fetch(`${api.url}/api/v1/flags`, { headers });
  const mcp = await fetch(`${api.url}/mcp`, { ...MCP, headers: { ...MCP.headers, ...headers } });
  return [rest.status, mcp.status];
}

describe('whoever is on this machine, where that needs no token,', () => {
  it('may do what is configured, and nothing else', async () => {
    await open();
    expect(await statuses()).toEqual([200, 200]);
  });

  it('is not who was sent by a page of another site, or came through a proxy', async () => {
    await open();
    expect(await statuses({ origin: 'https://evil.example.com' })).toEqual([401, 403]);
    expect(await statuses({ 'sec-fetch-site': 'cross-site' })).toEqual([401, 401]);
    expect(await statuses({ 'x-forwarded-for': '203.0.113.9' })).toEqual([401, 401]);
    expect(await statuses({ via: '1.1 proxy' })).toEqual([401, 401]);
  });

  it('with a token has its scopes alone, and with a wrong one none', async () => {
    await open();
    expect((await statuses({ authorization: 'Bearer token-of-ci' }))[0]).toBe(403);
    expect(await statuses({ authorization: 'Bearer undefined' })).toEqual([401, 401]);
  });
});
