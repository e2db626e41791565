import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, describe, expect, it } from 'vitest';
import { type Api, keepExample, openApi, TOKENS } from '../api/door.ts';
import { everyOperation } from '../api/mcp/client.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

let api: Api;
const open = async (port = 0) => {
  api = await openApi(TOKENS, { offered: everyOperation(), port });
  await keepExample(api);
};
let client: Client | undefined;
afterEach(async () => {
  await client?.close();
  client = undefined;
  await api.close();
});

/** A client that starts `bellbuoy mcp` as agents’ programs do. */
async function connect(url: string, token = 'token-of-ci', modern = false) {
  client = new Client(
    { name: 'an agent', version: '1' },
    modern ? { versionNegotiation: { mode: 'auto' } } : {},
  );
  const transport = new StdioClientTransport({
    ...{ command: process.execPath, args: [MAIN, 'mcp', '--url', url], stderr: 'pipe' },
    env: { BELLBUOY_TOKEN: token },
  });
  let told = '';
  transport.stderr?.on('data', (chunk) => {
    told += String(chunk);
  });
  try {
    await client.connect(transport);
  } catch (error) {
    return { error, told: () => told };
  }
  return { error: undefined, told: () => told };
}

describe('bellbuoy mcp', () => {
  it.each([
    ['2025', false],
    ['2026', true],
  ])(
    'carries tools, resources and prompts to a client of %s over the standard streams',
    async (_, modern) => {
      await open();
      await connect(api.url, 'token-of-ci', modern);
      expect((await client?.listTools())?.tools.map(({ name }) => name)).toContain('get_incident');
      const result = await client?.callTool({ name: 'get_incident', arguments: { incident: 'INC-12' } });
      expect(result?.structuredContent).toMatchObject({ incident: { id: 'INC-12' } });
      expect((await client?.listPrompts())?.prompts).toHaveLength(2);
    },
  );

  it('goes on after Bellbuoy was restarted, without its client’s knowing', async () => {
    await open();
    const { url } = api;
    await connect(url);
    await client?.listTools();
    await api.close();
    await open(Number(new URL(url).port));
    const results = await Promise.all(
      [1, 2].map(() => client?.callTool({ name: 'list_incidents', arguments: {} })),
    );
    for (const result of results)
      expect(result?.structuredContent).toMatchObject({ incidents: [{ id: 'INC-12' }] });
  });

  it('tells its client why it cannot reach Bellbuoy, or is refused', async () => {
    await open();
    const away = await connect('http://127.0.0.1:9');
    expect(String(away.error)).toContain('cannot be reached at http://127.0.0.1:9/mcp');
    expect(away.told()).toContain('is it running');
    const wrong = await connect(api.url, 'token-of-nobody');
    expect(String(wrong.error)).toContain('refuses the token');
  });

  it('says on stderr what is missing in how it was started, and nothing on stdout', async () => {
    await open();
    const child = spawn(process.execPath, [MAIN, 'mcp', '--url', 'https://bellbuoy.example.com'], {
      env: {},
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const [status] = await once(child, 'close');
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain('set BELLBUOY_TOKEN');
  });
});
