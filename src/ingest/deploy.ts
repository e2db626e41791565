import { z } from 'zod';
import { present } from '#domain/optional.ts';
import { bearerToken } from './authenticate.ts';
import type { Sender } from './sender.ts';
import { digestOf, implausibleTimes, problemsOf, Time } from './wire.ts';

const Text = z.string().trim().min(1).max(500);
const Url = z.url({ protocol: /^https?$/ }).max(2000);

/** The documented body of `/webhooks/deploy`: one deploy in one of its states. */
const Body = z.strictObject({
  service: Text,
  version: Text,
  environment: Text.default('production'),
  status: z.enum(['started', 'succeeded', 'failed']).default('succeeded'),
  at: Time.optional(),
  startedAt: Time.optional(),
  id: Text.optional(),
  part: Text.optional(),
  previousVersion: Text.optional(),
  url: Url.optional(),
  actor: Text.optional(),
  repository: Text.optional(),
  changes: z
    .array(z.strictObject({ title: Text, url: Url.optional(), author: Text.optional() }))
    .max(200)
    .default([]),
});

/** Any deployment tool that can post a small JSON. Without `id`, a repeat is known by service, version, place, state and time. */
export const deploy: Sender = {
  name: 'deploy',
  authenticate: bearerToken,
  parse({ json, at }) {
    const parsed = Body.safeParse(json);
    if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
    const { service, repository, at: named, ...body } = parsed.data;
    const odd = implausibleTimes({ at: named, startedAt: body.startedAt }, at);
    if (odd.length > 0) return { ok: false, problems: odd };
    // A body without a time is taken as "now": to the minute, so that a retry is still the same report.
    const when = named ?? Math.floor(at / 60_000) * 60_000;
    const key = [service, body.version, body.environment, body.part ?? '', body.status, body.id ?? when];
    return {
      ok: true,
      events: [
        {
          dedupeKey: `deploy:${digestOf(key)}`,
          event: present({
            type: 'deployReport' as const,
            source: 'deploy',
            hints: present({ service, repository, environment: body.environment }),
            ...body,
            changes: body.changes.map(present),
            at: named ?? at,
          }),
        },
      ],
    };
  },
};
