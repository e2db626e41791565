import { DateTime } from 'luxon';
import { type Job, job, PRIORITY, type Priority } from '../job.ts';
import type { IncidentSettings } from '../service.ts';
import { DAY, type Duration, HOUR, type Instant, MINUTE } from '../time.ts';
import { type Incident, isOpen } from './incident.ts';
import type { ActionItem } from './postmortem.ts';

/** The cost of an incident is counted anew after this share of its age, so that one of three weeks costs no more than one of an hour. */
const COUNTED_AGAIN_AFTER = 1 / 30;

/** What was still being counted when it was resolved is counted once more then: increments arrive late. */
export const COUNTED_LAST: Duration = 10 * MINUTE;

/** Puts the root message; things that come together are told together. */
export function announceJob(incident: string, due: Instant, priority: Priority = PRIORITY.answer): Job {
  return job(`announce:${incident}:`, `incident:${incident}:root`, due, priority, {
    kind: 'announceIncident',
    incident,
  });
}

export function linkJob(incident: string, due: Instant): Job {
  return job(`link:${incident}:`, `incident:${incident}:root`, due, PRIORITY.answer, {
    kind: 'linkIncident',
    incident,
  });
}

export function tellJob(incident: string, key: string, due: Instant): Job {
  return job(`tell:${incident}:${key}`, `incident:${incident}:thread`, due, PRIORITY.answer, {
    ...{ kind: 'tellEntry', incident, key },
  });
}

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

export function recordJob(incident: string, due: Instant): Job {
  return job(`${recordKey(incident)}${due}`, `incident:${incident}:record`, due, PRIORITY.progress, {
    ...{ kind: 'recordPostmortem', incident },
  });
}

export function recordKey(incident: string): string {
  return `postmortem:${incident}:record:`;
}

/** Makes its own channel, or brings people and topic of it up to date. */
export function channelJob(incident: string, due: Instant): Job {
  return job(`channel:${incident}:`, `incident:${incident}:channel`, due, PRIORITY.alert, {
    kind: 'openIncidentChannel',
    incident,
  });
}

export function announcePostmortemJob(incident: string, due: Instant): Job {
  return job(`postmortem:${incident}:announce`, `incident:${incident}:thread`, due, PRIORITY.answer, {
    kind: 'announcePostmortem',
    incident,
  });
}

/** The hour of the day at which people are reminded, in the configured zone. */
const REMINDED_AT = 9;

/** Reminds whoever owns an open item on its day; none for an item without a day, or one that no calendar has. */
export function remindJobs(
  incident: string,
  { id, due, state }: ActionItem,
  zone: string,
  now: Instant,
): readonly Job[] {
  if (state !== 'open' || due === undefined) return [];
  const day = DateTime.fromISO(due, { zone });
  if (!day.isValid) return [];
  const at = Math.max(now, day.set({ hour: REMINDED_AT }).toMillis());
  return [
    job(`${remindKey(id)}${due}`, `action:${id}`, at, PRIORITY.progress, {
      ...{ kind: 'remindAction', incident, action: id, due },
    }),
  ];
}

export function remindKey(action: string): string {
  return `action:${action}:`;
}

/** What goes on by itself while an incident is open. */
export function runningJobs(incident: Incident, settings: IncidentSettings, now: Instant): readonly Job[] {
  return isOpen(incident) ? [costAt(incident.id, now), nudgeJob(incident, settings)] : [];
}
