import { writeFile } from 'node:fs/promises';
import { query as ask } from '#app/answers/query.ts';
import { snapshotId } from '#app/show.ts';
import { explain } from '#domain/problem.ts';
import type { Catalog } from '#domain/service.ts';
import { parseDuration } from '#domain/time.ts';
import { createPainter } from '#render/painter.ts';
import { systemClock } from '#runtime/clock.ts';
import { createLog } from '#runtime/log.ts';
import { createMetering } from '#runtime/metrics.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { createMetrics } from '#telemetry/signals.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

type Options = { prometheus: string; last: string; out?: string; theme: string; timezone: string };

/** Asks a Prometheus, prints the table as JSON, and draws the chart into a file. Needs no configuration. */
export async function query(promql: string, options: Options, terminal: Terminal): Promise<ExitStatus> {
  const length = parseDuration(options.last);
  if (length === undefined) {
    terminal.err(`--last ${options.last}: expected a duration such as 30m or 6h.`);
    return 2;
  }
  const source = {
    name: 'default',
    url: options.prometheus,
    headers: {},
    timeout: 10_000,
    maxConcurrent: 4,
    scrapeInterval: 15_000,
  };
  const client = createPrometheus(source, { clock: systemClock, meter: createMetering() });
  const catalog: Catalog = {
    services: [],
    rules: [],
    watchedEnvironments: [],
    remindAfter: 0,
    zone: options.timezone,
    theme: options.theme === 'dark' ? 'dark' : 'light',
    channels: {},
    incidents: { nudgeAfter: 0, responders: [] },
  };
  const answered = await ask({ ask: 'query', promql, length }, snapshotId(promql), {
    metrics: createMetrics([{ source, client }]),
    catalog: { current: () => catalog },
    clock: systemClock,
  });
  await client.close();
  if (answered.answer.kind === 'problem') {
    terminal.err(explain(answered.answer.problem));
    return 1;
  }
  terminal.out(JSON.stringify(answered.answer));
  if (options.out === undefined || answered.drawing === undefined) return 0;
  const painter = createPainter({ processes: 1, log: createLog('warn') });
  const painted = await painter.paint(answered.drawing, catalog.theme);
  painter.close();
  if (painted.ok) await writeFile(options.out, painted.value.png);
  else terminal.err(explain(painted.problem));
  return painted.ok ? 0 : 1;
}
