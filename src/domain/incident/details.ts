import type { IncidentChange } from '../event.ts';
import { type Incident, type IncidentTimes, isOpen } from './incident.ts';

export function detailsOf(
  incident: Incident,
  { title, summary, services, times }: IncidentChange,
): { readonly changed: Partial<Incident>; readonly what: readonly string[] } {
  const changed: { -readonly [Name in keyof Incident]?: Incident[Name] } = {};
  const what: string[] = [];
  if (title !== undefined && title.trim() !== '' && title.trim() !== incident.title) {
    changed.title = title.trim();
    what.push(`title to “${changed.title}”`);
  }
  if (summary !== undefined && summary.trim() !== (incident.summary ?? '')) {
    changed.summary = summary.trim();
    what.push('summary');
  }
  if (services !== undefined && !isSameList(services, incident.services)) {
    changed.services = [...new Set(services)];
    what.push(`services to ${services.length === 0 ? 'none' : services.join(', ')}`);
  }
  const set = times === undefined ? incident.times : withTimes(incident, times);
  if (!isSameTimes(set, incident.times)) {
    changed.times = set;
    what.push('times');
  }
  return { changed, what };
}

/** The times with those that somebody set right. An open incident has no end, whatever was typed into that field. */
function withTimes(incident: Incident, times: NonNullable<IncidentChange['times']>): IncidentTimes {
  const all = Object.entries({ ...incident.times, ...times }).filter(
    ([name, at]) => at !== null && (name !== 'resolved' || !isOpen(incident)),
  );
  return Object.fromEntries(all) as IncidentTimes;
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, i) => item === other[i]);
}

function isSameTimes(one: IncidentTimes, other: IncidentTimes): boolean {
  const names = ['started', 'detected', 'acknowledged', 'mitigated', 'resolved'] as const;
  return names.every((name) => one[name] === other[name]);
}
