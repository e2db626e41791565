import type { AlertEpisode } from '../alert.ts';
import { present } from '../optional.ts';
import type { Incident } from './incident.ts';
import { type Postmortem, TEXTS, type TriggerKind } from './postmortem.ts';
import { type Facets, facetsOfAlert } from './similar.ts';

/** All that an incident is compared by. `texts` is what people wrote in its timeline, `subject` what it was set off by, by name: a flag, a service that was deployed. */
export function facetsOfIncident({
  incident,
  episodes,
  texts,
  postmortem,
  subject,
}: {
  readonly incident: Incident;
  readonly episodes: readonly AlertEpisode[];
  readonly texts: readonly string[];
  readonly postmortem?: Postmortem;
  readonly subject?: string;
}): Facets {
  const alerts = episodes.map(facetsOfAlert);
  const kind = triggerOf(incident, postmortem);
  const services = [...incident.services, ...alerts.flatMap((alert) => alert.services)];
  const fields = postmortem?.fields ?? {};
  return {
    services: [...new Set(services)],
    alerts: [...new Set(episodes.map(({ name }) => name))],
    // The alert that came first says best what it was.
    labels: Object.assign({}, ...alerts.toReversed().map(({ labels }) => labels)),
    ...(kind === undefined ? {} : { trigger: { kind, ...present({ subject }) } }),
    text: [
      ...[incident.title, incident.summary ?? ''],
      ...new Set(alerts.map(({ text }) => text)),
      ...TEXTS.map((field) => fields[field] ?? ''),
      ...(postmortem?.actions ?? []).map(({ title }) => title),
      ...texts,
    ]
      .filter((text) => text !== '')
      .join('\n'),
  };
}

function triggerOf({ subject }: Incident, postmortem: Postmortem | undefined): TriggerKind | undefined {
  const told = postmortem?.fields.triggerKind;
  if (told !== undefined) return told === 'unknown' ? undefined : told;
  if (subject?.kind === 'deploy') return 'deploy';
  return subject?.kind === 'rollout' ? 'flag' : undefined;
}
