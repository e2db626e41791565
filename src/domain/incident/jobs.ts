import { DateTime } from 'luxon';
import { type Job, job, PRIORITY, type Priority } from '../job.ts';
import type { Instant } from '../time.ts';
import type { ActionItem } from './postmortem.ts';

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
