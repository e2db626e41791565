import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';
import { type Started, startProcess } from '#sandbox/stack/process.ts';
import { SCOPES } from '#slack/manifest.ts';
import { FREE, scenario } from '../api/mcp/suite.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
let slack: SlackStandIn;
let bellbuoy: Started;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellbuoy-mcp-'));
  slack = await startSlack({
    ...{ port: 0, botToken: 'xoxb-1', signingSecret: 's-1', scopes: Object.keys(SCOPES), seed: 1 },
    ...{ channels: ['general'], people: [{ name: 'rae', realName: 'Rae', tz: 'UTC' }] },
    fileReadyDelay: { min: 0, max: 10 },
  });
  const yaml = `prometheus: { default: { url: "http://127.0.0.1:9", timeout: 500ms } }
slack: { mode: http, botToken: xoxb-1, signingSecret: s-1, apiUrl: "${slack.url}api/" }
server: { port: 0, loopbackScopes: [read] }
store: { path: "${join(folder, 'bellbuoy.db')}" }
services:
  checkout: { preset: otel-http, labels: { service_name: checkout } }
`;
  await writeFile(join(folder, 'bellbuoy.yaml'), yaml);
  const args = [MAIN, 'start', '--config', join(folder, 'bellbuoy.yaml'), '--level', 'debug'];
  bellbuoy = startProcess('bellbuoy', process.execPath, args, folder);
  url = JSON.parse(await bellbuoy.firstLine).ready.url;
});
afterAll(async () => {
  await bellbuoy.stop();
  await slack.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the program as people try it, on one machine', () => {
  it.for(FREE)('passes %s of the official conformance suite', { timeout: 60_000 }, async (name) => {
    const { status, printed } = await scenario(name, url);
    expect(printed).toMatch(/Passed: (\d+)\/\1, 0 failed, 0 warnings/);
    expect(status).toBe(0);
  });

  it('tells on /metrics how many sessions there are, and what was called', async () => {
    const client = new Client({ name: 'an agent', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
    await client.callTool({ name: 'get_weather' });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^bellbuoy_mcp_sessions\{.*\} \d+$/m);
    expect(metrics).toMatch(/^bellbuoy_mcp_calls_total\{tool="unknown",outcome="refused",.*\} 1$/m);
    await client.close();
  });

  it('ends at once when it is told to, though clients have streams open', async () => {
    const client = new Client({ name: 'an agent', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
    await client.listTools();
    await bellbuoy.stop();
    const log = await readFile(join(folder, 'bellbuoy.log'), 'utf8');
    expect(log).toContain('"name":"store"');
    expect(log).not.toContain('did not end in time');
    await client.close();
  });
});
