import type { AgentTask } from '../agent-task/agent-task.ts';
import type { Decision } from '../decision.ts';
import type { Catalog } from '../service.ts';
import { findService } from '../service.ts';
import { factsOfAlert } from './alert-facts.ts';
import { factsOfDeploy } from './deploy-facts.ts';
import type { Incident } from './incident.ts';
import { factsOfRollout } from './rollout-facts.ts';
import { factsOfTask, isAbout } from './task-facts.ts';
import type { TimelineEntry } from './timeline.ts';

/** What happened before the harm began may be why: changes of so long before are collected. */
export const CAUSES_BEFORE = 2 * 60 * 60_000;

/** What of these belongs to an incident, as entries; and the incident with what it is linked to. */
export function collect(
  incident: Incident,
  {
    episodes,
    deploys,
    rollouts,
    tasks,
  }: Pick<Decision, 'episodes' | 'deploys'> &
    Required<Pick<Decision, 'rollouts'>> & { readonly tasks: readonly AgentTask[] },
  catalog: Catalog,
): { readonly incident: Incident; readonly entries: readonly TimelineEntry[] } {
  const own = new Set(incident.services);
  const near = new Set([
    ...own,
    ...incident.services.flatMap((name) => findService(catalog, name)?.dependsOn ?? []),
  ]);
  const isHere = (
    id: string,
    linked: readonly string[],
    service: string | undefined,
    of: ReadonlySet<string>,
  ) => linked.includes(id) || (service !== undefined && of.has(service));
  const from = (incident.times.started ?? incident.declaredAt) - CAUSES_BEFORE;
  const alerts = episodes.filter(({ id, service }) => isHere(id, incident.alerts, service, own));
  const rolled = deploys.filter(
    ({ id, service, startedAt }) => startedAt >= from && isHere(id, incident.deploys, service, near),
  );
  const turned = rollouts.filter(({ id, service }) => isHere(id, incident.rollouts, service, near));
  const facts = [
    ...alerts.flatMap(factsOfAlert),
    ...rolled.flatMap(factsOfDeploy),
    ...turned.flatMap(factsOfRollout).filter(({ at }) => at >= from),
  ];
  const known = linked(incident, {
    alerts: alerts.map(({ id }) => id),
    deploys: rolled.map(({ id }) => id),
    // Of a flag that was turned long before nothing is told.
    rollouts: turned
      .filter(({ id }) => facts.some(({ reference }) => reference?.id === id))
      .map(({ id }) => id),
  });
  const found = tasks.filter((task) => isAbout(known, task)).flatMap(factsOfTask);
  return { incident: known, entries: [...facts, ...found.filter(({ at }) => at >= from)] };
}

function linked(incident: Incident, found: Pick<Incident, 'alerts' | 'deploys' | 'rollouts'>): Incident {
  const added = (['alerts', 'deploys', 'rollouts'] as const).filter((kind) =>
    found[kind].some((id) => !incident[kind].includes(id)),
  );
  if (added.length === 0) return incident;
  const all = added.map((kind) => [kind, [...new Set([...incident[kind], ...found[kind]])]]);
  return { ...incident, ...Object.fromEntries(all) };
}
