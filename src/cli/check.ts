import { slosOf } from '#app/standings.ts';
import { grafanaSettings, sourceOf } from '#compose';
import { catalogOf } from '#config/catalog.ts';
import type { Config } from '#config/schema.ts';
import { plainCount } from '#domain/budget/words.ts';
import { explain } from '#domain/problem.ts';
import { last, MINUTE } from '#domain/time.ts';
import { systemClock } from '#runtime/clock.ts';
import { createMetering } from '#runtime/metrics.ts';
import { type Finding, probeSlack } from '#slack/probe.ts';
import { probeAlertmanager } from '#telemetry/alertmanager.ts';
import { probeGrafana } from '#telemetry/grafana/annotations.ts';
import { createSliCounter } from '#telemetry/increments.ts';
import { createPrometheus } from '#telemetry/prometheus.ts';
import { createMetrics } from '#telemetry/signals.ts';
import { configFrom } from './config-file.ts';
import { tableLines } from './table.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

type Options = { config: string; online?: boolean; json?: boolean };

/**
 * Checks bellbuoy.yaml: every mistake with line and column, or a table of what is configured, and a note on each field of SLO files that is not honoured. With `online` also what answers: Slack,
 * every Prometheus and whether each service has series there, Alertmanager, Grafana; 1 when something does not.
 */
export async function check(
  { config: path, online, json }: Options,
  terminal: Terminal,
): Promise<ExitStatus> {
  const config = await configFrom(path, terminal);
  if (config === undefined) return 1;
  const notices = config.notices ?? [];
  if (json !== true) for (const notice of notices) terminal.err(`note: ${notice}`);
  if (online !== true) {
    const rows = Object.entries(config.services).map(([name, service]) => [
      name,
      service.preset ?? 'PromQL only',
      service.source,
      `${service.slos.length}`,
      service.channel ?? 'default channels',
    ]);
    if (json === true)
      terminal.out(JSON.stringify({ ok: true, services: Object.keys(config.services), notices }));
    else
      for (const line of tableLines(['service', 'signals from', 'source', 'SLOs', 'channel'], rows))
        terminal.out(line);
    return 0;
  }
  const findings = [
    ...(json === true ? notices.map((found): Finding => ({ what: 'note', ok: true, found })) : []),
    ...(await probe(config)),
  ];
  if (json === true) for (const finding of findings) terminal.out(JSON.stringify(finding));
  else {
    const rows = findings.map(({ what, ok, found, remedy = '' }) => [
      ok ? 'works' : 'FAILS',
      what,
      found,
      remedy,
    ]);
    for (const line of tableLines(['', 'what', 'found', 'what to do'], rows)) terminal.out(line);
  }
  return findings.every(({ ok }) => ok) ? 0 : 1;
}

async function probe(config: Config): Promise<readonly Finding[]> {
  const { slack, alertmanager, grafana } = config;
  const channels = new Set([
    ...Object.values(slack.channels).filter((channel) => channel !== undefined),
    ...Object.values(config.services).flatMap(({ channel }) => channel ?? []),
  ]);
  const settings = {
    botToken: slack.botToken,
    ...(slack.apiUrl === undefined ? {} : { apiUrl: slack.apiUrl }),
  };
  const [ofSlack, ofPrometheus, ofAlertmanager, ofGrafana] = await Promise.all([
    probeSlack(settings, [...channels]),
    probePrometheus(config),
    alertmanager === undefined ? [] : probeAlertmanager(alertmanager).then((finding) => [finding]),
    grafana === undefined ? [] : probeGrafana(grafanaSettings(grafana)).then((finding) => [finding]),
  ]);
  return [...ofSlack, ...ofPrometheus, ...ofAlertmanager, ...ofGrafana];
}

async function probePrometheus(config: Config): Promise<readonly Finding[]> {
  const asked = Object.entries(config.prometheus).map(([name, written]) => {
    const source = sourceOf(name, written);
    return { source, client: createPrometheus(source, { clock: systemClock, meter: createMetering() }) };
  });
  const now = systemClock.now();
  const reached = await Promise.all(
    asked.map(async ({ source, client }): Promise<Finding> => {
      const answer = await client.instant('vector(1)', now);
      const what = `Prometheus ${source.name}`;
      return answer.ok
        ? { what, ok: true, found: source.url }
        : { what, ok: false, found: explain(answer.problem) };
    }),
  );
  const { services } = catalogOf(config);
  const readings = await createMetrics(asked).readings(services, ['rate', 'p99'], last(10 * MINUTE, now));
  const slos = slosOf(services);
  const counted = await createSliCounter(asked).between(slos, last(10 * MINUTE, now));
  await Promise.all(asked.map(({ client }) => client.close()));
  return [
    ...reached,
    // A service of SLOs alone is told by them.
    ...services
      .filter(({ preset, slos: own }) => preset !== undefined || own.length === 0)
      .map(({ name, labels }): Finding => {
        const { values, problems } = readings.get(name) ?? { values: {}, problems: [] };
        const [problem] = problems;
        if (problem !== undefined) return { what: `service ${name}`, ok: false, found: explain(problem) };
        if (values.rate !== undefined) return { what: `service ${name}`, ok: true, found: 'has requests' };
        return {
          what: `service ${name}`,
          ok: false,
          found: `no series for ${JSON.stringify(labels)} in the last 10 minutes`,
          remedy: 'Check its labels and preset; `bellbuoy init` shows what is there.',
        };
      }),
    ...slos.map(({ key, service, slo }): Finding => {
      const what = `SLO ${service.name} ${slo.name}`;
      const { steps = [], notes = [], problems = [] } = counted.get(key) ?? {};
      const [problem] = problems;
      const [step] = steps;
      if (problem !== undefined) return { what, ok: false, found: explain(problem) };
      if (step !== undefined && step.observed > 0)
        return {
          ...{
            what,
            ok: true,
            found: `${plainCount(step.bad)} of ${plainCount(step.total)} bad in 10 minutes`,
          },
          ...(notes.length === 0 ? {} : { remedy: notes.join(' ') }),
        };
      return {
        ...{ what, ok: false, found: 'no series in the last 10 minutes' },
        remedy: 'Check its selectors with `bellbuoy query`.',
      };
    }),
  ];
}
