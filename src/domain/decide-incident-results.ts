import { type Decision, NOTHING, type State } from './decision.ts';
import type { IncidentResult } from './event.ts';
import { type Incident, isOpen } from './incident/incident.ts';
import { announceJob } from './incident/jobs.ts';
import { costJob, nudgeJob } from './incident/running-jobs.ts';
import type { TimelineEntry } from './incident/timeline.ts';
import { PRIORITY } from './job.ts';
import { present } from './optional.ts';
import type { Instant } from './time.ts';

type Of<Type extends IncidentResult['type']> = Extract<IncidentResult, { type: Type }>;

/** Its own channel is there, or cannot be had; then its thread is the place. */
export function onOwnChannel(
  state: State,
  { channel, why }: Of<'incidentOwnChannel'>,
  now: Instant,
): Decision {
  const [known] = state.incidents ?? [];
  if (known?.own?.state !== 'wanted') return NOTHING;
  const own =
    channel === undefined
      ? { state: 'failed' as const, ...present({ why }) }
      : { state: 'open' as const, id: channel };
  return { ...NOTHING, incidents: [{ ...known, own }], jobs: [announceJob(known.id, now)] };
}

/** What it cost up to a moment. It is counted on while it is open, and once more when the last counts have come. */
export function onCosted(state: State, { costs, to }: Of<'incidentCosted'>, now: Instant): Decision {
  const [known] = state.incidents ?? [];
  if (known === undefined) return NOTHING;
  const next = isOpen(known) ? [costJob(known, now)] : [];
  // Of one that is over what counts is its end; of one that is open what was counted last, wherever the clock was set meanwhile.
  const isNews = isOpen(known) ? to >= (known.costedTo ?? 0) : to === (known.times.resolved ?? to);
  if (!isNews) return { ...NOTHING, jobs: next };
  const incident = { ...known, costs, costedTo: to };
  return {
    ...NOTHING,
    incidents: [incident],
    jobs: [announceJob(incident.id, now, PRIORITY.progress), ...next],
  };
}

/** People were asked for an update. */
export function onNudged(state: State, { nudge, since }: Of<'incidentNudged'>): Decision {
  const [known] = state.incidents ?? [];
  // Somebody has written since: another silence is waited for.
  if (known === undefined || !isOpen(known) || nudge !== known.nudges + 1 || since !== known.touchedAt)
    return NOTHING;
  const incident = { ...known, nudges: nudge };
  return { ...NOTHING, incidents: [incident], jobs: [nudgeJob(incident, state.catalog.incidents)] };
}

/** A picture that was shown belongs to the incidents of its services, and to the one in whose place it was asked for. */
export function onPictureShown(state: State, event: Of<'pictureShown'>, at: Instant): Decision {
  const { snapshot, title, services, subject, question } = event;
  const here = (state.incidents ?? []).filter(
    (incident) =>
      incident.id === state.here ||
      services.some((service) => incident.services.includes(service)) ||
      (subject !== undefined && linkedIn(incident, subject.kind).includes(subject.id)),
  );
  const entry: TimelineEntry = {
    key: `${question === undefined ? 'snapshot' : 'answer'}:${snapshot}`,
    kind: question === undefined ? 'snapshot' : 'answer',
    at,
    text: question === undefined ? `picture of ${title}` : `asked ${question.words}`,
    reference: { kind: 'snapshot', id: snapshot },
    ...(question === undefined ? {} : { by: { kind: 'person' as const, user: question.by } }),
  };
  return { ...NOTHING, entries: here.map(({ id }) => ({ incident: id, entry })) };
}

function linkedIn(incident: Incident, kind: 'alert' | 'deploy' | 'rollout'): readonly string[] {
  return { alert: incident.alerts, deploy: incident.deploys, rollout: incident.rollouts }[kind];
}
