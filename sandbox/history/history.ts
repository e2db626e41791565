import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { effectOf } from '../shop/faults.ts';
import { normal, poisson, seeded } from '../shop/random.ts';
import { BOUNDS, SERVICES, type ShopService } from '../shop/services.ts';
import { visitsPerSecond } from '../shop/traffic.ts';
import { pastDeploys, pastFaults, versionBefore } from './incident.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How many days of history there are. */
export const DAYS = 35;

/** Samples drawn for the distribution of a service's durations. */
const DRAWS = 60_000;

/**
 * Writes 35 days of the shop's metrics, ending at `end` (epoch ms), into Prometheus' data folder: every five minutes, every minute for
 * the last day and the same day a week ago, and every `scrape` ms for the last two hours and around the same time yesterday and last
 * week, so that comparisons have the detail of live data. With `from`, only what lies between the two, at full detail: the while that
 * the writing itself took. Needs promtool. Rejects with its words when it refuses.
 */
export async function writeHistory(options: {
  folder: string;
  dataDir: string;
  addresses: Readonly<Record<string, string>>;
  from?: number;
  end: number;
  scrape: number;
  seed: number;
}): Promise<{ samples: number }> {
  const file = join(options.folder, 'history.openmetrics');
  const out = createWriteStream(file);
  const moments = momentsOf(options);
  const lines = new Map<string, string[]>();
  let samples = 0;
  for (const service of SERVICES) {
    for (const [metric, block] of linesOf(service, moments, options)) {
      samples += block.length;
      lines.set(metric, [...(lines.get(metric) ?? []), block.join('')]);
    }
  }
  for (const [metric, type] of FAMILIES) {
    if (!out.write(`# TYPE ${metric} ${type}\n`)) await once(out, 'drain');
    for (const block of lines.get(metric) ?? []) if (!out.write(block)) await once(out, 'drain');
  }
  out.end('# EOF\n');
  await once(out, 'finish');
  await promtool([
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    '--max-block-duration=1000h',
    '--quiet',
    file,
    options.dataDir,
  ]);
  await rm(file);
  return { samples };
}

const FAMILIES = [
  ['http_server_request_duration_seconds', 'histogram'],
  ['target', 'info'],
  ['db_client_connection_count', 'gauge'],
  ['db_client_connection_max', 'gauge'],
] as const;

/** When there are samples, in epoch ms, oldest first. */
function momentsOf({
  from: start,
  end,
  scrape,
}: {
  from?: number;
  end: number;
  scrape: number;
}): readonly number[] {
  const whole = [
    { from: end - DAYS * DAY, to: end, every: 5 * MINUTE },
    { from: end - 7 * DAY - 26 * HOUR, to: end - 7 * DAY + HOUR, every: MINUTE },
    { from: end - 27 * HOUR, to: end, every: MINUTE },
    { from: end - 7 * DAY - 75 * MINUTE, to: end - 7 * DAY + 25 * MINUTE, every: scrape },
    { from: end - DAY - 75 * MINUTE, to: end - DAY + 25 * MINUTE, every: scrape },
    // Half a day in the steps of a deploy's watch, so that it knows what is ordinary.
    { from: end - 13 * HOUR, to: end, every: 15 * SECOND },
    { from: end - 2 * HOUR, to: end, every: scrape },
  ];
  const spans = start === undefined ? whole : [{ from: start + scrape, to: end, every: scrape }];
  const all = new Set<number>();
  for (const { from, to, every } of spans)
    for (let at = Math.ceil(from / every) * every; at <= to; at += every) all.add(at);
  return [...all].sort((a, b) => a - b);
}

/** All samples of one service as OpenMetrics lines, by metric family; each block of lines belongs to one series in turn. */
function linesOf(
  service: ShopService,
  moments: readonly number[],
  { addresses, seed, end }: { addresses: Readonly<Record<string, string>>; seed: number; end: number },
): ReadonlyMap<string, string[]> {
  const random = seeded(seed + service.name.length * 7919);
  const durations = durationsOf(service, random);
  const target = `instance="${addresses[service.name]}",job="shop"`;
  const faults = pastFaults(end);
  const deploy = pastDeploys(end).find((one) => one.service === service.name);
  const flags = service.name === 'storefront' ? 'feature_flag_new_checkout="false",' : '';
  const found = new Map<string, string[]>(FAMILIES.map(([metric]) => [metric, []]));
  const histogram = service.routes.flatMap(({ route, share }) =>
    [200, 500].map((status) => ({
      status,
      share,
      labels: `${target},service_name="${service.name}",${flags}http_request_method="${service.name === 'storefront' ? 'GET' : 'POST'}",http_route="${route}",http_response_status_code="${status}"`,
      counts: new Array<number>(BOUNDS.length + 1).fill(0),
      sum: 0,
      lines: [...BOUNDS.map(() => [] as string[]), [] as string[], [] as string[], [] as string[]],
    })),
  );
  const info: Record<string, string[]> = { old: [], new: [] };
  const pool: string[] = [];
  const poolMax: string[] = [];
  let before = (moments[0] ?? 0) - ((moments[1] ?? 0) - (moments[0] ?? 0));
  let wander = 0;
  let scale = 1;
  for (const at of moments) {
    const length = (at - before) / SECOND;
    const held = faults.filter(({ from, to }) => at > from && before < to);
    const effect = effectOf(held, { service: service.name, version: '', flags: {}, luck: 0 });
    // Ordinary durations drift a little: an autoregression with a memory of about ten minutes.
    const memory = Math.exp(-length / 600);
    wander = wander * memory + Math.sqrt(1 - memory ** 2) * normal(random);
    scale = Math.exp(0.012 * wander) * effect.slower;
    const visits = visitsPerSecond((at + before) / 2) * service.perVisit * length;
    for (const series of histogram) {
      const failing = service.failing + effect.errors;
      const mean = visits * series.share * (series.status === 500 ? failing : 1 - failing);
      addTo(series, poisson(mean, random), durations, scale, at);
    }
    const version = deploy === undefined || at >= deploy.at ? 'new' : 'old';
    info[version]?.push(
      `target_info{${target},service_name="${service.name}",service_version="${version === 'new' ? service.version : versionBefore(service.version)}"} 1 ${at / SECOND}\n`,
    );
    if (service.pool !== undefined) {
      const busy = Math.min(service.pool, poisson((visits / length) * service.median * scale * 1.15, random));
      pool.push(
        `db_client_connection_count{${target},service_name="${service.name}",db_client_connection_state="used"} ${busy} ${at / SECOND}\n`,
      );
      poolMax.push(
        `db_client_connection_max{${target},service_name="${service.name}"} ${service.pool} ${at / SECOND}\n`,
      );
    }
    before = at;
  }
  found.set(
    'http_server_request_duration_seconds',
    histogram.flatMap(({ lines }) => lines.flat()),
  );
  found.set('target', [...(info.old ?? []), ...(info.new ?? [])]);
  found.set('db_client_connection_count', pool);
  found.set('db_client_connection_max', poolMax);
  return found;
}

type Histogram = { status: number; labels: string; counts: number[]; sum: number; lines: string[][] };

/** Adds `count` requests to a histogram and writes its samples at `at`. */
function addTo(
  series: Histogram,
  count: number,
  durations: readonly number[],
  scale: number,
  at: number,
): void {
  const time = at / SECOND;
  BOUNDS.forEach((bound, i) => {
    series.counts[i] = (series.counts[i] ?? 0) + count * shareBelow(durations, bound / scale);
  });
  const total = (series.counts[BOUNDS.length] ?? 0) + count;
  series.counts[BOUNDS.length] = total;
  series.sum += count * scale * (durations[Math.floor(durations.length / 2)] ?? 0) * 1.1;
  const name = 'http_server_request_duration_seconds';
  // Failures are few: their buckets would double the history and move no percentile.
  const bounds = series.status === 200 ? BOUNDS : [];
  bounds.forEach((bound, i) => {
    series.lines[i]?.push(
      `${name}_bucket{${series.labels},le="${bound}"} ${Math.round(series.counts[i] ?? 0)} ${time}\n`,
    );
  });
  if (series.status === 200)
    series.lines[BOUNDS.length]?.push(
      `${name}_bucket{${series.labels},le="+Inf"} ${Math.round(total)} ${time}\n`,
    );
  series.lines[BOUNDS.length + 1]?.push(`${name}_count{${series.labels}} ${Math.round(total)} ${time}\n`);
  series.lines[BOUNDS.length + 2]?.push(`${name}_sum{${series.labels}} ${series.sum.toFixed(3)} ${time}\n`);
}

/** Durations of a service in seconds, sorted: its own work and, at the same time, what it waits for. */
function durationsOf(service: ShopService, random: () => number): readonly number[] {
  const draw = ({ median, spread, calls }: ShopService): number =>
    calls.reduce(
      (longest, called) => {
        const other = SERVICES.find(({ name }) => name === called.service);
        return other === undefined || random() > called.share
          ? longest
          : Math.max(longest, draw(other) + 0.001);
      },
      median * Math.exp(spread * normal(random)),
    );
  return Array.from({ length: DRAWS }, () => draw(service)).sort((a, b) => a - b);
}

function shareBelow(sorted: readonly number[], bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= bound) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}

async function promtool(args: readonly string[]): Promise<void> {
  const child = spawn('promtool', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`promtool ended with ${String(status)}: ${words.slice(-2000)}`);
}
