import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type SlackStandIn, startSlack } from '#sandbox/slack/server.ts';
import { startAlertmanager } from '#sandbox/stack/alertmanager.ts';
import { freePort, type Started } from '#sandbox/stack/process.ts';
import { SCOPES } from '#slack/manifest.ts';
import { exposition } from '../telemetry/exposition.ts';
import { type RealPrometheus, startPrometheusWith } from '../telemetry/real-prometheus.ts';
import { fastClock } from './fast-clock.ts';

/** How much faster the story goes than the world. */
export const SPEED = 20;

/** A Bellbuoy that is ended and started again, between a Slack, a Prometheus and an Alertmanager that stay. */
export type World = {
  readonly slack: SlackStandIn;
  readonly alertmanager: string;
  readonly database: string;
  readonly folder: string;
  /** The program's process now. */
  pid(): number;
  /** Scripted now, epoch ms. */
  now(): number;
  /** How often the program was ended, and at which failpoints. */
  readonly deaths: { count: number; readonly at: string[] };
  /** Ends the program now, as a crash does; it is started again at once. */
  kill(): void;
  /** Posts to a webhook until it is accepted, as senders do. */
  post(source: 'alertmanager' | 'deploy' | 'flags', body: object): Promise<void>;
  /** Does something that fails while the program is down until it does not. */
  insist<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T>;
  metrics(): Promise<string>;
  stop(): Promise<void>;
};

export type Ground = { prometheus: RealPrometheus; alertmanager: Started & { url: string }; folder: string };

const TOKEN = 'token-of-the-sender';
const PATIENCE = 60_000;

/** What every story stands on: metrics from half an hour ago until well into the scripted future, or those given as OpenMetrics, and an Alertmanager for silences. */
export async function startGround(metrics?: string): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'bellbuoy-ground-'));
  const now = Date.now();
  const told = ['checkout', 'ledger'].flatMap((service) =>
    [0, 1, 2, 3, 4, 5].map((half) => ({
      metric: 'http_server_request_duration_seconds_count',
      labels: { service_name: service, http_response_status_code: '200', part: `${half}` },
      value: (n: number) => n * 100,
      phase: (half - 1) * 1_800_000 * 2,
    })),
  );
  const prometheus = await startPrometheusWith(metrics ?? exposition(told, now));
  const port = await freePort();
  const started = await startAlertmanager({
    folder,
    port,
    webhook: 'http://127.0.0.1:9/nobody',
    token: TOKEN,
  });
  return { prometheus, alertmanager: { ...started, url: `http://127.0.0.1:${port}` }, folder };
}

/** Starts a story's world. `failpoints`: the program dies at each of them once, whichever it passes first. */
export async function startWorld(
  { prometheus, alertmanager }: Ground,
  { failpoints = [], seed }: { failpoints?: readonly string[]; seed: number },
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'bellbuoy-chaos-'));
  const base = Date.now();
  const clock = fastClock(base, SPEED);
  const slack = await startSlack({
    port: 0,
    botToken: 'xoxb-test',
    signingSecret: 'signing-test',
    scopes: Object.keys(SCOPES),
    channels: ['incidents', 'deploys', 'payments', 'general'],
    people: [{ name: 'rae', realName: 'Rae Responder', tz: 'Europe/Berlin' }],
    fileReadyDelay: { min: 500, max: 2000 },
    seed,
    clock,
  });
  const port = await freePort();
  const config = join(folder, 'bellbuoy.yaml');
  const database = join(folder, 'bellbuoy.db');
  await writeFile(config, configuration(prometheus.url, alertmanager.url, slack.url, port, database));
  const url = `http://127.0.0.1:${port}`;
  slack.connect(`${url}/slack/events`);

  const log = createWriteStream(join(folder, 'bellbuoy.log'));
  const left = new Set(failpoints);
  const deaths = { count: 0, at: [] as string[] };
  let stopping = false;
  let child: ChildProcess;
  const start = () => {
    const program = fileURLToPath(new URL('./program.ts', import.meta.url));
    child = spawn(process.execPath, [program, config, `${base}`, `${SPEED}`, [...left].join(',')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr?.pipe(log, { end: false });
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [word, name = ''] = line.split(' ');
        if (word !== 'died') return;
        left.delete(name);
        deaths.at.push(name);
      });
    // `close` and not `exit`: what it said last has been read by then.
    child.once('close', () => {
      if (stopping) return;
      deaths.count += 1;
      start();
    });
  };
  start();

  const insist = async <T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> => {
    const deadline = Date.now() + PATIENCE;
    while (Date.now() < deadline) {
      const value = await attempt();
      if (value !== undefined) return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`waited ${PATIENCE / 1000} s for ${what}; the log is in ${folder}`);
  };
  return {
    slack,
    alertmanager: alertmanager.url,
    database,
    folder,
    deaths,
    now: clock.now,
    pid: () => child.pid ?? 0,
    kill: () => void child.kill('SIGKILL'),
    insist,
    async post(source, body) {
      await insist(`${source} to be accepted`, async () => {
        const status = await statusOf(`${url}/webhooks/${source}`, body);
        if (status !== undefined && status >= 400 && status < 500) throw new Error(`refused with ${status}`);
        return status === 202 ? true : undefined;
      });
    },
    metrics: () => insist('the metrics', () => textOf(`${url}/metrics`)),
    async stop() {
      stopping = true;
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      await slack.close();
      log.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function statusOf(url: string, body: object): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    // Down, or ended in the middle: the sender comes again.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function textOf(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url);
    return response.ok ? await response.text() : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function configuration(
  prometheus: string,
  alertmanager: string,
  slack: string,
  port: number,
  database: string,
): string {
  return `prometheus: { default: { url: "${prometheus}", scrapeInterval: 15s } }
alertmanager: { url: "${alertmanager}", reconcile: false }
slack:
  mode: http
  botToken: xoxb-test
  signingSecret: signing-test
  apiUrl: "${slack}api/"
  channels: { incidents: "#incidents", deploys: "#deploys", digest: "#general" }
digest: { schedule: "* * * * *" }
server: { port: ${port}, webhookTokens: { alertmanager: ${TOKEN}, deploy: ${TOKEN}, flags: ${TOKEN} } }
store: { path: "${database}" }
render: { processes: 1 }
alerts: { remindAfter: 20s }
services:
  checkout:
    channel: "#payments"
    preset: otel-http
    labels: { service_name: checkout }
    watch: { before: 10m, after: 3m, warmUp: 5s }
    flags: [{ name: new-checkout, label: new_checkout, on: "true", off: "false" }]
  ledger:
    preset: otel-http
    labels: { service_name: ledger }
`;
}
