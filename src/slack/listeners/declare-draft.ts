import type { AlertEpisode } from '#domain/alert.ts';
import { isOpen, type Subject } from '#domain/incident/incident.ts';
import type { Asks } from '../app.ts';
import type { DeclareDraft } from '../messages/declare-form.ts';

export function subjectIn(value: string): Subject | undefined {
  const [kind = '', ...id] = value.split(':');
  return kind === 'alert' || kind === 'deploy' || kind === 'rollout' ? { kind, id: id.join(':') } : undefined;
}

/** What the form begins with, and the open incident that there is already; `undefined` where nobody knows what it is about. */
export async function draftOf(
  subject: Subject,
  asks: Asks,
): Promise<{ readonly draft: DeclareDraft; readonly incident?: string } | undefined> {
  const found = await knownAs(subject, asks);
  if (found === undefined) return undefined;
  const { incident: id, ...draft } = found;
  const incident = id === undefined ? undefined : await asks.incident(id);
  return incident !== undefined && isOpen(incident) ? { draft, incident: incident.id } : { draft };
}

async function knownAs(
  { kind, id }: Subject,
  asks: Asks,
): Promise<(DeclareDraft & { readonly incident?: string }) | undefined> {
  switch (kind) {
    case 'alert': {
      const episode = await asks.alert(id);
      if (episode === undefined) return undefined;
      const { name, service, severity, incident } = episode;
      return {
        title: alertTitle(episode),
        severity: severity === 'page' ? 'sev2' : 'sev3',
        services: service === undefined ? [] : [service],
        from: `the alert ${name}`,
        ...(incident === undefined ? {} : { incident }),
      };
    }
    case 'deploy': {
      const deploy = await asks.deploy(id);
      if (deploy === undefined) return undefined;
      const { service, version, incident } = deploy;
      return {
        title: `${service ?? 'An unknown service'} ${version} does harm`,
        severity: deploy.watch?.verdict?.verdict === 'degraded' ? 'sev2' : 'sev3',
        services: service === undefined ? [] : [service],
        from: `the deploy of ${version}`,
        ...(incident === undefined ? {} : { incident }),
      };
    }
    case 'rollout': {
      const rollout = await asks.rollout(id);
      if (rollout === undefined) return undefined;
      const { service, flag, incident } = rollout;
      return {
        title: `${flag} does harm${service === undefined ? '' : ` on ${service}`}`,
        severity: 'sev3',
        services: service === undefined ? [] : [service],
        from: `the rollout of ${flag}`,
        ...(incident === undefined ? {} : { incident }),
      };
    }
  }
}

/** What the alert says of itself reads better than its name. */
function alertTitle({ name, annotations }: AlertEpisode): string {
  const { summary, message } = annotations;
  return [summary, message].find((text) => text !== undefined && text.trim() !== '') ?? name;
}
