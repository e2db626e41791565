import { z } from 'zod';
import { failure, type Problem } from '#domain/problem.ts';
import { type Instant, MINUTE } from '#domain/time.ts';
import { flagReport, Name } from './flag-report.ts';
import { DEFAULT_ENVIRONMENT } from './places.ts';
import type { ParseResult } from './sender.ts';
import { implausibleTimes, problemsOf, Time } from './wire.ts';

const Share = z.number().min(0).max(1);
const Percent = z.number().min(0).max(100);

/** The documented body of `/webhooks/flags`: from `at` on so many have the flag. */
const Body = z.strictObject({
  flag: Name,
  service: Name.optional(),
  environment: Name.default(DEFAULT_ENVIRONMENT),
  share: Share.optional(),
  percent: Percent.optional(),
  enabled: z.boolean().optional(),
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
  share: Share.optional().catch(undefined),
  percent: Percent.optional().catch(undefined),
  enabled: z.boolean().optional().catch(undefined),
  at: Time.optional().catch(undefined),
});

type Shares = Pick<z.infer<typeof Agreeing>, 'share' | 'percent' | 'enabled'>;

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

/**
 * What stands for the time in the identity of a body that names neither time nor id. On, off and on again may come within a minute, and
 * the last of them must not be taken for a repeat of the first: each is a report of its own (and one that tells the share that holds
 * already changes nothing). Where no share is told nothing can be lost so, and a repeat is known for a minute.
 */
function anew(share: number | undefined, at: Instant): Instant {
  return share === undefined ? Math.floor(at / MINUTE) * MINUTE : at;
}

/** The share that the fields agree on; `enabled` means everybody or nobody where it stands alone. */
function shareIn({ share, percent, enabled }: Shares): number | undefined {
  if (share !== undefined) return share;
  if (percent !== undefined) return percent / 100;
  return enabled === undefined ? undefined : Number(enabled);
}

function contradictionsIn({ share, percent, enabled }: Shares): readonly Problem[] {
  const given = [
    ...(share === undefined ? [] : [{ name: 'share', value: share, of: share }]),
    ...(percent === undefined ? [] : [{ name: 'percent', value: percent, of: percent / 100 }]),
  ];
  const [first, second] = given;
  return [
    ...(first !== undefined && second !== undefined && Math.abs(first.of - second.of) > 1e-9
      ? [contradiction(`share: ${first.value} and percent: ${second.value} differ`, 'percent')]
      : []),
    ...given
      .filter(({ of }) => enabled === false && of > 0)
      .map(({ name, value }) =>
        contradiction(
          `enabled: false means that nobody has the flag, ${name}: ${value} that somebody has`,
          name,
        ),
      ),
  ];
}

function contradiction(what: string, where: string): Problem {
  return failure('body-invalid', `${what}.`, { where }).problem;
}
