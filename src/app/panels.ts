import type { AlertEpisode } from '#domain/alert.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Rollout } from '#domain/flag.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { Line, Mark, Panel, TimeDrawing } from '#domain/panel.ts';
import { explain } from '#domain/problem.ts';
import { shift } from '#domain/series.ts';
import type { Service } from '#domain/service.ts';
import { factsOf, type Measure, RED_MEASURES } from '#domain/signal.ts';
import { DAY, earlier, type Range, within } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import type { Onset } from '#domain/verdict/verdict.ts';
import { costsFrom } from './incident-costs.ts';
import { linesOf, MOST_LINES, sortedByLast } from './lines.ts';
import type { Ports, SignalSeries } from './ports.ts';

/** The panels of a service's signals over a range, with yesterday's in grey, and what happened marked on them. */
export async function redDrawing(
  service: Service,
  range: Range,
  id: string,
  facts: readonly string[],
  { metrics, store, catalog }: Pick<Ports, 'metrics' | 'store' | 'catalog'>,
): Promise<TimeDrawing> {
  const step = metrics.stepFor(range, service.source);
  const measures = measuresOf(service);
  const [now, yesterday, marks] = await Promise.all([
    metrics.series([service], measures, range, step),
    metrics.series([service], measures, earlier(range, DAY), step),
    marksOf(service, range, store),
  ]);
  const panels = redPanels(service, now.get(service.name), yesterday.get(service.name));
  const { zone } = catalog.current();
  return { chart: 'red', id, title: service.name, facts, zone, range, step, panels, marks };
}

/** The panels that a service adds by its own PromQL, up to eight lines each. */
export function extraPanels(
  service: Service,
  range: Range,
  { metrics }: Pick<Ports, 'metrics'>,
): Promise<readonly Panel[]> {
  const step = metrics.stepFor(range, service.source);
  return Promise.all(
    service.panels.map(async ({ title, query, unit }): Promise<Panel> => {
      const outcome = await metrics.query(query, range, step, service.source);
      const series = outcome.ok ? sortedByLast(outcome.value.series) : [];
      return {
        title,
        unit,
        fromZero: true,
        thresholds: [],
        queries: [{ source: service.source, promql: query, line: 'all' }],
        lines: outcome.ok ? linesOf(series, outcome.value) : [],
        ...(series.length > MOST_LINES ? { omitted: series.length - MOST_LINES + 1 } : {}),
        ...(outcome.ok ? {} : { problem: explain(outcome.problem) }),
      };
    }),
  );
}

/** Rate, errors and duration, and what the service adds by its own PromQL. */
export function measuresOf(service: Service): readonly Measure[] {
  const own = Object.keys(service.overrides) as Measure[];
  const preset: readonly Measure[] = service.preset === undefined ? [] : RED_MEASURES;
  return [...new Set([...preset, ...own])];
}

/** What happened in a range to a service: deploys, flags, alerts and incidents. */
export async function marksOf(
  service: Service,
  range: Range,
  store: Ports['store'],
): Promise<readonly Mark[]> {
  const [deploys, alerts, rollouts, incidents] = await Promise.all([
    store.deploys.during(range, [service.name]),
    store.alerts.during(range, service.name),
    store.flags.during(range, [service.name]),
    store.incidents.during(range, [service.name]),
  ]);
  // What was turned where nothing is watched changed nothing here.
  const watched = rollouts.filter(({ steps }) => steps.some(({ watch }) => watch !== undefined));
  const turns = watched.flatMap((rollout) => flagMarks(rollout, range));
  return [...deploys.map(deployMark), ...turns, ...alerts.map(alertMark), ...incidents.flatMap(incidentMark)];
}

/** Where something began, if it did within a range. */
export function onsetMarks(began: Onset | undefined, range: Range): readonly Mark[] {
  return began !== undefined && within(range, began.at)
    ? [{ kind: 'onset', at: began.at, label: 'began' }]
    : [];
}

function deployMark(deploy: Deploy): Mark {
  return { kind: 'deploy', at: deploy.finishedAt ?? deploy.startedAt, label: deploy.version };
}

/** A change of a flag is told by what it is now: “new-checkout 10 %”. */
function flagMarks({ flag, steps }: Rollout, range: Range): readonly Mark[] {
  return steps
    .filter(({ at }) => within(range, at))
    .map(({ at, share }) => ({
      ...{ kind: 'flag', at },
      label: share === undefined ? flag : `${flag} ${formatValue(share, 'ratio')}`,
    }));
}

function alertMark(episode: AlertEpisode): Mark {
  const until = episode.resolvedAt === undefined ? {} : { until: episode.resolvedAt };
  return { kind: 'alert', at: episode.startedAt, label: episode.name, ...until };
}

/** A band as long as the harm lasted, or the work on it. What is the same as another one is drawn once. */
function incidentMark(incident: Incident): readonly Mark[] {
  const { id, times, duplicateOf } = incident;
  const until = times.resolved === undefined ? {} : { until: times.resolved };
  return duplicateOf === undefined
    ? [{ kind: 'incident', at: costsFrom(incident), label: id, ...until }]
    : [];
}

function redPanels(
  service: Service,
  now: SignalSeries | undefined,
  past: SignalSeries | undefined,
): readonly Panel[] {
  const line = (measure: Measure, role: Line['role'], name: string): Line[] => {
    const samples = now?.measures[measure];
    return samples === undefined ? [] : [{ name, role, samples }];
  };
  const before = (measure: Measure): Line[] => {
    const samples = past?.measures[measure];
    return samples === undefined
      ? []
      : [{ name: 'yesterday', role: 'yesterday', samples: shift(samples, DAY) }];
  };
  const problem = now?.problems[0];
  const panel = (measure: Measure, title: string, fromZero: boolean, lines: readonly Line[]): Panel => ({
    title,
    unit: factsOf(measure).unit,
    signal: factsOf(measure).signal,
    fromZero,
    lines,
    thresholds: [],
    queries: (now?.queries ?? []).filter(
      (query) => query.line === measure || (measure === 'p99' && query.line === 'p50'),
    ),
    ...(problem !== undefined && lines.every(({ samples }) => samples.length === 0)
      ? { problem: explain(problem) }
      : {}),
  });
  const saturation = measuresOf(service).filter((measure) => factsOf(measure).signal === 'saturation');
  return [
    panel('rate', 'Rate, requests a second', false, [...before('rate'), ...line('rate', 'now', 'now')]),
    panel('errorRatio', 'Errors, % of requests', true, [
      ...before('errorRatio'),
      ...line('errorRatio', 'now', 'now'),
    ]),
    panel('p99', 'Duration of requests', true, [
      ...before('p99'),
      ...line('p99', 'now', 'p99'),
      ...line('p50', 'p50', 'p50'),
    ]),
    ...saturation.map((measure) =>
      panel(measure, factsOf(measure).title, true, [...before(measure), ...line(measure, 'now', 'now')]),
    ),
  ];
}
