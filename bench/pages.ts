import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Meter } from '#app/ports.ts';
import { systemClock } from '#runtime/clock.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { createMetrics } from '#telemetry/signals.ts';
import { openBrowser } from '../sandbox/story/browser.ts';
import { CATALOG } from '../test/domain/given.ts';
import { openSite, TOKEN } from '../test/pages/site.ts';
import { END, fleetOf, openMetricsOf } from '../test/telemetry/fleet.ts';
import { startPrometheusWith } from '../test/telemetry/real-prometheus.ts';
import { percentile, type Report } from './report.ts';

const SERVICES = 200;
const ROUNDS = 15;

/** A fleet has to be complete in the browser within this, in milliseconds. */
const MOST = 1000;

/** How soon the fleet's page of 200 services, asked of a real Prometheus each time, is complete in Chromium, beside the same bytes from a server that does nothing else. */
export async function pages(): Promise<Report> {
  const services = fleetOf(SERVICES);
  const prometheus = await startPrometheusWith(openMetricsOf(services));
  const meter: Meter = {
    ...{ count: () => undefined, time: () => undefined },
    ...{ gauge: () => undefined, gauges: () => undefined },
  };
  const source = {
    ...{ name: 'default', url: prometheus.counted.url, headers: {}, timeout: 60_000 },
    ...{ maxConcurrent: 8, scrapeInterval: 15_000 },
  };
  const client = createPrometheus(source, { clock: systemClock, meter });
  const site = await openSite({
    catalog: { ...CATALOG, services },
    now: () => END,
    own: { metrics: createMetrics([{ source, client }]) },
  });
  const { body } = await site.get('/pages');
  const still = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(body);
  });
  await new Promise<void>((resolve) => still.listen(0, '127.0.0.1', resolve));
  const { port } = still.address() as AddressInfo;
  const browser = await openBrowser();
  const complete = async (url: string): Promise<number> => {
    const context = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${TOKEN}` } });
    const page = await context.newPage();
    const began = performance.now();
    await page.goto(url, { waitUntil: 'load' });
    const rows = await page.locator('tbody tr').count();
    const took = performance.now() - began;
    if (rows !== SERVICES) throw new Error(`${url} shows ${rows} services`);
    await context.close();
    return took;
  };
  try {
    await complete(`${site.url}/pages`);
    const times: Record<'ours' | 'peer', number[]> = { ours: [], peer: [] };
    for (let i = 0; i < ROUNDS; i += 1) {
      times.ours.push(await complete(`${site.url}/pages`));
      times.peer.push(await complete(`http://127.0.0.1:${port}/`));
    }
    const row = (what: string, of: readonly number[]) => ({
      what,
      p50: `${percentile(of, 0.5)} ms`,
      p95: `${percentile(of, 0.95)} ms`,
      ratio: `${(percentile(of, 0.5) / percentile(times.peer, 0.5)).toFixed(1)}×`,
    });
    return {
      title: `the fleet of ${SERVICES} services complete in Chromium, in a fresh browser context each time`,
      rows: [
        row('our page, its figures asked of Prometheus', times.ours),
        row('the same bytes from a server that does nothing else (peer)', times.peer),
      ],
      isFailed: percentile(times.ours, 0.95) > MOST,
    };
  } finally {
    await browser.close();
    still.close();
    await site.close();
    await client.close();
    await prometheus.close();
  }
}
