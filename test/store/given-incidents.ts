import type { AlertEpisode } from '#domain/alert.ts';
import type { Actor } from '#domain/event.ts';
import type { Incident } from '#domain/incident/incident.ts';
import type { ActionItem, Evidence, Postmortem, PostmortemFields } from '#domain/incident/postmortem.ts';
import type { TimelineEntry } from '#domain/incident/timeline.ts';

export const ADA: Actor = { kind: 'person', user: 'U1' };

/** An incident that was declared at its number. */
export function incident(number: number, more: Partial<Incident> = {}): Incident {
  return {
    ...{ id: `INC-${number}`, number, title: `Incident ${number}`, severity: 'sev2' as const },
    ...{ status: 'investigating' as const, services: ['checkout'], roles: {}, declaredBy: ADA },
    ...{ declaredAt: number, times: {}, alerts: [], deploys: [], rollouts: [], costs: [] },
    ...{ touchedAt: number, nudges: 0, channel: '#incidents' },
    ...more,
  };
}

/** The same, resolved at a moment. */
export function resolved(number: number, at: number, more: Partial<Incident> = {}): Incident {
  return incident(number, { status: 'resolved', times: { resolved: at }, ...more });
}

export function entry(key: string, at: number, text = key, more: Partial<TimelineEntry> = {}): TimelineEntry {
  return { key, kind: 'note', at, text, ...more };
}

export function episode(id: string, more: Partial<AlertEpisode> = {}): AlertEpisode {
  return {
    ...{ id, source: 'alertmanager' as const, groupKey: id, name: 'HighErrorRate', service: 'checkout' },
    ...{ severity: 'page' as const, status: 'firing' as const, groupLabels: {}, labels: {}, annotations: {} },
    ...{ alerts: [], truncated: 0, startedAt: 1, flaps: 0, begunAt: 1, heardAt: 1, channel: '#payments' },
    ...more,
  };
}

export function postmortem(
  incidentId: string,
  revision: number,
  fields: PostmortemFields = {},
  more: Partial<Postmortem> = {},
): Postmortem {
  return {
    ...{ version: 1 as const, incident: incidentId, revision, state: 'draft' as const, createdAt: 1 },
    ...{ updatedAt: revision, authors: [ADA], fields, drafted: {}, actions: [], record: NO_RECORD },
    ...more,
  };
}

export function action(id: string, more: Partial<ActionItem> = {}): ActionItem {
  return { id, title: `do ${id}`, kind: 'prevent', state: 'open', createdAt: 1, ...more };
}

export function evidence(snapshot: string): Evidence {
  return {
    ...{ snapshot, title: 'errors', takenAt: 5, range: { from: 1, to: 5 }, step: 1 },
    ...{ queries: [], values: [] },
  };
}

export const NO_RECORD: Postmortem['record'] = {
  ...{ alerts: [], deploys: [], rollouts: [], incidents: [], costs: [], requests: [] },
  ...{ evidence: [], missing: [] },
};
