import type { Decision, State } from '../decision.ts';
import type { Catalog } from '../service.ts';
import { findService } from '../service.ts';
import type { Instant } from '../time.ts';
import { factsOfAlert, factsOfDeploy, factsOfRollout } from './facts.ts';
import { type Incident, isCollecting } from './incident.ts';
import type { TimelineEntry } from './timeline.ts';

type Entry = { readonly incident: string; readonly entry: TimelineEntry };

/** What happened before the harm began may be why: changes of so long before are collected. */
export const CAUSES_BEFORE = 2 * 60 * 60_000;

/**
 * Adds to a decision what open incidents learn from it: alerts of their services, deploys and flag changes of these and of what they depend on. Whatever is
 * told again has the same keys, and is kept once.
 */
export function collected(state: State, decision: Decision, now: Instant): Decision {
  const incidents = (state.incidents ?? []).filter((incident) => isCollecting(incident, now));
  const { episodes, deploys, rollouts = [] } = decision;
  if (incidents.length === 0 || episodes.length + deploys.length + rollouts.length === 0) return decision;
  const entries: Entry[] = [];
  const changed: Incident[] = [];
  for (const known of incidents) {
    // The decision may have changed the incident itself.
    const incident = decision.incidents?.find(({ id }) => id === known.id) ?? known;
    const found = collect(incident, { episodes, deploys, rollouts }, state.catalog);
    entries.push(...found.entries.map((entry) => ({ incident: incident.id, entry })));
    if (found.incident !== incident) changed.push(found.incident);
  }
  if (entries.length === 0) return decision;
  const others = (decision.incidents ?? []).filter(({ id }) => !changed.some((one) => one.id === id));
  return {
    ...decision,
    incidents: [...others, ...changed],
    entries: [...(decision.entries ?? []), ...entries],
  };
}

/** What of these belongs to an incident, as entries; and the incident with what it is linked to. */
export function collect(
  incident: Incident,
  {
    episodes,
    deploys,
    rollouts,
  }: Pick<Decision, 'episodes' | 'deploys'> & Required<Pick<Decision, 'rollouts'>>,
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
  const entries = [
    ...alerts.flatMap(factsOfAlert),
    ...rolled.flatMap(factsOfDeploy),
    ...turned.flatMap(factsOfRollout).filter(({ at }) => at >= from),
  ];
  return {
    incident: linked(incident, {
      alerts: alerts.map(({ id }) => id),
      deploys: rolled.map(({ id }) => id),
      // Of a flag that was turned long before nothing is told.
      rollouts: turned
        .filter(({ id }) => entries.some(({ reference }) => reference?.id === id))
        .map(({ id }) => id),
    }),
    entries,
  };
}

function linked(incident: Incident, found: Pick<Incident, 'alerts' | 'deploys' | 'rollouts'>): Incident {
  const added = (['alerts', 'deploys', 'rollouts'] as const).filter((kind) =>
    found[kind].some((id) => !incident[kind].includes(id)),
  );
  if (added.length === 0) return incident;
  const all = added.map((kind) => [kind, [...new Set([...incident[kind], ...found[kind]])]]);
  return { ...incident, ...Object.fromEntries(all) };
}
