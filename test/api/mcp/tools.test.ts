import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Api, keepExample, openApi, STOPPED, TOKENS } from '../door.ts';
import { connect, everyOperation } from './client.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi(TOKENS, { offered: everyOperation() });
});
afterEach(async () => {
  await api.close();
  expect(api.errors).toEqual([]);
});

describe.each([
  ['of 2025, which has a session', false],
  ['of 2026, which sends everything with each request', true],
])('an agent with a client %s', (_, modern) => {
  it('finds tools with the shapes of what they take and give, and that they only read', async () => {
    const client = await connect(api.url, 'token-of-ci', modern);
    const { tools } = await client.listTools();
    const flag = tools.find(({ name }) => name === 'get_flag');
    expect(flag).toMatchObject({
      title: 'Get flag',
      inputSchema: { type: 'object', required: ['flag'], properties: { service: { type: 'string' } } },
      outputSchema: { type: 'object', required: ['at', 'flag', 'rollouts'] },
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    });
    await client.close();
  });

  it('gets an answer as data that fits its shape, and the same as text', async () => {
    await api.store.flags.save(STOPPED);
    const client = await connect(api.url, 'token-of-ci', modern);
    await client.listTools();
    const result = await client.callTool({ name: 'get_flag', arguments: { flag: 'new-checkout' } });
    expect(result.isError).not.toBe(true);
    expect(result.structuredContent).toMatchObject({
      flag: 'new-checkout',
      rollouts: [{ step: { word: 'stop' } }],
    });
    expect(result.content).toMatchObject([{ type: 'text', text: expect.stringContaining('"word":"stop"') }]);
    await client.close();
  });

  it('is told what was wrong with what it sent, and can mend it', async () => {
    const client = await connect(api.url, 'token-of-ci', modern);
    const wrong = await client.callTool({ name: 'list_incidents', arguments: { status: 'closed' } });
    expect(wrong).toMatchObject({
      isError: true,
      structuredContent: {
        problems: [{ code: 'request-invalid', what: 'Expected open or resolved.', where: 'status' }],
      },
    });
    const nothing = await client.callTool({ name: 'get_snapshot' });
    expect(nothing.structuredContent).toMatchObject({
      problems: [{ code: 'request-invalid', what: 'It is missing.', where: 'snapshot' }],
    });
    const strange = await client.callTool({ name: 'list_flags', arguments: { service: 'chekcout' } });
    expect(strange.content).toMatchObject([{ text: expect.stringContaining('did you mean checkout?') }]);
    const unknown = await client.callTool({ name: 'get_flagg' });
    expect(unknown).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('get_flag?') }],
    });
    await client.close();
  });
});

describe('a token', () => {
  it('shows only the tools that its scopes allow, and says which scope another needs, which is put on record', async () => {
    await keepExample(api);
    const client = await connect(api.url, 'token-of-investigator');
    const { tools } = await client.listTools();
    const reading = tools.filter(({ annotations }) => annotations?.readOnlyHint === true);
    expect(reading.map(({ name }) => name)).toEqual(['list_tasks', 'get_task']);
    const result = await client.callTool({ name: 'get_incident', arguments: { incident: 'INC-12' } });
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('this needs read') }],
    });
    const [entry] = await api.store.audit.list(1);
    expect(entry).toMatchObject({ what: 'refused', subject: 'the tool get_incident' });
    await client.close();
  });

  it('is asked for: without one, or with a wrong one, nothing is told', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${api.url}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      });
    const without = await post({});
    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toBe('Bearer realm="bellbuoy"');
    expect((await post({ authorization: 'Bearer token-of-nobody' })).status).toBe(401);
  });
});
