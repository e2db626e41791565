import { z } from 'zod';
import { present } from '#domain/optional.ts';
import type { Instant } from '#domain/time.ts';
import { DEFAULT_ENVIRONMENT, environmentIn, repositoryOf, shortNameOf, webUrl } from './places.ts';
import { nothing, type ParseResult } from './sender.ts';
import { versionOf } from './version.ts';
import { digestOf, problemsOf } from './wire.ts';

const Attachments = z.object({
  attachments: z
    .array(
      z.object({
        title: z.string().min(1),
        title_link: z.string().nullish(),
        fields: z.array(z.object({ title: z.string(), value: z.string() })).default([]),
      }),
    )
    .min(1),
});

/**
 * The Slack attachment that the template `app-deployed` of Argo CD's own catalogue holds, posted to us instead: application, sync status,
 * repository and revision. It tells no time, so that one revision of an application is one deploy.
 */
export function deployedAttachment(json: unknown, at: Instant): ParseResult {
  const parsed = Attachments.safeParse(json);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const [attachment] = parsed.data.attachments;
  const fields = new Map(attachment?.fields.map(({ title, value }) => [title.toLowerCase(), value]));
  const [name, status, revision] = [attachment?.title, fields.get('sync status'), fields.get('revision')];
  if (name === undefined || status !== 'Synced' || revision === undefined || revision === '')
    return nothing('The attachment tells of no application that is synced to a revision.');
  const repository = /\S+:\S+$/.exec(fields.get('repository') ?? '')?.[0];
  const environment = environmentIn([name]) ?? DEFAULT_ENVIRONMENT;
  const event = present({
    type: 'deployReport' as const,
    source: 'argocd',
    hints: present({
      application: name,
      repository: repository === undefined ? undefined : repositoryOf(repository),
      environment,
      labels: shortNameOf(name),
    }),
    version: versionOf(revision, revision),
    environment,
    status: 'succeeded' as const,
    at,
    part: name,
    url: webUrl(attachment?.title_link),
    changes: [],
  });
  return { ok: true, events: [{ event, dedupeKey: `argocd:${digestOf([name, environment, revision])}` }] };
}
