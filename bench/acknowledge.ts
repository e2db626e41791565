import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SCOPES } from '#slack/manifest.ts';
import { startSlack } from '../sandbox/slack/server.ts';
import { startProcess } from '../sandbox/stack/process.ts';
import { picturesIn, roots, threadOf, until } from '../sandbox/story/watcher.ts';
import { fleetOf, openMetricsOf } from '../test/telemetry/fleet.ts';
import { startPrometheusWith } from '../test/telemetry/real-prometheus.ts';
import { percentile, type Report } from './report.ts';

const THREADS = 50;
const ASKED = 20;
/** Time between two questions, in milliseconds. */
const BETWEEN = 50;

/**
 * How soon `/obs status` over 200 services is acknowledged while the threads of 50 alerts, in as many channels, are being drawn. Bellbuoy runs as a process of its own, as in production.
 */
export async function acknowledge(folder: string): Promise<Report> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const services = fleetOf(200);
  const prometheus = await startPrometheusWith(openMetricsOf(services, Date.now() - (Date.now() % 15_000)));
  const channels = Array.from({ length: THREADS }, (_, i) => `team-${i}`);
  const slack = await startSlack({
    ...{
      port: 0,
      botToken: 'xoxb-bench',
      signingSecret: 'bench',
      scopes: Object.keys(SCOPES),
      seed: 5,
      channels: [...channels, 'general'],
    },
    people: [{ name: 'rae', realName: 'Rae', tz: 'UTC' }],
    fileReadyDelay: { min: 500, max: 2000 },
  });
  const config = join(folder, 'bellbuoy.yaml');
  const written = services.map(
    ({ name, labels, preset, overrides }, i) =>
      `  ${name}: { channel: "#team-${i % THREADS}", preset: ${preset?.name}, labels: ${JSON.stringify(labels)}, signals: ${JSON.stringify(overrides)} }`,
  );
  await writeFile(
    config,
    `prometheus: { default: { url: "${prometheus.url}" } }
slack: { mode: http, botToken: xoxb-bench, signingSecret: bench, apiUrl: "${slack.url}api/" }
server: { port: 0, webhookTokens: { alertmanager: bench } }
store: { path: "${join(folder, 'bellbuoy.db')}" }
services:
${written.join('\n')}
`,
  );
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const bellbuoy = startProcess(
    'bellbuoy',
    process.execPath,
    [main, 'start', '--config', config, '--level', 'warn'],
    folder,
  );
  try {
    const { ready } = JSON.parse(await bellbuoy.firstLine) as { ready: { url: string } };
    slack.connect(`${ready.url}/slack/events`);
    for (let i = 0; i < THREADS; i += 1) await fire(ready.url, `Storm${i}`, services[i]?.labels ?? {});
    const acknowledged: number[] = [];
    const pictured = () =>
      roots(slack.workspace, /^Storm/).filter((root) => picturesIn(threadOf(slack.workspace, root)) > 0)
        .length;
    let meanwhile = 0;
    for (let i = 0; i < ASKED; i += 1) {
      acknowledged.push((await slack.command('rae', '#general', '/obs status')).ms);
      if (pictured() < THREADS) meanwhile += 1;
      await sleep(BETWEEN);
    }
    const all = () =>
      pictured() === THREADS && roots(slack.workspace, /200 services/).length === ASKED ? true : undefined;
    await until(slack.workspace, 'all pictures and answers', all, 120_000);
    const within = percentile(acknowledged, 0.95) <= 100 ? 'yes, ≤ 100 ms' : 'NO, > 100 ms';
    return {
      title: `/obs status over 200 services, ${meanwhile} of ${ASKED} asked while ${THREADS} alert threads were being drawn`,
      rows: [
        {
          what: 'acknowledged',
          p50: `${percentile(acknowledged, 0.5)} ms`,
          p95: `${percentile(acknowledged, 0.95)} ms`,
          held: within,
        },
      ],
    };
  } finally {
    await bellbuoy.stop();
    await slack.close();
    await prometheus.close();
  }
}

async function fire(url: string, name: string, service: Readonly<Record<string, string>>): Promise<void> {
  const labels = { alertname: name, severity: 'page', ...service };
  const response = await fetch(`${url}/webhooks/alertmanager`, {
    method: 'POST',
    headers: { authorization: 'Bearer bench', 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ version: '4', groupKey: name, status: 'firing', receiver: 'b', groupLabels: { alertname: name } },
      ...{ commonLabels: labels, commonAnnotations: {}, externalURL: '', truncatedAlerts: 0 },
      alerts: [
        { status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString(), fingerprint: name },
      ],
    }),
  });
  if (!response.ok) throw new Error(`the webhook answered ${response.status}: ${await response.text()}`);
}
