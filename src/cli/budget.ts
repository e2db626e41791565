import { lineOf } from '#app/answers/budget.ts';
import type { CountPorts } from '#app/count-piece.ts';
import { countNew, countOlder } from '#app/counting.ts';
import { type Standing, slosOf, standingsOf } from '#app/standings.ts';
import { sourceOf } from '#compose';
import { catalogOf } from '#config/catalog.ts';
import type { Config } from '#config/schema.ts';
import { windowLabel } from '#domain/budget/window.ts';
import { budgetSentence, percent } from '#domain/budget/words.ts';
import { explain } from '#domain/problem.ts';
import { type Catalog, findService } from '#domain/service.ts';
import { formatDuration, HOUR, type Instant } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createLog } from '#runtime/log.ts';
import { createMetering } from '#runtime/metrics.ts';
import type { StoreHandle } from '#store/database.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { configFrom } from './config-file.ts';
import { ownOrCopy } from './own-or-copy.ts';
import { tableLines } from './table.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

type Options = { config: string; service?: string; at?: string; json?: boolean };

/**
 * Tells every budget, or one service’s, now or at `--at`. What is not counted yet is counted first; where a running Bellbuoy has the database, on a copy of it.
 * 1 when a budget is spent, or something could not be counted.
 */
export async function budget(options: Options, terminal: Terminal): Promise<ExitStatus> {
  const config = await configFrom(options.config, terminal);
  if (config === undefined) return 2;
  const at = options.at === undefined ? systemClock.now() : timeOf(options.at);
  if (Number.isNaN(at)) {
    terminal.err(`--at ${options.at}: expected a time such as 2026-11-24T12:00:00Z or epoch seconds.`);
    return 2;
  }
  if (at > systemClock.now()) {
    terminal.err(`--at ${options.at}: expected a time that is past; what is to come is not counted.`);
    return 2;
  }
  const whole = catalogOf(config);
  const one = options.service === undefined ? undefined : findService(whole, options.service);
  if (options.service !== undefined && one === undefined) {
    terminal.err(`There is no service ${options.service} in ${options.config}.`);
    return 2;
  }
  const catalog = one === undefined ? whole : { ...whole, services: [one] };
  const opened = await ownOrCopy(config.store.path);
  if (!opened.ok) {
    terminal.err(explain(opened.problem));
    return 1;
  }
  const { handle, close } = opened.value;
  const { standings, failed } = await countedAt(at, config, catalog, handle, terminal);
  await close();
  for (const standing of standings) {
    if (options.json === true) terminal.out(JSON.stringify(objectOf(standing)));
  }
  if (options.json !== true) {
    for (const line of told(standings)) terminal.out(line);
    for (const { of, notes } of standings)
      for (const note of notes) terminal.out(`${of.service.name}/${of.slo.name}: ${note}`);
  }
  return failed || standings.some(({ state }) => state.budget === 'exhausted') ? 1 : 0;
}

async function countedAt(
  at: Instant,
  config: Config,
  catalog: Catalog,
  { store }: StoreHandle,
  terminal: Terminal,
): Promise<{ readonly standings: readonly Standing[]; readonly failed: boolean }> {
  const clock = { ...systemClock, now: () => at };
  const meter = createMetering();
  const asked = Object.entries(config.prometheus).map(([name, written]) => {
    const source = sourceOf(name, written);
    return { source, client: createPrometheus(source, { clock: systemClock, meter }) };
  });
  const said = new Set<string>();
  let failed = false;
  const counter = createSliCounter(asked);
  const ports: CountPorts = {
    ...{ store, clock, meter, log: createLog('fatal') },
    catalog: { current: () => catalog },
    sliCounter: {
      ...counter,
      async count(slos, range) {
        const counted = await counter.count(slos, range);
        for (const [key, { problems, notes }] of counted) {
          failed ||= problems.length > 0;
          for (const words of [...problems.map(explain), ...notes])
            said.add(`${key.split(':')[0]}: ${words}`);
        }
        return counted;
      },
    },
  };
  // What is past has been scraped; what is now may not have been.
  await countNew(ports, systemClock.now() - at > HOUR ? 0 : undefined);
  while (await countOlder(ports));
  await Promise.all(asked.map(({ client }) => client.close()));
  for (const line of said) terminal.err(line);
  return { standings: await standingsOf(slosOf(catalog.services), catalog, at, store), failed };
}

function timeOf(text: string): Instant {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** One line of `--json`. Minutes are not rounded; times are ISO 8601, UTC. */
function objectOf(standing: Standing): object {
  const { of, usage, rates, state, colour, countedTo } = standing;
  const minutes = (length: number) => length / 60_000;
  return {
    service: of.service.name,
    slo: of.slo.name,
    objective: of.slo.objective,
    window: { label: windowLabel(of.slo.window), from: iso(usage.window.from), to: iso(usage.window.to) },
    good: usage.tally.total - usage.tally.bad,
    bad: usage.tally.bad,
    total: usage.tally.total,
    allowedEvents: usage.allowedEvents,
    allowedMinutes: minutes(usage.allowed),
    usedMinutes: minutes(usage.used),
    remainingMinutes: minutes(usage.remaining),
    burnRates: Object.fromEntries([...rates].map(([over, rate]) => [formatDuration(over), rate])),
    state: { data: state.data, burn: state.burn, budget: state.budget, colour },
    exhaustsAt: state.exhausts === undefined ? null : iso(state.exhausts.at),
    ...(state.exhausts === undefined
      ? {}
      : { exhaustsBy: { rate: state.exhausts.rate, over: formatDuration(state.exhausts.over) } }),
    observed: usage.observedShare,
    countedTo: countedTo === undefined ? null : iso(countedTo),
    sentence: sentenceOf(standing),
    notes: standing.notes,
  };
}

function told(standings: readonly Standing[]): readonly string[] {
  const rows = standings.map((standing) => {
    const { of, state, colour, rates } = standing;
    const rate = rates.get(3_600_000);
    return [
      of.service.name,
      of.slo.name,
      percent(of.slo.objective),
      colour,
      state.data === 'ok' || state.data === 'partial' ? state.budget : state.data,
      rate === undefined ? '–' : `${rate.toFixed(1)}×`,
      sentenceOf(standing),
    ];
  });
  return tableLines(['service', 'SLO', 'objective', 'colour', 'state', '1 h', ''], rows);
}

function sentenceOf(standing: Standing): string {
  const line = lineOf(standing);
  return budgetSentence({ ...line, subject: line.service });
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}
