import type { Meter } from '#app/ports.ts';
import type { Measure } from '#domain/signal.ts';
import { createPainter } from '#render/painter.ts';
import { systemClock } from '#runtime/clock.ts';
import { createLog } from '#runtime/log.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { createMetrics } from '#telemetry/signals.ts';
import { DRAWINGS } from '../test/render/drawings.ts';
import { END, fleetOf, openMetricsOf } from '../test/telemetry/fleet.ts';
import { startPrometheusWith } from '../test/telemetry/real-prometheus.ts';
import { percentile, type Report } from './report.ts';

const ROUNDS = 15;
const MEASURES: readonly Measure[] = ['rate', 'errorRatio', 'p99'];
const WINDOW = { from: END - 300_000, to: END };

/** The readings behind `/obs status` for 200 services, beside asking each service and signal by itself; and while 50 threads are drawn. */
export async function fleetStatus(): Promise<Report> {
  const services = fleetOf(200);
  const prometheus = await startPrometheusWith(openMetricsOf(services));
  const meter: Meter = {
    count: () => undefined,
    time: () => undefined,
    gauge: () => undefined,
    gauges: () => undefined,
  };
  const source = {
    ...{ name: 'default', url: prometheus.counted.url, headers: {}, timeout: 60_000 },
    ...{ maxConcurrent: 8, scrapeInterval: 15_000 },
  };
  const client = createPrometheus(source, { clock: systemClock, meter });
  const metrics = createMetrics([{ source, client }]);
  const painter = createPainter({ processes: 2, log: createLog('warn') });
  const timed = async (run: () => Promise<unknown>, rounds: number) => {
    const times: number[] = [];
    for (let i = 0; i < rounds; i += 1) {
      const began = performance.now();
      await run();
      times.push(performance.now() - began);
    }
    return times;
  };
  const together = () => metrics.readings(services, MEASURES, WINDOW);
  const apart = () => Promise.all(services.map((service) => metrics.readings([service], MEASURES, WINDOW)));
  try {
    await together();
    prometheus.counted.reset();
    const ours = await timed(together, ROUNDS);
    const ourQueries = prometheus.counted.queries().length / ROUNDS;
    prometheus.counted.reset();
    const theirs = await timed(apart, 3);
    const theirQueries = prometheus.counted.queries().length / 3;
    const { red } = DRAWINGS;
    const storm = Promise.all(
      Array.from({ length: 50 }, () => (red === undefined ? undefined : painter.paint(red, 'light'))),
    );
    const under = await timed(together, ROUNDS);
    await storm;
    const row = (what: string, times: readonly number[], queries: number) => ({
      what,
      queries: String(Math.round(queries)),
      p50: `${percentile(times, 0.5)} ms`,
      p95: `${percentile(times, 0.95)} ms`,
      ratio: `${(percentile(times, 0.5) / percentile(ours, 0.5)).toFixed(1)}×`,
    });
    return {
      title: '/obs status over 200 services of 3 presets, 2 label schemes, 10 overrides',
      rows: [
        row('one query a group and signal', ours, ourQueries),
        row('one query a service and signal (peer)', theirs, theirQueries),
        row('ours, while 50 pictures are drawn', under, ourQueries),
      ],
    };
  } finally {
    painter.close();
    await client.close();
    await prometheus.close();
  }
}
