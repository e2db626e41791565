import { type Job, job, PRIORITY } from '../job.ts';
import type { IncidentSettings } from '../service.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE } from '../time.ts';
import { type Incident, isOpen } from './incident.ts';

/** The cost of an incident is counted anew after this share of its age, so that one of three weeks costs no more than one of an hour. */
const COUNTED_AGAIN_AFTER = 1 / 30;

/** What was still being counted when it was resolved is counted once more then: increments arrive late. */
export const COUNTED_LAST: Duration = 10 * MINUTE;

/** The next counting of what it costs: often while it is young. */
export function costJob({ id, times, declaredAt }: Incident, now: Instant): Job {
  const age = now - Math.min(times.started ?? declaredAt, declaredAt);
  const pause = Math.min(HOUR, Math.max(MINUTE, age * COUNTED_AGAIN_AFTER));
  return costAt(id, now + pause);
}

export function costAt(incident: string, due: Instant): Job {
  return job(costKey(incident), `incident:${incident}:cost`, due, PRIORITY.progress, {
    kind: 'costIncident',
    incident,
  });
}

export function costKey(incident: string): string {
  return `cost:${incident}:`;
}

/** When people are asked for an update: after `nudgeAfter` of silence, and when nobody answers after twice as long each time, up to a day. */
export function nudgeJob(incident: Incident, { nudgeAfter }: IncidentSettings): Job {
  const { id, nudges, touchedAt } = incident;
  const nudge = nudges + 1;
  return job(nudgeKey(id), `incident:${id}:thread`, touchedAt + quietFor(nudge, nudgeAfter), PRIORITY.alert, {
    ...{ kind: 'nudgeIncident', incident: id, nudge },
  });
}

/** How long after the last word people are asked the nth time. */
export function quietFor(nudge: number, nudgeAfter: Duration): Duration {
  return Array.from({ length: nudge }, (_, i) =>
    Math.min(nudgeAfter * 2 ** i, Math.max(DAY, nudgeAfter)),
  ).reduce((sum, pause) => sum + pause, 0);
}

export function nudgeKey(incident: string): string {
  return `nudge:${incident}:`;
}

/** What goes on by itself while an incident is open. */
export function runningJobs(incident: Incident, settings: IncidentSettings, now: Instant): readonly Job[] {
  return isOpen(incident) ? [costAt(incident.id, now), nudgeJob(incident, settings)] : [];
}
