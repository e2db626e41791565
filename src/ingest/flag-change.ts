import { z } from 'zod';
import type { Instant } from '#domain/time.ts';
import { anew, flagReport, Name } from './flag-report.ts';
import { contradictionsIn, SHARES, shareIn } from './flag-share.ts';
import { DEFAULT_ENVIRONMENT } from './places.ts';
import type { ParseResult } from './sender.ts';
import { implausibleTimes, problemsOf, Time } from './wire.ts';

/** The documented body of `/webhooks/flags`: from `at` on so many have the flag. */
const Body = z.strictObject({
  flag: Name,
  service: Name.optional(),
  environment: Name.default(DEFAULT_ENVIRONMENT),
  ...SHARES,
  at: Time.optional(),
  id: Name.optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  actor: Name.optional(),
  project: Name.optional(),
});

/** What of a body must agree, each as far as it can be read by itself: everything that is wrong is told at once. */
const Agreeing = z.object({
  share: SHARES.share.catch(undefined),
  percent: SHARES.percent.catch(undefined),
  enabled: SHARES.enabled.catch(undefined),
  at: Time.optional().catch(undefined),
});

/** Any tool or script that can post a small JSON when a flag changes. */
export function readFlagChange(json: unknown, at: Instant): ParseResult {
  const parsed = Body.safeParse(json);
  const { at: time, ...shares } = Agreeing.safeParse(json).data ?? {};
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error)),
    ...contradictionsIn(shares),
    ...implausibleTimes({ at: time }, at),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const { id, at: named, share: _share, percent: _percent, enabled: _enabled, ...told } = parsed.data;
  const share = shareIn(shares);
  const { flag, service = '', environment, project = '' } = told;
  const identity = [flag, service, environment, project, share ?? '', id ?? named ?? anew(share, at)];
  return { ok: true, events: [flagReport({ source: 'flags', ...told, share, at: named ?? at }, identity)] };
}
