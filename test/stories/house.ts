import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '#app/ports.ts';
import { compose, type Running } from '#compose';
import { readConfig } from '#config/load.ts';
import { explain } from '#domain/problem.ts';
import { createLog } from '#runtime/log.ts';
import { type SlackOptions, type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';
import type { Message } from '#sandbox/slack/workspace.ts';
import { picturesIn, roots, threadOf, until } from '#sandbox/story/watcher.ts';
import { SCOPES } from '#slack/manifest.ts';

import { methodPages, schemaFaults } from '../sandbox/argument-schemas.ts';

export { picturesIn, roots, threadOf, until };

/** The whole program, in this process, with the Slack stand-in; a test talks to it as the world does. */
export type House = {
  readonly slack: SlackStandIn;
  readonly url: () => string;
  /** Posts a body to a webhook, with the token or signature that its sender would have. */
  post(source: keyof typeof TOKENS, body: object, headers?: Record<string, string>): Promise<Response>;
  /** Stops the program and starts it again on the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

const TOKENS = {
  ...{ alertmanager: 'token-a', deploy: 'token-d', flags: 'token-f', github: 'secret-g' },
  grafana: 'token-gr',
};

/** Of an agent, for REST and MCP. */
export const AGENT_TOKEN = 'token-i';

const PATIENCE = 15_000;

/** Waits for something in the workspace. */
export function soon<T>(
  { slack }: House,
  what: string,
  find: () => T | undefined,
  patience = PATIENCE,
): Promise<T> {
  return until(slack.workspace, what, find, patience);
}

/** All words of a message, those of its blocks too. */
export function wordsOf(message: { text: string; blocks?: readonly unknown[] }): string {
  return `${message.text} ${JSON.stringify(message.blocks ?? [])}`;
}

/** What Slack reads as markup in a message: its fallback text and every text of type mrkdwn. */
export function markupOf(message: { text: string; blocks?: readonly unknown[] }): string {
  const texts: string[] = [message.text];
  JSON.stringify(message.blocks ?? [], (_, value: unknown) => {
    if (
      typeof value === 'object' &&
      value !== null &&
      'type' in value &&
      value.type === 'mrkdwn' &&
      'text' in value
    )
      texts.push(String(value.text));
    return value;
  });
  return texts.join('\n');
}

/** The one root message of the bot that says this; rejects when there are several. */
export async function theRoot(house: House, words: RegExp): Promise<Message> {
  const found = await soon(house, `a message ${words.source}`, () =>
    roots(house.slack.workspace, words).at(0),
  );
  return found;
}

/** Starts it. `prometheus` is where it asks, `mode` how Slack reaches it, `more` lines to add to the configuration. */
export async function startHouse({
  prometheus = 'http://127.0.0.1:9',
  mode = 'http',
  more = '',
  fileReadyDelay = { min: 20, max: 120 },
  notIn = [],
  appToken = 'xapp-test',
  people = [{ name: 'rae', realName: 'Rae Responder', tz: 'Europe/Berlin' }],
  allow = '',
  rollback = '',
  scopes = Object.keys(SCOPES),
  database,
  clock,
  timeout = '1s',
  scrapeInterval = '1s',
  after = '5s',
}: {
  prometheus?: string;
  mode?: 'http' | 'socket';
  more?: string;
  fileReadyDelay?: { min: number; max: number };
  notIn?: readonly string[];
  appToken?: string;
  people?: SlackOptions['people'];
  /** A line below `slack:`. */
  allow?: string;
  /** A line below the service checkout. */
  rollback?: string;
  scopes?: readonly string[];
  /** Where the database is, when not in a folder of its own. */
  database?: string;
  clock?: Clock;
  /** How long Prometheus may take; a real one on a busy machine needs more. */
  timeout?: string;
  /** How often Prometheus scrapes, and how long a deploy is watched. */
  scrapeInterval?: string;
  after?: string;
} = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'bellbuoy-'));
  const slack = await startSlack({
    port: 0,
    botToken: 'xoxb-test',
    appToken: 'xapp-test',
    signingSecret: 'signing-test',
    scopes,
    channels: ['incidents', 'deploys', 'payments', 'general'],
    people,
    fileReadyDelay,
    notIn,
    seed: 7,
  });
  const yaml = `timezone: Europe/Berlin
prometheus: { default: { url: "${prometheus}", scrapeInterval: ${scrapeInterval}, timeout: ${timeout} } }
slack:
  mode: ${mode}
  botToken: xoxb-test
  appToken: ${appToken}
  signingSecret: signing-test
  apiUrl: "${slack.url}api/"
  channels: { incidents: "#incidents", deploys: "#deploys" }
  ${allow}
server: { port: 0, webhookTokens: { alertmanager: ${TOKENS.alertmanager}, deploy: ${TOKENS.deploy}, flags: ${TOKENS.flags}, github: ${TOKENS.github}, grafana: ${TOKENS.grafana} }, apiTokens: [{ name: investigator, token: ${AGENT_TOKEN}, scopes: [read, write, tasks] }] }
store: { path: "${database ?? join(folder, 'bellbuoy.db')}" }
services:
  checkout:
    owner: payments
    channel: "#payments"
    preset: otel-http
    labels: { service_name: checkout }
    watch: { before: 10m, after: ${after}, warmUp: 1s }
    flags: [{ name: new-checkout, label: new_checkout, on: "true", off: "false" }]
    ${rollback}
  ledger:
    preset: otel-http
    labels: { service_name: ledger }
${more}`;
  const read = readConfig(yaml, {});
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const start = async (): Promise<Running> => {
    const running = await compose(read.config, createLog('fatal'), clock === undefined ? {} : { clock });
    if (!running.ok) throw new Error(explain(running.problem));
    slack.connect(`${running.value.url}/slack/events`);
    return running.value;
  };
  let running = await start();
  return {
    slack,
    url: () => running.url,
    post(source, body, headers = {}) {
      const text = JSON.stringify(body);
      const proof: Record<string, string> =
        source === 'github'
          ? {
              'x-github-event': 'deployment_status',
              'x-hub-signature-256': `sha256=${createHmac('sha256', TOKENS.github).update(text).digest('hex')}`,
            }
          : { authorization: `Bearer ${TOKENS[source]}` };
      return fetch(`${running.url}/webhooks/${source}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...proof, ...headers },
        body: text,
      });
    },
    async restart() {
      await running.stop();
      running = await start();
    },
    async close() {
      await running.stop();
      await slack.close();
      await rm(folder, { recursive: true, force: true });
      expectRightCalls(slack);
    },
  };
}

/** Every call of every story passes Slack's own argument schema, where that is at hand. */
function expectRightCalls({ workspace }: SlackStandIn): void {
  if (!methodPages.here) return;
  const faults = workspace.calls.flatMap(schemaFaults);
  if (faults.length > 0)
    throw new Error(`calls that Slack's schemas refuse: ${[...new Set(faults)].join('; ')}`);
}

/** What Alertmanager says of a group with one alert. */
export function notification(status: 'firing' | 'resolved', more: Record<string, unknown> = {}) {
  const labels = { alertname: 'CheckoutErrors', service_name: 'checkout', severity: 'page' };
  const annotations = { summary: '3 % of checkout requests fail' };
  const startsAt = '2026-11-24T07:00:00.000Z';
  return {
    version: '4',
    groupKey: '{}:{alertname="CheckoutErrors"}',
    truncatedAlerts: 0,
    status,
    receiver: 'bellbuoy',
    groupLabels: { alertname: 'CheckoutErrors' },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example',
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt,
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-11-24T07:10:00.000Z',
        generatorURL: 'http://prometheus.example/graph?g0.expr=up+%3D%3D+0',
        fingerprint: 'b3e0b6f6d1a1c0de',
      },
    ],
    ...more,
  };
}

/** A Prometheus that answers as it is told: for troubles that a real one does not have on demand. */
export async function startBadPrometheus(
  answer: (path: string, body: string) => { status: number; body: string; type?: string; after?: number },
): Promise<{ url: string; asked: () => number; close(): Promise<void> }> {
  let asked = 0;
  const server: Server = createServer(async (request, response) => {
    asked += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const {
      status,
      body,
      type = 'application/json',
      after = 0,
    } = answer(request.url ?? '', Buffer.concat(chunks).toString());
    const timer = setTimeout(() => response.writeHead(status, { 'content-type': type }).end(body), after);
    response.on('close', () => clearTimeout(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
