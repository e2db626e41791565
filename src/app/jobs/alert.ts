import type { AlertEpisode } from '#domain/alert.ts';
import { acquittedOf, suspectOf } from '#domain/causes.ts';
import { PRIORITY } from '#domain/job.ts';
import type { Panel } from '#domain/panel.ts';
import { explain, type Problem } from '#domain/problem.ts';
import { findService, type Service } from '#domain/service.ts';
import { last, MINUTE } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import { comparisonOf } from '#promql/comparison.ts';
import { budgetLines } from '../answers/budget.ts';
import type { SimilarIncident } from '../incident-answers.ts';
import { similarToAlert } from '../incident-similar.ts';
import type { AlertOnset } from '../message.ts';
import { measuresOf, onsetMarks, redDrawing } from '../panels.ts';
import type { Ports } from '../ports.ts';
import { distinct } from '../problems.ts';
import { draw, snapshotId } from '../show.ts';
import { reportShown } from '../shown.ts';
import { type Causes, causesOf, followCauses, panelsKey } from './alert-causes.ts';

/** How far back the panels of an alert look: what just began must be seen, beside enough of what was before. */
const SHOWN = 30 * MINUTE;

/** Key of the root message of an alert's thread. */
export function alertRoot(episode: string): string {
  return `alert:${episode}`;
}

/** Puts the root message of an alert's thread as things now stand; `onsetOf` names the panels drawn with an onset that it is to tell from now on. */
export async function announceAlert(
  id: string,
  { store, catalog, clock }: Pick<Ports, 'store' | 'catalog' | 'clock'>,
  onsetOf?: number,
): Promise<void> {
  const episode = await store.alerts.get(id);
  if (episode === undefined) return;
  const service = episode.service === undefined ? undefined : findService(catalog.current(), episode.service);
  const at = clock.now();
  const [budget] = service === undefined ? [] : await budgetLines([service], { store, catalog, clock });
  const onset = await onsetTold(episode, onsetOf, store);
  await store.outbox.put(
    {
      key: alertRoot(id),
      to: { channel: episode.channel },
      priority: episode.status === 'resolved' ? PRIORITY.resolved : PRIORITY.alert,
      message: {
        about: 'alert',
        at: episode.resolvedAt ?? episode.startedAt,
        episode,
        links: service?.links ?? {},
        ...(service?.owner === undefined ? {} : { owner: service.owner }),
        // What cannot be judged would only take room at 3 a.m.
        ...(budget === undefined || budget.colour === 'grey' ? {} : { budget }),
        ...(onset === undefined ? {} : { onset }),
      },
    },
    at,
  );
  await settleReminder(episode, store, at);
}

/** The onset that the panels named found, else the one that the message told before. When a group fires again it is another. */
async function onsetTold(
  { id, flaps }: AlertEpisode,
  onsetOf: number | undefined,
  { outbox }: Ports['store'],
): Promise<AlertOnset | undefined> {
  const drawn = onsetOf === undefined ? undefined : await outbox.find(panelsKey(id, onsetOf));
  if (drawn?.message.about === 'alertSnapshot' && drawn.message.began !== undefined) {
    const { began, changes } = drawn.message;
    const named = suspectOf(changes, began) ?? acquittedOf(changes, began);
    return { began, changes: named === undefined ? [] : [named] };
  }
  const told = (await outbox.find(alertRoot(id)))?.message;
  return told?.about === 'alert' && told.episode.flaps === flaps ? told.onset : undefined;
}

/** A reminder that was given says so once it needs nobody any more. */
async function settleReminder(episode: AlertEpisode, { outbox }: Ports['store'], at: number): Promise<void> {
  const settled =
    episode.acknowledged !== undefined
      ? 'acknowledged'
      : episode.status === 'resolved'
        ? 'resolved'
        : undefined;
  const given = await outbox.find(`${alertRoot(episode.id)}:reminder`);
  if (settled === undefined || given?.message.about !== 'reminder' || given.message.settled === settled)
    return;
  const { key, to, priority, parent, message } = given;
  await outbox.put(
    { key, to, priority, message: { ...message, settled }, ...(parent === undefined ? {} : { parent }) },
    at,
  );
}

/** Draws the alert's own expression and its service's signals, and puts them into the thread with the changes before it. */
export async function snapshotAlert(id: string, turn: number, ports: Ports): Promise<void> {
  const { store, catalog, clock } = ports;
  const episode = await store.alerts.get(id);
  if (episode === undefined) return;
  const service = episode.service === undefined ? undefined : findService(catalog.current(), episode.service);
  const now = clock.now();
  const window = last(SHOWN, now);
  const snapshot = snapshotId(`alert:${id}:${turn}`);
  const nothing: Causes = { since: episode.startedAt, changes: [] };
  const [own, causes, similar] = await Promise.all([
    expressionPanel(episode, service, window, ports),
    service === undefined ? nothing : causesOf(service, episode, ports),
    similarTold(episode, ports),
  ]);
  const red =
    service === undefined
      ? {
          chart: 'timeseries' as const,
          id: snapshot,
          title: episode.name,
          facts: ['last 30 min'],
          zone: catalog.current().zone,
          range: window,
          step: ports.metrics.stepFor(window),
          marks: [{ kind: 'alert' as const, at: episode.startedAt, label: episode.name }],
          panels: [],
        }
      : await redDrawing(service, window, snapshot, ['last 30 min'], ports);
  const drawing = {
    ...red,
    panels: [...own.panels, ...red.panels],
    marks: [...red.marks, ...onsetMarks(causes.began, window)],
  };
  const [shown, readings, budgets] = await Promise.all([
    drawing.panels.length === 0 ? { problems: [] } : draw(drawing, ports),
    service === undefined
      ? undefined
      : ports.metrics.readings([service], measuresOf(service), last(5 * MINUTE, now)),
    service === undefined ? [] : budgetLines([service], ports),
  ]);
  const reading = readings?.get(service?.name ?? '') ?? { values: {}, problems: [] };
  const picture = 'picture' in shown ? shown.picture : undefined;
  await store.outbox.put(
    {
      key: panelsKey(id, turn),
      parent: alertRoot(id),
      to: { channel: episode.channel },
      // Behind the roots of other alerts and what people ask: in a storm, that each is known comes before what it looks like.
      priority: turn === 0 ? PRIORITY.progress : PRIORITY.answer,
      message: {
        about: 'alertSnapshot',
        at: now,
        episode: id,
        title: service?.name ?? episode.name,
        reading,
        ...causes,
        budgets,
        ...(similar.length === 0 ? {} : { similar }),
        problems: distinct([...own.problems, ...reading.problems, ...shown.problems]),
        ...(picture === undefined ? {} : { picture }),
      },
    },
    now,
  );
  await reportShown(
    picture,
    {
      title: drawing.title,
      services: service === undefined ? [] : [service.name],
      subject: { kind: 'alert', id },
    },
    ports,
  );
  if (service !== undefined) await followCauses(episode, turn, causes, ports);
}

/** Earlier incidents like it. That they cannot be found keeps no panels from the thread. */
async function similarTold(episode: AlertEpisode, ports: Ports): Promise<readonly SimilarIncident[]> {
  try {
    return await similarToAlert(episode, ports);
  } catch (error) {
    ports.log.error({ error, episode: episode.id }, 'similar incidents could not be found');
    return [];
  }
}

/** The alert's own expression as a panel. Of a comparison the measured side is drawn, with its bound as a line. */
async function expressionPanel(
  { expression, name }: AlertEpisode,
  service: Service | undefined,
  window: { from: number; to: number },
  { metrics }: Pick<Ports, 'metrics'>,
): Promise<{ panels: readonly Panel[]; problems: readonly Problem[] }> {
  if (expression === undefined) return { panels: [], problems: [] };
  const { measured, op, bound, isDivision } = comparisonOf(expression);
  const source = service?.source ?? 'default';
  const outcome = await metrics.query(measured, window, metrics.stepFor(window, source), source);
  const isShare = isDivision && bound !== undefined && bound > 0 && bound <= 1;
  const unit = isShare ? 'ratio' : 'short';
  const panel: Panel = {
    title: `${name}, its expression`,
    unit,
    fromZero: isShare,
    thresholds:
      bound === undefined ? [] : [{ value: bound, label: `fires ${op} ${formatValue(bound, unit)}` }],
    queries: [{ source, promql: measured, line: 'expression' }],
    lines: outcome.ok
      ? outcome.value.series
          .slice(0, 6)
          .map(({ samples }, i) => ({ name: `${i + 1}`, role: 'plain' as const, samples }))
      : [],
    ...(outcome.ok ? {} : { problem: explain(outcome.problem) }),
  };
  return { panels: [panel], problems: outcome.ok ? [] : [outcome.problem] };
}
