import type { Actor, IncidentChange } from '../event.ts';
import { type Incident, SEVERITIES } from './incident.ts';
import type { EntryRevision } from './timeline.ts';

/**
 * Why a machine may not change an incident so; `undefined` where it may, and for people, who may change everything. What people took or said is theirs: a role that a person has, and the
 * severity that would be made less.
 */
export function whyNotChanged(incident: Incident, change: IncidentChange, by: Actor): string | undefined {
  if (by.kind === 'person') return undefined;
  const { role, severity } = change;
  const holder = role === undefined ? undefined : incident.roles[role.role];
  if (role !== undefined && holder?.kind === 'person')
    return `A person is ${role.role} of ${incident.id}; only people change that.`;
  if (severity !== undefined && SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(incident.severity))
    return `${incident.id} is ${incident.severity}; a machine may make it graver, only people say that it is less grave.`;
  return undefined;
}

/** Why a machine may not change an entry of a timeline: what a person wrote is theirs. */
export function whyNotRevised({ entry, by: reviser }: EntryRevision, by: Actor): string | undefined {
  if (by.kind === 'person') return undefined;
  const isPersons = [entry.by, entry.addedBy, reviser].some((one) => one?.kind === 'person');
  return isPersons ? 'A person wrote or changed this entry; only people change it.' : undefined;
}
