import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../sandbox/stack/stack.ts';
import { picturesIn, roots, threadOf, until } from '../sandbox/story/watcher.ts';
import { percentile, type Report } from './report.ts';

const ALERTS = 20;

/**
 * From the moment at which a real Alertmanager's webhook arrives to its message in Slack, and to the message with its snapshot; gross,
 * and net of the time that the stand-in takes to make a file ready (seeded, 0.5–2 s). One alert at a time, as in an ordinary night.
 */
export async function alertLatency(folder: string): Promise<Report> {
  const arrivals: number[] = [];
  const stack = await startStack(
    { folder, seed: 3, through: (webhook) => observed(webhook, () => arrivals.push(Date.now())) },
    () => undefined,
  );
  const { workspace } = stack.slack;
  const message: number[] = [];
  const gross: number[] = [];
  const net: number[] = [];
  try {
    for (let i = 0; i < ALERTS; i += 1) {
      const name = `Latency${i}`;
      const before = arrivals.length;
      await fetch(`${stack.addresses.Alertmanager}api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([
          {
            labels: { alertname: name, service_name: 'checkout', severity: 'page' },
            annotations: { summary: 'measured' },
          },
        ]),
      });
      const root = await until(
        workspace,
        name,
        () => roots(workspace, new RegExp(`^${name} `)).at(0),
        20_000,
      );
      const seen = Date.now();
      const reply = await until(
        workspace,
        `the picture of ${name}`,
        () => threadOf(workspace, root).find((one) => picturesIn([one]) > 0),
        20_000,
      );
      const pictured = Date.now();
      const arrived = arrivals[before] ?? seen;
      const file = workspace.files.get(
        /"slack_file":\{"id":"(\w+)"/.exec(JSON.stringify(reply.blocks))?.[1] ?? '',
      );
      message.push(seen - arrived);
      gross.push(pictured - arrived);
      net.push(pictured - arrived - ((file?.readyAt ?? 0) - (file?.completedAt ?? 0)));
      await sleep(1500);
    }
  } finally {
    await stack.stop();
  }
  const row = (what: string, values: readonly number[], limit?: number) => ({
    what,
    p50: `${percentile(values, 0.5)} ms`,
    p95: `${percentile(values, 0.95)} ms`,
    ...(limit === undefined
      ? {}
      : { held: percentile(values, 0.95) <= limit ? `yes, ≤ ${limit} ms` : `NO, > ${limit} ms` }),
  });
  return {
    title: `${ALERTS} alerts of a real Alertmanager, from the webhook's arrival`,
    rows: [
      row('message', message, 1000),
      row('snapshot, gross', gross),
      row('snapshot, net of the file', net, 2500),
    ],
  };
}

/** A relay before the webhook that tells when something arrives. */
async function observed(webhook: string, tell: () => void): Promise<string> {
  const target = new URL(webhook);
  const server = createServer((incoming, outgoing) => {
    tell();
    const forward = httpRequest(target, { method: 'POST', headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502);
      answer.pipe(outgoing);
    });
    forward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(forward);
  });
  server.unref();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}
