import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Api, keepExample, openApi, TOKENS } from '../door.ts';
import { everyOperation } from './client.ts';

let api: Api;
beforeAll(async () => {
  api = await openApi(TOKENS, { offered: everyOperation() });
  await keepExample(api);
});
afterAll(async () => {
  await api.close();
  expect(api.errors).toEqual([]);
});

async function post(body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/mcp`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      ...{ authorization: 'Bearer token-of-ci', ...headers },
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const METHODS = [
  ...['initialize', 'ping', 'tools/list', 'tools/call', 'resources/list', 'resources/read', 'prompts/get'],
  ...[
    'completion/complete',
    'logging/setLevel',
    'resources/subscribe',
    'server/discover',
    'no/such',
    'toString',
  ],
];
const NASTY = [
  '__proto__',
  "'; DROP TABLE incidents; --",
  '<!channel> <@U1>',
  'up{} or vector(1)',
  '../../etc/passwd',
  '\u0000',
  '⟧',
];

const anyText = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme' }));
const anyParams = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.record(
    {
      ...{
        name: fc.oneof(fc.constantFrom('get_incident', 'list_incidents', 'query', 'investigate'), anyText),
      },
      ...{
        arguments: fc.oneof(fc.dictionary(anyText, fc.jsonValue()), fc.jsonValue()),
        uri: anyText,
        cursor: anyText,
      },
      ...{ level: anyText, _meta: fc.jsonValue() },
    },
    { requiredKeys: [] },
  ),
);
const anyMessage = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '2.0', '2.0', '1.0', 2),
    id: fc.oneof(fc.integer(), anyText, fc.constant(null)),
    method: fc.oneof(fc.constantFrom(...METHODS), anyText),
    params: anyParams,
  },
  { requiredKeys: ['jsonrpc', 'method'] },
);

describe('whatever is thrown at MCP', () => {
  it('is answered or refused, and does no harm', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anyMessage, fc.array(anyMessage, { maxLength: 3 }), fc.jsonValue()),
        fc.constantFrom(
          {},
          { 'mcp-protocol-version': '2026-07-28' },
          { 'mcp-session-id': 'x' },
          { 'mcp-protocol-version': '1' },
        ),
        async (body, headers) => {
          const { status } = await post(JSON.stringify(body), headers as Record<string, string>);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 300 },
    );
    const { text } = await post(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'get_incident', arguments: { incident: 'INC-12' } },
      }),
    );
    expect(text).toContain('Every third checkout fails');
  }, 120_000);

  it.each(NASTY)('in the words of a tool (%j) is refused by name, or finds nothing', async (text) => {
    for (const [name, argument] of [
      ['get_incident', 'incident'],
      ['list_incidents', 'q'],
      ['list_flags', 'service'],
      ['get_flag', 'flag'],
      ['get_rollout', 'rollout'],
      ['list_incidents', 'cursor'],
    ] as const) {
      const params = { name, arguments: { [argument]: text } };
      const { status, text: told } = await post(
        JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
      );
      expect(status).toBe(200);
      expect(told).not.toContain('failed inside Bellbuoy');
    }
  });
});
