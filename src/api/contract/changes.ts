import { z } from 'zod';
import type { OpenAlert as DomainAlert, RecentChange } from '#app/answer.ts';
import { present } from '#domain/optional.ts';
import { Share, Time, timeOf, Untrusted } from './values.ts';

/** An alert that is open now. */
export const OpenAlert = z.object({
  id: z.string().describe('Of its episode.'),
  name: Untrusted,
  severity: z.enum(['page', 'ticket', 'info']),
  since: Time,
  isAcknowledged: z.boolean(),
});
export type OpenAlert = z.infer<typeof OpenAlert>;

/** A change that may be why: a deploy, or a step of a feature flag’s rollout. */
export const Change = z.object({
  kind: z.enum(['deploy', 'flag']),
  id: z.string().describe('Of the deploy, or of the rollout.'),
  service: z.string(),
  relation: z.enum(['own', 'dependency']).describe('Of the service itself, or of one that it depends on.'),
  what: Untrusted.describe('The version, or the flag’s name.'),
  share: Share.optional().describe('Of a flag: who has it since then.'),
  at: Time,
  by: Untrusted.optional(),
  url: Untrusted.optional(),
  isProven: z
    .literal(true)
    .optional()
    .describe('Those with the flag were found to do worse than those without it.'),
});
export type Change = z.infer<typeof Change>;

export function openAlertOf({ episode, name, severity, since, acknowledged }: DomainAlert): OpenAlert {
  return { id: episode, name, severity, since: timeOf(since), isAcknowledged: acknowledged };
}

export function changeOf(change: RecentChange): Change {
  const { kind, id, service, relation, at, actor, url } = change;
  return {
    ...{ kind, id, service, relation, at: timeOf(at) },
    what: change.kind === 'deploy' ? change.version : change.flag,
    ...present({ by: actor, url }),
    ...(change.kind === 'flag' ? present({ share: change.share, isProven: change.isProven }) : {}),
  };
}
