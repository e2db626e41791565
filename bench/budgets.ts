import { statSync } from 'node:fs';
import { budgets as answerBudgets } from '#app/answers/budget.ts';
import type { CountPorts } from '#app/count-piece.ts';
import { countNew } from '#app/counting.ts';
import type { Slo } from '#domain/budget/slo.ts';
import type { Service } from '#domain/service.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';
import { createLog } from '#runtime/log.ts';
import { backupStore } from '#store/database.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { CATALOG, service } from '../test/domain/given.ts';
import { freshDatabase } from '../test/store/database.ts';
import { askPrometheusWith, MUTE } from '../test/telemetry/real-prometheus.ts';
import type { Report } from './report.ts';

const END = Date.UTC(2026, 10, 17, 12);
const METRIC = 'http_request_duration_seconds';

/**
 * A round of counting and `/obs budget` over 10, 100 and 1,000 services of three SLOs each (availability, latency by histogram, and a ratio that is an expression), on a
 * real Prometheus; beside it, in the same run, one query an SLO, which is what most tools ask. And what a year of counts weighs.
 */
export async function budgets(): Promise<Report> {
  const rows = [];
  for (const count of [10, 100, 1000]) rows.push(await measured(count));
  const perSlo = await yearOfOne();
  return {
    title: `error budgets, 3 SLOs a service; a year of counts weighs ${(perSlo / 1024).toFixed(0)} KB an SLO, ${((perSlo * 3000) / 1e9).toFixed(2)} GB for 3,000`,
    rows,
  };
}

async function measured(count: number): Promise<Readonly<Record<string, string>>> {
  const services = Array.from({ length: count }, (_, i) =>
    service(`svc-${i}`, { slos: slosFor(`svc-${i}`) }),
  );
  const prometheus = await askPrometheusWith(openMetrics(services));
  const database = await freshDatabase();
  let now = END - 10 * MINUTE;
  const ports: CountPorts = {
    store: database.store(),
    sliCounter: createSliCounter([{ source: prometheus.source, client: prometheus.client }]),
    catalog: { current: () => ({ ...CATALOG, services }) },
    clock: { now: () => now, sleep: async () => undefined },
    log: createLog('fatal'),
    meter: MUTE,
  };
  try {
    await countNew(ports);
    now = END;
    prometheus.counted.reset();
    const cpu = process.cpuUsage();
    const began = performance.now();
    await countNew(ports);
    const wall = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    const queries = [...prometheus.counted.queries()];
    const asked = performance.now();
    const answered = await answerBudgets('s_bench', {
      ...ports,
      ...{ metrics: NO_METRICS, observer: NO_METRICS, cohorts: NO_METRICS, conversations: NO_METRICS },
    });
    const answer = performance.now() - asked;
    const lines = answered.answer.kind === 'budgets' ? answered.answer.lines : [];
    const judged = lines.filter(({ usage }) => usage.tally.total > 0).length;
    const apart = await oneEach(services.slice(0, 10), prometheus.client);
    return {
      SLOs: String(count * 3),
      counted: String(judged),
      queries: String(queries.length),
      'longest query': `${Math.ceil(Math.max(...queries.map(({ length }) => length)) / 1024)} KB`,
      'CPU a round': `${((user + system) / 1e6).toFixed(2)} s`,
      'wall a round': `${(wall / 1000).toFixed(2)} s`,
      '/obs budget': `${Math.round(answer)} ms`,
      'one query an SLO (peer)': `${count * 3} queries, ${((apart * count) / 10 / 1000).toFixed(1)} s wall`,
      ratio: `${((apart * count) / 10 / wall).toFixed(1)}×`,
    };
  } finally {
    await prometheus.close();
    await database.close();
  }
}

const NO_METRICS = {} as never;

/** What one SLO’s own 30-day ratio costs, as many tools ask it, for three SLOs of each of ten services. In ms. */
async function oneEach(
  services: readonly Service[],
  client: Awaited<ReturnType<typeof askPrometheusWith>>['client'],
): Promise<number> {
  const began = performance.now();
  for (const { name } of services) {
    const all = `sum(increase(${METRIC}_count{app="${name}"}[30d]))`;
    await client.instant(`sum(increase(${METRIC}_count{app="${name}",code="500"}[30d])) / ${all}`, END);
    await client.instant(`1 - sum(increase(${METRIC}_bucket{app="${name}",le="0.3"}[30d])) / ${all}`, END);
    await client.instant(`avg_over_time(queue_late{app="${name}"}[30d])`, END);
  }
  return performance.now() - began;
}

function slosFor(app: string): readonly Slo[] {
  const base: Omit<Slo, 'name' | 'sli'> = {
    ...{ objective: 0.999, window: { kind: 'rolling', length: 30 * DAY }, method: { kind: 'occurrences' } },
    ...{
      absent: 'unknown',
      policy: {},
      alerting: { page: true, ticket: true },
      origin: { format: 'bellbuoy' },
    },
  };
  const counter = (more: string) => ({
    kind: 'counters' as const,
    terms: [{ selector: `${METRIC}_count{app="${app}"${more}}`, sign: 1 as const }],
  });
  return [
    {
      ...base,
      name: 'availability',
      sli: { kind: 'events', counts: 'bad', part: counter(',code=~"5.."'), total: counter('') },
    },
    {
      ...base,
      name: 'latency',
      sli: { kind: 'latency', histogram: `${METRIC}{app="${app}"}`, threshold: 300 },
    },
    {
      ...base,
      name: 'freshness',
      sli: { kind: 'ratio', of: 'bad', promql: `avg_over_time(queue_late{app="${app}"}[$window])` },
    },
  ];
}

/** Two pods of each service over the last two hours, scraped every minute. */
function openMetrics(services: readonly Service[]): string {
  const lines: string[] = [];
  const family = (metric: string, series: (app: string) => readonly [string, (n: number) => number][]) => {
    lines.push(`# TYPE ${metric} unknown`);
    for (const { name } of services)
      for (const [labels, value] of series(name))
        for (let n = 0; n <= 120; n += 1)
          lines.push(
            `${metric}{app="${name}",${labels}} ${value(n)} ${(END - 2 * HOUR + n * MINUTE) / 1000}`,
          );
  };
  const pods = ['a', 'b'];
  family(`${METRIC}_count`, () =>
    pods.flatMap((pod): [string, (n: number) => number][] => [
      [`pod="${pod}",code="200"`, (n) => n * 60],
      [`pod="${pod}",code="500"`, (n) => Math.floor(n / 20)],
    ]),
  );
  family(`${METRIC}_bucket`, () =>
    pods.flatMap((pod) =>
      ['0.1', '0.3', '1', '+Inf'].map((le, i): [string, (n: number) => number] => [
        `pod="${pod}",code="200",le="${le}"`,
        (n) => n * (40 + i * 6),
      ]),
    ),
  );
  family('queue_late', () => [['pod="a"', (n) => (n % 30 === 0 ? 1 : 0)]]);
  return `${lines.join('\n')}\n# EOF\n`;
}

/** Bytes that a year of one SLO takes: whole for 35 days, hourly to 100 days, then daily. */
async function yearOfOne(): Promise<number> {
  const database = await freshDatabase();
  const some = 20;
  const first = END - 365 * DAY;
  try {
    const empty = statSync(database.path).size;
    for (let i = 0; i < some; i += 1) {
      for (let from = first; from < END; from += 30 * DAY) {
        const to = Math.min(END, from + 30 * DAY);
        const steps = [];
        for (let at = from + 5 * MINUTE; at <= to; at += 5 * MINUTE)
          steps.push({
            to: at,
            bad: at % 7,
            total: 18_000 + (at % 11),
            lost: 0,
            observed: 5 * MINUTE,
            assumed: 0,
          });
        await database.store().budgets.record(`svc-${i}`, from, steps);
      }
    }
    await database.store().budgets.rollUp(END - 35 * DAY, END - 100 * DAY, new Map());
    const copy = `${database.path}.copy`;
    const copied = backupStore(database.path, copy);
    return ((copied.ok ? copied.value.bytes : Number.NaN) - empty) / some;
  } finally {
    await database.close();
  }
}
