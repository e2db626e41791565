import type { Subject } from '#domain/incident/incident.ts';
import { alertRoot } from './jobs/alert.ts';
import { deployRoot } from './jobs/deploy.ts';
import { rolloutRoot } from './jobs/rollout.ts';
import { umbrellaRoot } from './jobs/umbrella.ts';
import type { Ports } from './ports.ts';

/** The thread of an alert, deploy or rollout: the key of its root message, its channel, and what it is about in a few words. */
export type SubjectThread = { readonly key: string; readonly channel: string; readonly title: string };

/** The thread in which something is told; `undefined` where it is not known, or has no thread. */
export async function subjectThread(
  { kind, id }: Subject,
  { alerts, deploys, flags }: Pick<Ports['store'], 'alerts' | 'deploys' | 'flags'>,
): Promise<SubjectThread | undefined> {
  switch (kind) {
    case 'alert': {
      const episode = await alerts.get(id);
      if (episode === undefined) return undefined;
      const { umbrella, channel, name, service } = episode;
      const key = umbrella === undefined ? alertRoot(id) : umbrellaRoot(umbrella);
      return { key, channel, title: service === undefined ? name : `${name} on ${service}` };
    }
    case 'deploy': {
      const deploy = await deploys.get(id);
      if (deploy?.channel === undefined) return undefined;
      const title = [deploy.service, deploy.version].filter((part) => part !== undefined).join(' ');
      return { key: deployRoot(id), channel: deploy.channel, title };
    }
    case 'rollout': {
      const rollout = await flags.get(id);
      if (rollout?.channel === undefined) return undefined;
      const { flag, service, channel } = rollout;
      return { key: rolloutRoot(id), channel, title: service === undefined ? flag : `${flag} on ${service}` };
    }
  }
}
