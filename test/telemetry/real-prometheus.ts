import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Meter, Metrics } from '#app/ports.ts';
import { systemClock } from '#runtime/clock.ts';
import { freePort, startProcess, untilReady } from '#sandbox/stack/process.ts';
import { createPrometheus, type Prometheus, type Source } from '#telemetry/prometheus.ts';
import { createMetrics } from '#telemetry/signals.ts';

/** A real Prometheus with the samples of a text in OpenMetrics, and a way to count what it is asked. */
export type RealPrometheus = {
  readonly url: string;
  /** A proxy before it that counts questions. */
  readonly counted: { readonly url: string; queries(): readonly string[]; reset(): void };
  close(): Promise<void>;
};

/** A real Prometheus that is asked through the counting proxy. */
export type AskedPrometheus = Omit<RealPrometheus, 'url'> & {
  readonly source: Source;
  readonly client: Prometheus;
  readonly metrics: Metrics;
};

/** Starts a real Prometheus over `openMetrics`, with a client and the questions of the house; `flags` are further ones of its command line. */
export async function askPrometheusWith(
  openMetrics: string,
  flags: readonly string[] = [],
): Promise<AskedPrometheus> {
  const prometheus = await startPrometheusWith(openMetrics, flags);
  const source: Source = {
    ...{ name: 'default', url: prometheus.counted.url, headers: {}, timeout: 20_000 },
    ...{ maxConcurrent: 8, scrapeInterval: 15_000 },
  };
  const client = createPrometheus(source, { clock: systemClock, meter: MUTE });
  return {
    counted: prometheus.counted,
    source,
    client,
    metrics: createMetrics([{ source, client }]),
    async close() {
      await client.close();
      await prometheus.close();
    },
  };
}

/** A meter that keeps nothing. */
export const MUTE: Meter = {
  count: () => undefined,
  time: () => undefined,
  gauge: () => undefined,
  gauges: () => undefined,
};

/** Starts it over `openMetrics`, which ends with `# EOF`. Needs `prometheus` and `promtool`. */
export async function startPrometheusWith(
  openMetrics: string,
  flags: readonly string[] = [],
): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'bellbuoy-prometheus-'));
  await writeFile(join(folder, 'data.txt'), openMetrics);
  const made = spawnSync('promtool', [
    ...['tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=1000h', '--quiet'],
    ...[join(folder, 'data.txt'), join(folder, 'data')],
  ]);
  if (made.status !== 0) throw new Error(`promtool: ${made.stderr?.toString() ?? String(made.error)}`);
  await writeFile(join(folder, 'prometheus.yml'), 'global: { scrape_interval: 15s }\n');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = startProcess(
    'prometheus',
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=10y',
      '--enable-feature=native-histograms',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
      ...flags,
    ],
    folder,
  );
  await untilReady(`${url}/-/ready`);
  const counted = await countingProxy(port);
  return {
    url,
    counted,
    async close() {
      await counted.close();
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function countingProxy(port: number) {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      asked.push(new URLSearchParams(body.toString()).get('query') ?? incoming.url ?? '');
      const forward = httpRequest(
        { port, host: '127.0.0.1', path: incoming.url, method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      forward.on('error', (error) => outgoing.writeHead(502).end(error.message));
      forward.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    queries: () => asked,
    reset: () => void asked.splice(0),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Whether this machine has what is needed; Debian's packages bring it. */
export function hasPrometheus(): boolean {
  return spawnSync('promtool', ['--version']).status === 0;
}
