import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { SCOPES } from '#slack/manifest.ts';
import { seeded } from '../sandbox/shop/random.ts';
import { type SlackStandIn, startSlack } from '../sandbox/slack/server.ts';
import { startProcess } from '../sandbox/stack/process.ts';
import { roots, until } from '../sandbox/story/watcher.ts';
import { fleetOf, openMetricsOf } from '../test/telemetry/fleet.ts';
import { startPrometheusWith } from '../test/telemetry/real-prometheus.ts';
import { childrenOf, residentOf } from './memory.ts';
import { percentile, type Report } from './report.ts';

const ALERTS = 10_000;
const GROUPS = 3_000;
const CHANNELS = 50;
const LASTS = 60_000;
const COMMAND_EVERY = 500;
const QUIET_EVERY = 8_000;

type Notice = { readonly group: number; readonly status: 'firing' | 'resolved' };

/**
 * 10,000 notifications of 3,000 alert groups in 60 s over 50 channels, with somebody asking twice a second and a new alert in another,
 * quiet channel now and then. Bellbuoy runs as a process of its own, as in production.
 */
export async function storm(folder: string): Promise<Report> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const services = fleetOf(CHANNELS + 1);
  const prometheus = await startPrometheusWith(openMetricsOf(services, Date.now() - (Date.now() % 15_000)));
  const channels = [...Array.from({ length: CHANNELS }, (_, i) => `team-${i}`), 'quiet'];
  const slack = await startSlack({
    port: 0,
    botToken: 'xoxb-bench',
    signingSecret: 'bench',
    scopes: Object.keys(SCOPES),
    seed: 5,
    channels: [...channels, 'general'],
    people: [{ name: 'rae', realName: 'Rae', tz: 'UTC' }],
    fileReadyDelay: { min: 500, max: 2000 },
  });
  const config = join(folder, 'bellbuoy.yaml');
  const database = join(folder, 'bellbuoy.db');
  const written = services.map(
    ({ name, labels, preset, overrides }, i) =>
      `  ${name}: { channel: "#${channels[i]}", preset: ${preset?.name}, labels: ${JSON.stringify(labels)}, signals: ${JSON.stringify(overrides)} }`,
  );
  await writeFile(
    config,
    `prometheus: { default: { url: "${prometheus.url}" } }
slack: { mode: http, botToken: xoxb-bench, signingSecret: bench, apiUrl: "${slack.url}api/" }
server: { port: 0, webhookTokens: { alertmanager: bench } }
store: { path: "${database}" }
services:
${written.join('\n')}
`,
  );
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const bellbuoy = startProcess(
    'bellbuoy',
    process.execPath,
    // As in the first line of its main.
    ['--max-semi-space-size=8', main, 'start', '--config', config, '--level', 'warn'],
    folder,
  );
  try {
    const { ready } = JSON.parse(await bellbuoy.firstLine) as { ready: { url: string } };
    slack.connect(`${ready.url}/slack/events`);
    const post = (name: string, service: number, status: Notice['status']) =>
      notify(ready.url, name, services[service]?.labels ?? {}, status);
    // What is cold in the first second after a start is not what a storm meets.
    await slack.command('rae', '#general', '/obs status');
    await post('Warm', CHANNELS, 'firing');
    await until(slack.workspace, 'the first alert', () => roots(slack.workspace, /^Warm/).at(0), 30_000);
    await sleep(3000);
    const notices = noticesOf();
    const began = Date.now();
    const over = () => Date.now() - began > LASTS;
    const sent = sendAll(notices, began, ({ group, status }) =>
      post(`Storm${group}`, group % CHANNELS, status),
    );
    const asked = askAgainAndAgain(slack, over);
    const quiet = alertInQuiet(slack, over, (n) => post(`Quiet${n}`, CHANNELS, 'firing'));
    const memory = watchMemory(bellbuoy.pid, over);
    const webhooks = await sent;
    const lasted = Math.round((Date.now() - began) / 1000);
    const [acknowledged, told, used] = await Promise.all([asked, quiet, memory]);
    const decided = await untilDecided(database, notices.length + told.length + 1);
    const wrong = wrongGroups(database, notices);
    return {
      title: `${ALERTS} alerts of ${GROUPS} groups in ${lasted} s over ${CHANNELS} channels`,
      rows: [
        {
          what: 'webhooks answered 202',
          value: `${webhooks.length}, p50 ${percentile(webhooks, 0.5)} ms, p99 ${percentile(webhooks, 0.99)} ms`,
          held: held(webhooks.length === ALERTS),
        },
        {
          what: 'events in the database, decided',
          value: `${decided.count}, the last ${decided.waited} ms after the storm`,
          held: held(decided.count >= ALERTS),
        },
        { what: 'groups whose state ended wrong', value: `${wrong}`, held: held(wrong === 0) },
        {
          what: 'commands acknowledged',
          value: `${acknowledged.length}, p50 ${percentile(acknowledged, 0.5)} ms, p99 ${percentile(acknowledged, 0.99)} ms`,
          held: held(percentile(acknowledged, 0.99) < 300),
        },
        {
          what: 'new alert in the quiet channel',
          value: `${told.length}, p50 ${percentile(told, 0.5)} ms, slowest ${Math.max(...told)} ms`,
          held: held(Math.max(...told) < 3000),
        },
        ...used.rows,
        {
          what: 'calls that Slack refused for their number',
          value: `${slack.limits.refused}; most in a minute: ${[...slack.limits.most].map(([method, most]) => `${method} ${most}`).join(', ')}`,
          held: held(slack.limits.refused === 0),
        },
        {
          what: 'umbrella threads; roots of their own',
          value: `${roots(slack.workspace, /^Alert storm/).length}; ${roots(slack.workspace, /^Storm/).length}`,
          held: '',
        },
      ],
    };
  } finally {
    await bellbuoy.stop();
    await slack.close();
    await prometheus.close();
  }
}

/** The notifications in order: each group fires at least once, may be told of again, resolves and fires anew. */
function noticesOf(): readonly Notice[] {
  const random = seeded(10_000);
  const firing = new Set<number>();
  return Array.from({ length: ALERTS }, (_, i): Notice => {
    const group = i < GROUPS ? i : Math.floor(random() * GROUPS);
    const resolves = firing.has(group) && random() < 0.6;
    if (resolves) firing.delete(group);
    else firing.add(group);
    return { group, status: resolves ? 'resolved' : 'firing' };
  });
}

/** Sends everything evenly over the time, each group's in order; gives how long each took, in ms. */
async function sendAll(
  notices: readonly Notice[],
  began: number,
  send: (notice: Notice) => Promise<void>,
): Promise<readonly number[]> {
  const took: number[] = [];
  const last = new Map<number, Promise<void>>();
  for (const [i, notice] of notices.entries()) {
    const due = began + (i / notices.length) * LASTS;
    if (due > Date.now()) await sleep(due - Date.now());
    const from = Date.now();
    const run = (last.get(notice.group) ?? Promise.resolve())
      .then(() => send(notice))
      .then(() => void took.push(Date.now() - from));
    last.set(notice.group, run);
  }
  await Promise.all(last.values());
  return took;
}

async function askAgainAndAgain(slack: SlackStandIn, over: () => boolean): Promise<readonly number[]> {
  const took: number[] = [];
  while (!over()) {
    const { ms, failed } = await slack.command('rae', '#general', '/obs status');
    took.push(failed === undefined ? ms : 3000);
    await sleep(COMMAND_EVERY);
  }
  return took;
}

async function alertInQuiet(
  slack: SlackStandIn,
  over: () => boolean,
  fire: (n: number) => Promise<void>,
): Promise<readonly number[]> {
  const took: number[] = [];
  for (let n = 0; ; n += 1) {
    await sleep(QUIET_EVERY);
    if (over()) return took;
    const from = Date.now();
    await fire(n);
    await until(
      slack.workspace,
      'the quiet alert',
      () => roots(slack.workspace, new RegExp(`^Quiet${n} `)).at(0),
      60_000,
    );
    took.push(Date.now() - from);
  }
}

/** Resident memory of the process and of its children, each second, in MB. */
async function watchMemory(pid: number, over: () => boolean) {
  const own: number[] = [];
  const children: number[] = [];
  while (!over()) {
    own.push(residentOf(pid));
    children.push(Math.max(0, ...childrenOf(pid).map(residentOf)));
    await sleep(1000);
  }
  const row = (what: string, used: readonly number[], most: number) => {
    const quarter = Math.floor(used.length / 4);
    const third = percentile(used.slice(2 * quarter, 3 * quarter), 0.5);
    const fourth = percentile(used.slice(3 * quarter), 0.5);
    return {
      what: `memory of ${what}`,
      value: `most ${Math.max(...used)} MB; median of the third quarter ${third} MB, of the last ${fourth} MB`,
      held: held(Math.max(...used) < most && fourth <= third * 1.1),
    };
  };
  return { rows: [row('Bellbuoy itself', own, 400), row('the largest drawing child', children, 500)] };
}

async function untilDecided(path: string, count: number): Promise<{ count: number; waited: number }> {
  const from = Date.now();
  const db = new Database(path, { readonly: true });
  const read = () =>
    Number(
      db
        .prepare(`select count(*) from inbox where source = 'alertmanager' and state = 'decided'`)
        .pluck()
        .get(),
    );
  while (read() < count && Date.now() - from < 60_000) await sleep(100);
  const decided = read();
  db.close();
  return { count: decided, waited: Date.now() - from };
}

/** Groups whose newest episode in the database is not as it was told last. */
function wrongGroups(path: string, notices: readonly Notice[]): number {
  const db = new Database(path, { readonly: true });
  const states = new Map(
    db
      .prepare('select group_key, status, max(begun_at) from alerts group by group_key')
      .raw()
      .all()
      .map((row) => (Array.isArray(row) ? [String(row[0]), String(row[1])] : ['', ''])) as [string, string][],
  );
  db.close();
  const wanted = new Map(notices.map(({ group, status }) => [`Storm${group}`, status]));
  return [...wanted].filter(([group, status]) => states.get(group) !== status).length;
}

function held(is: boolean): string {
  return is ? 'yes' : 'NO';
}

async function notify(
  url: string,
  name: string,
  service: Readonly<Record<string, string>>,
  status: Notice['status'],
): Promise<void> {
  const labels = { alertname: name, severity: 'page', ...service };
  const now = new Date().toISOString();
  const response = await fetch(`${url}/webhooks/alertmanager`, {
    method: 'POST',
    headers: { authorization: 'Bearer bench', 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ version: '4', groupKey: name, status, receiver: 'b', groupLabels: { alertname: name } },
      ...{ commonLabels: labels, commonAnnotations: {}, externalURL: '', truncatedAlerts: 0 },
      alerts: [
        {
          ...{ status, labels, annotations: {}, startsAt: now, fingerprint: name },
          ...(status === 'resolved' ? { endsAt: now } : {}),
        },
      ],
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the webhook answered ${response.status}: ${text}`);
}
