import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';
import { type Started, startProcess } from '#sandbox/stack/process.ts';
import { roots, until } from '#sandbox/story/watcher.ts';
import { SCOPES } from '#slack/manifest.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
let slack: SlackStandIn;
let config: string;
let bellbuoy: Started;
let url: string;

const yaml = (services: string) => `prometheus: { default: { url: "http://127.0.0.1:9", timeout: 500ms } }
slack: { mode: http, botToken: xoxb-very-secret, signingSecret: signing-very-secret, apiUrl: "${slack.url}api/" }
server:
  port: 0
  webhookTokens: { deploy: webhook-very-secret, flags: flags-very-secret }
  apiTokens: [{ name: ci, token: api-very-secret, scopes: [read] }]
store: { path: "${join(folder, 'bellbuoy.db')}" }
services:
${services}`;
const NOTED = `version: prometheus/v1
service: shop
slo_plugins: { chain: [] }
slos:
  - name: availability
    objective: 99.9
    sli: { events: { error_query: 'sum(rate(e[{{.window}}]))', total_query: 'sum(rate(t[{{.window}}]))' } }
    alerting: { name: ShopErrors }
`;
const SLOS = '    slos: [{ file: sloth.yaml }]\n';
const ONE = `  checkout:
    preset: otel-http
    labels: { service_name: checkout }
    flags: [{ name: new-checkout, label: flag, on: "on", off: "off" }]
${SLOS}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bellbuoy-start-'));
  slack = await startSlack({
    ...{
      port: 0,
      botToken: 'xoxb-very-secret',
      signingSecret: 'signing-very-secret',
      scopes: Object.keys(SCOPES),
      seed: 1,
      channels: ['general'],
    },
    people: [{ name: 'rae', realName: 'Rae', tz: 'UTC' }],
    fileReadyDelay: { min: 0, max: 10 },
  });
  config = join(folder, 'bellbuoy.yaml');
  await writeFile(join(folder, 'sloth.yaml'), NOTED);
  await writeFile(config, yaml(ONE));
  bellbuoy = startProcess(
    'bellbuoy',
    process.execPath,
    [MAIN, 'start', '--config', config, '--level', 'debug'],
    folder,
  );
  url = JSON.parse(await bellbuoy.firstLine).ready.url;
  slack.connect(`${url}/slack/events`);
});
afterAll(async () => {
  await bellbuoy.stop();
  await slack.close();
  await rm(folder, { recursive: true, force: true });
});

const log = () => readFile(join(folder, 'bellbuoy.log'), 'utf8');

async function logged(words: RegExp): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const text = await log();
    if (words.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the log never said ${words.source}`);
}

const fleet = async (words: RegExp) => {
  await slack.command('rae', '#general', '/obs status');
  await until(slack.workspace, 'the fleet', () => roots(slack.workspace, words).at(0), 10_000);
};

describe('bellbuoy start', () => {
  it('takes a changed file into use', async () => {
    await fleet(/1 services?\b/);
    await writeFile(
      config,
      yaml(`${ONE}  ledger: { preset: otel-http, labels: { service_name: ledger } }\n`),
    );
    await logged(/the configuration was reloaded/);
    await fleet(/2 services/);
  });

  it('says once which fields of SLO files are not honoured, however often it reads them', async () => {
    const notices = (await log()).split('\n').filter((line) => line.includes('not honoured'));
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('sloth.yaml:3:14 slo_plugins: plugins of Sloth are not run');
  });

  it('takes a changed SLO file into use, though bellbuoy.yaml stayed as it is', async () => {
    const reloads = async () => (await log()).split('the configuration was reloaded').length;
    const before = await reloads();
    const file = join(dirname(config), 'sloth.yaml');
    await writeFile(file, `${await readFile(file, 'utf8')}# changed\n`);
    await expect.poll(reloads, { timeout: 10_000 }).toBeGreaterThan(before);
  });

  it('refuses a bad one on SIGHUP, says where it is wrong, and keeps the old one', async () => {
    await writeFile(config, yaml('  checkout: { presett: x }\n'));
    process.kill(bellbuoy.pid, 'SIGHUP');
    const text = await logged(/the old one stays/);
    expect(text).toMatch(/bellbuoy\.yaml:\d+:\d+ services\.checkout\.presett/);
    const before = roots(slack.workspace, /2 services/).length;
    await slack.command('rae', '#general', '/obs status');
    await until(
      slack.workspace,
      'the fleet',
      () => (roots(slack.workspace, /2 services/).length > before ? true : undefined),
      10_000,
    );
  });

  it('tells over its API what it was told of a flag, from the first moment on', async () => {
    const asked = async () => {
      const headers = { authorization: 'Bearer api-very-secret' };
      const response = await fetch(`${url}/api/v1/flags/new-checkout?service=checkout`, { headers });
      return response.json();
    };
    expect(await asked()).toMatchObject({ rollouts: [] });
    const accepted = await fetch(`${url}/webhooks/flags`, {
      method: 'POST',
      headers: { authorization: 'Bearer flags-very-secret' },
      body: JSON.stringify({ flag: 'new-checkout', environment: 'production', share: 0.01, actor: 'noor' }),
    });
    expect(accepted.status).toBe(202);
    const step = { share: 0.01, by: 'noor', state: 'watching', word: 'hold' };
    await expect.poll(asked, { timeout: 10_000 }).toMatchObject({ rollouts: [{ step }] });
  });

  it('writes no secret into its log, not even at its most talkative', async () => {
    await fetch(`${url}/webhooks/deploy`, {
      method: 'POST',
      headers: { authorization: 'Bearer webhook-very-secret' },
      body: '{"nonsense":',
    });
    await fetch(`${url}/api/v1/flags?token=api-very-secret`, {
      headers: { authorization: 'Bearer api-very-secret' },
    });
    expect(await log()).not.toMatch(/very-secret/);
  });

  it('ends well when it is asked to', async () => {
    await bellbuoy.stop();
    expect(await log()).toMatch(/"closing"/);
  });
});
