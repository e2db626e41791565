import { z } from 'zod';
import { present } from '#domain/optional.ts';
import { failure, type Problem } from '#domain/problem.ts';
import { type Instant, MINUTE } from '#domain/time.ts';
import type { ParseResult } from './sender.ts';
import { digestOf, implausibleTimes, problemsOf, Time } from './wire.ts';

const Text = z.string().trim().min(1).max(500);
const Share = z.number().min(0).max(1);
const Percent = z.number().min(0).max(100);

/** The documented body of `/webhooks/flags`: from `at` on so many have the flag. */
const Body = z.strictObject({
  flag: Text,
  service: Text.optional(),
  environment: Text.default('production'),
  share: Share.optional(),
  percent: Percent.optional(),
  enabled: z.boolean().optional(),
  at: Time.optional(),
  id: Text.optional(),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  actor: Text.optional(),
  project: Text.optional(),
});

/** What of a body must agree, each as far as it can be read by itself: everything that is wrong is told at once. */
const Agreeing = z.object({
  share: Share.optional().catch(undefined),
  percent: Percent.optional().catch(undefined),
  enabled: z.boolean().optional().catch(undefined),
  at: Time.optional().catch(undefined),
});

type Told = Pick<z.infer<typeof Agreeing>, 'share' | 'percent' | 'enabled'>;

/** Any tool or script that can post a small JSON when a flag changes. */
export function readFlagChange(json: unknown, at: Instant): ParseResult {
  const parsed = Body.safeParse(json);
  const { at: time, ...told } = Agreeing.safeParse(json).data ?? {};
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error)),
    ...contradictionsIn(told),
    ...implausibleTimes({ at: time }, at),
  ];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const { flag, service, environment, project, url, actor, id, at: named } = parsed.data;
  const share = shareIn(told);
  const key = [flag, service ?? '', environment, project ?? '', share ?? '', id ?? named ?? anew(share, at)];
  return {
    ok: true,
    events: [
      {
        dedupeKey: `flags:${digestOf(key)}`,
        event: present({
          ...{ type: 'flagReport' as const, source: 'flags', flag, project },
          hints: present({ service, application: project, environment }),
          ...{ environment, share, at: named ?? at, url, actor },
        }),
      },
    ],
  };
}

/**
 * What stands for the time in the key of a body that names neither time nor id. On, off and on again may come within a minute, and the
 * last of them must not be taken for a repeat of the first: each is a report of its own (and one that tells the share that holds already
 * changes nothing). Where no share is told nothing can be lost so, and a repeat is known for a minute.
 */
function anew(share: number | undefined, at: Instant): Instant {
  return share === undefined ? Math.floor(at / MINUTE) * MINUTE : at;
}

/** The share that the fields agree on; `enabled` means everybody or nobody where it stands alone. */
function shareIn({ share, percent, enabled }: Told): number | undefined {
  return (
    share ??
    (percent === undefined ? undefined : percent / 100) ??
    (enabled === undefined ? undefined : Number(enabled))
  );
}

function contradictionsIn({ share, percent, enabled }: Told): readonly Problem[] {
  const each = [
    share === undefined ? [] : ([['share', share, share]] as const),
    percent === undefined ? [] : ([['percent', percent, percent / 100]] as const),
  ].flat();
  const [first, second] = each;
  return [
    ...(first !== undefined && second !== undefined && Math.abs(first[2] - second[2]) > 1e-9
      ? [
          contradiction(
            `${first[0]}: ${first[1]} and ${second[0]}: ${second[1]} are different shares`,
            second[0],
          ),
        ]
      : []),
    ...(enabled === false
      ? each
          .filter(([, , of]) => of > 0)
          .map(([name, value]) =>
            contradiction(
              `enabled: false means that nobody has the flag, ${name}: ${value} that somebody does`,
              name,
            ),
          )
      : []),
  ];
}

function contradiction(what: string, where: string): Problem {
  return failure('body-invalid', `${what}.`, { where }).problem;
}
