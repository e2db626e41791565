import type { Decision, State } from '../decision.ts';
import type { Instant } from '../time.ts';
import { collect } from './belongings.ts';
import { type Incident, isCollecting } from './incident.ts';
import type { TimelineEntry } from './timeline.ts';

type Entry = { readonly incident: string; readonly entry: TimelineEntry };

/**
 * Adds to a decision what open incidents learn from it: alerts of their services, deploys and flag changes of these and of what they depend on, and what agents report of these. Whatever is
 * told again has the same keys, and is kept once.
 */
export function collected(state: State, decision: Decision, now: Instant): Decision {
  const incidents = (state.incidents ?? []).filter((incident) => isCollecting(incident, now));
  const { episodes, deploys, rollouts = [], tasks = [] } = decision;
  const touched = episodes.length + deploys.length + rollouts.length + tasks.length;
  if (incidents.length === 0 || touched === 0) return decision;
  const entries: Entry[] = [];
  const changed: Incident[] = [];
  for (const known of incidents) {
    // The decision may have changed the incident itself.
    const incident = decision.incidents?.find(({ id }) => id === known.id) ?? known;
    const found = collect(incident, { episodes, deploys, rollouts, tasks }, state.catalog);
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
