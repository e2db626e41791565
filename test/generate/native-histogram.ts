import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Labels } from '#domain/series.ts';
import { systemClock } from '#runtime/clock.ts';
import { freePort, startProcess, untilReady } from '#sandbox/stack/process.ts';
import { createPrometheus, type Prometheus } from '#telemetry/prometheus.ts';
import { MUTE } from '../telemetry/real-prometheus.ts';

/** The counts of a native histogram at a scrape: by exponent `e`, how many were in (2^(e−1), 2^e]. */
export type NativeCounts = ReadonlyMap<number, number>;

/** One native histogram of a metric. */
export type NativeSeries = { readonly labels: Labels; readonly counts: NativeCounts };

/** A real Prometheus that scrapes one native histogram every second, or several, `counts(n)` at the nth scrape. */
export async function scrapeNative(
  metric: string,
  counts: (scrape: number) => NativeCounts | readonly NativeSeries[],
): Promise<{ readonly client: Prometheus; close(): Promise<void> }> {
  let scrape = 0;
  const target = createServer((_, answer) => {
    scrape += 1;
    answer.setHeader(
      'content-type',
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    );
    const told = counts(scrape);
    const family = familyOf(
      metric,
      told instanceof Map ? [{ labels: {}, counts: told }] : [...(told as readonly NativeSeries[])],
    );
    answer.end(Buffer.concat([varint(family.length), family]));
  });
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  const address = target.address();
  const folder = await mkdtemp(join(tmpdir(), 'bellbuoy-native-'));
  await writeFile(
    join(folder, 'prometheus.yml'),
    `scrape_configs: [{ job_name: native, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{ targets: ["127.0.0.1:${typeof address === 'object' ? address?.port : 0}"] }] }]\n`,
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = startProcess(
    'prometheus',
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--enable-feature=native-histograms',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    folder,
  );
  await untilReady(`${url}/-/ready`);
  const client = createPrometheus(
    {
      ...{ name: 'default', url, headers: {}, timeout: 5000 },
      ...{ maxConcurrent: 2, scrapeInterval: 1000 },
    },
    { clock: systemClock, meter: MUTE },
  );
  return {
    client,
    async close() {
      await client.close();
      await running.stop();
      target.closeAllConnections();
      target.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `io.prometheus.client.MetricFamily` with histograms of schema 0, whose bounds are powers of two. */
function familyOf(metric: string, series: readonly NativeSeries[]): Buffer {
  return Buffer.concat([
    field(1, Buffer.from(metric)),
    ...[tag(3, 0), varint(4)],
    ...series.map(({ labels, counts }) =>
      field(
        4,
        Buffer.concat([
          ...Object.entries(labels).map(([name, value]) =>
            field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])),
          ),
          field(7, histogramOf(counts)),
        ]),
      ),
    ),
  ]);
}

/** `io.prometheus.client.Histogram`. */
function histogramOf(counts: NativeCounts): Buffer {
  const sorted = [...counts].toSorted(([a], [b]) => a - b);
  const all = sorted.reduce((sum, [, count]) => sum + count, 0);
  let before = 0;
  let next = 0;
  const buckets = sorted.flatMap(([exponent, count], i) => {
    const offset = i === 0 ? exponent : exponent - next;
    next = exponent + 1;
    const delta = count - before;
    before = count;
    return [
      field(12, Buffer.concat([tag(1, 0), signed(offset), tag(2, 0), varint(1)])),
      Buffer.concat([tag(13, 0), signed(delta)]),
    ];
  });
  const double = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  };
  return Buffer.concat([
    ...[tag(1, 0), varint(all), tag(2, 1), double(all), tag(5, 0), signed(0)],
    ...[tag(6, 1), double(1e-9), tag(7, 0), varint(0)],
    ...buckets,
  ]);
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([tag(number, 2), varint(bytes.length), bytes]);
}

function tag(number: number, type: 0 | 1 | 2): Buffer {
  return varint(number * 8 + type);
}

function signed(value: number): Buffer {
  return varint(value >= 0 ? value * 2 : -value * 2 - 1);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
