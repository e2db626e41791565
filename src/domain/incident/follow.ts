import type { Decision } from '../decision.ts';
import type { Job } from '../job.ts';
import type { IncidentSettings } from '../service.ts';
import type { Instant } from '../time.ts';
import { type Incident, isOpen } from './incident.ts';
import { channelJob, linkJob, recordJob, recordKey } from './jobs.ts';
import { COUNTED_LAST, costAt, costKey, nudgeJob, nudgeKey } from './running-jobs.ts';

/** What follows from an incident’s having become another: people are waited for anew, what ends with it ends, what was counted of it is counted again. */
export function followed(
  settings: IncidentSettings,
  before: Incident,
  after: Incident,
  now: Instant,
): Pick<Decision, 'cancel' | 'jobs'> {
  const channel = isShownInChannel(before, after) ? [] : [channelJob(after.id, now)];
  const { cancel, jobs } = isOpen(after)
    ? whileOpen(settings, before, after, now)
    : onceOver(before, after, now);
  return { cancel, jobs: [...jobs, ...channel] };
}

function whileOpen(
  settings: IncidentSettings,
  before: Incident,
  after: Incident,
  now: Instant,
): Pick<Decision, 'cancel' | 'jobs'> {
  const { id } = after;
  const isAnew = !isOpen(before);
  const nudge = after.touchedAt === before.touchedAt && !isAnew ? [] : [nudgeJob(after, settings)];
  return {
    cancel: [
      ...(nudge.length === 0 ? [] : [nudgeKey(id)]),
      // What is not over has no post-mortem yet.
      ...(isAnew ? [costKey(id), recordKey(id)] : []),
    ],
    jobs: [...nudge, ...(isAnew ? [costAt(id, now), linkJob(id, now)] : [])],
  };
}

/** Its cost is counted and its post-mortem drafted at the end, and once more when the last counts have come; anew when its times or services are set right. */
function onceOver(before: Incident, after: Incident, now: Instant): Pick<Decision, 'cancel' | 'jobs'> {
  const { id, duplicateOf } = after;
  const isEnd = isOpen(before);
  const isOther = !isSame(before.times, after.times) || !isSame(before.services, after.services);
  if (!isEnd && !isOther) return { cancel: [], jobs: [] };
  const later = isEnd ? [now, now + COUNTED_LAST] : [now];
  const counted = later.map((due, i): Job => ({ ...costAt(id, due), key: `${costKey(id)}${i}` }));
  // The work goes on in the other one, and so does the post-mortem.
  const drafted =
    duplicateOf === undefined ? later.map((due) => recordJob(id, due + (due === now ? 0 : 1))) : [];
  return {
    cancel: isEnd ? [nudgeKey(id), costKey(id)] : [],
    jobs: [...counted, ...drafted, ...(isEnd ? [linkJob(id, now)] : [])],
  };
}

/** Whether its own channel, where it has one, shows it as it is: who works on it, its topic. */
function isShownInChannel(before: Incident, after: Incident): boolean {
  const shown = ({ roles, title, severity, status }: Incident) => ({ roles, title, severity, status });
  return after.own?.state !== 'open' || isSame(shown(before), shown(after));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
