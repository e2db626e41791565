import type { Actor, IncidentChange } from '../event.ts';
import type { Instant } from '../time.ts';
import { detailsOf } from './details.ts';
import { type Incident, type IncidentStatus, isOpen, STATUSES } from './incident.ts';
import type { TimelineEntry } from './timeline.ts';

/** What an incident becomes by a change, and what its timeline tells of it. Both are empty-handed when nothing really changes. */
export type Changed = { readonly incident: Incident; readonly entries: readonly TimelineEntry[] };

/**
 * Applies what somebody changes. `id` is the event's, so that each entry has a key of its own; `note` is said with the change that matters most, or alone. A machine's
 * change is no word of a person: it does not count as an update that people wait for.
 */
export function applyIncidentChange(
  incident: Incident,
  change: IncidentChange,
  {
    id,
    at,
    by,
    note,
  }: { readonly id: number; readonly at: Instant; readonly by: Actor; readonly note?: string },
): Changed {
  const words = note?.trim() ?? '';
  let said = words;
  const entries: TimelineEntry[] = [];
  const tell = (kind: TimelineEntry['kind'], text: string) => {
    entries.push({ key: `${kind}:${id}`, kind, at, by, text: said === '' ? text : `${text}: ${said}` });
    said = '';
  };
  let now: Incident = incident;
  const duplicate = change.duplicateOf;
  if (duplicate !== undefined && duplicate !== incident.id && incident.duplicateOf?.incident !== duplicate) {
    now = { ...now, duplicateOf: { incident: duplicate, by, at } };
    tell('details', `the same as ${duplicate}, where the work goes on`);
  }
  const status = duplicate === undefined ? change.status : 'resolved';
  if (status !== undefined && status !== now.status) {
    tell('status', statusWords(now.status, status));
    now = withStatus(now, status, at);
  }
  if (change.severity !== undefined && change.severity !== now.severity) {
    tell('severity', `${severityWord(now.severity)} → ${severityWord(change.severity)}`);
    now = { ...now, severity: change.severity };
  }
  if (change.role !== undefined) {
    const { role, holder } = change.role;
    const { [role]: before, ...others } = now.roles;
    if (JSON.stringify(before) !== JSON.stringify(holder)) {
      now = { ...now, roles: holder === undefined ? others : { ...others, [role]: holder } };
      entries.push({
        ...{ key: `role:${role}:${id}`, kind: 'role', at, by: holder ?? by },
        text: holder === undefined ? `nobody is ${role} any more` : `is ${role}`,
      });
    }
  }
  const details = detailsOf(now, change);
  if (details.what.length > 0) {
    now = { ...now, ...details.changed };
    tell('details', `${details.what.join(', ')} changed`);
  }
  if (said !== '') entries.push({ key: `note:${id}`, kind: 'note', at, by, text: said });
  if (now === incident && entries.length === 0) return { incident, entries };
  return { incident: by.kind === 'person' ? touched(now, at) : now, entries };
}

/** Somebody did something: whoever waits for an update waits from now on, and it is taken, if nobody had. */
export function touched(incident: Incident, at: Instant): Incident {
  const times = { ...incident.times, acknowledged: incident.times.acknowledged ?? at };
  return { ...incident, times, touchedAt: Math.max(at, incident.touchedAt), nudges: 0 };
}

export function severityWord(severity: Incident['severity']): string {
  return severity.replace('sev', 'sev ');
}

/** The status that usually comes next; none once it is resolved. */
export function nextStatus(status: IncidentStatus): IncidentStatus | undefined {
  return STATUSES[STATUSES.indexOf(status) + 1];
}

function statusWords(before: IncidentStatus, after: IncidentStatus): string {
  if (after === 'resolved') return 'resolved';
  return before === 'resolved' ? `reopened, ${after}` : `${before} → ${after}`;
}

/**
 * Mitigated is when a fix was in place, which is when it came to be monitored. Going back says that it was not, and reopening that it was not over: those times are taken
 * back, and the timeline keeps what was said.
 */
function withStatus(incident: Incident, status: IncidentStatus, at: Instant): Incident {
  const { mitigated, resolved: _, ...times } = incident.times;
  const isMitigated = status === 'monitoring' || status === 'resolved';
  const was = isMitigated ? (mitigated ?? (status === 'monitoring' ? at : undefined)) : undefined;
  const { duplicateOf: __, ...reopened } = incident;
  return {
    ...(isOpen(incident) ? incident : reopened),
    status,
    times: {
      ...times,
      ...(was === undefined ? {} : { mitigated: was }),
      ...(status === 'resolved' ? { resolved: at } : {}),
    },
  };
}
