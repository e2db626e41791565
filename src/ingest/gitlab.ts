import { z } from 'zod';
import type { DeployReport } from '#domain/event.ts';
import { present } from '#domain/optional.ts';
import { failure } from '#domain/problem.ts';
import { gitlabToken } from './authenticate.ts';
import { DEFAULT_ENVIRONMENT, webUrl } from './places.ts';
import { nothing, type Sender } from './sender.ts';
import { isVersion, versionOf } from './version.ts';
import { digestOf, implausibleTimes, problemsOf, Time } from './wire.ts';

const STATES = {
  running: 'started',
  success: 'succeeded',
  failed: 'failed',
  // Nothing has been rolled out, or most of these never began: pipelines that a newer commit made superfluous.
  created: undefined,
  blocked: undefined,
  skipped: undefined,
  canceled: undefined,
} as const;

/** GitLab writes `2026-11-24 11:59:00 +0100` or `… UTC`. */
const GitLabTime = z.preprocess(
  (given) =>
    typeof given === 'string'
      ? given.replace(/^(\S+) (\S+) (?:UTC|([+-]\d\d):?(\d\d))$/, (_, day, time, hours, minutes) =>
          hours === undefined ? `${day}T${time}Z` : `${day}T${time}${hours}:${minutes}`,
        )
      : given,
  Time,
);

const Text = z.string().min(1);

const Deployment = z.object({
  status: z.enum(Object.keys(STATES) as (keyof typeof STATES)[]),
  status_changed_at: GitLabTime.nullish(),
  deployment_id: z.number().nullish(),
  deployable_url: z.string().nullish(),
  environment: Text.nullish(),
  environment_tier: Text.nullish(),
  project: z.object({ path_with_namespace: Text }),
  ref: z.string().nullish(),
  short_sha: Text.nullish(),
  commit_url: z.string().nullish(),
  commit_title: Text.nullish(),
  user: z.object({ username: z.string().nullish(), name: z.string().nullish() }).nullish(),
});

/** GitLab's deployment events. The version is the tag that was deployed, or the commit's short form for a branch. */
export const gitlab: Sender = {
  name: 'gitlab',
  authenticate: gitlabToken,
  parse({ headers, json, at }) {
    const kind = kindOf(json) ?? headers['x-gitlab-event']?.toString();
    if (kind !== 'deployment')
      return kind === undefined
        ? { ok: false, problems: [failure('body-invalid', NO_KIND, { where: 'object_kind' }).problem] }
        : nothing(`GitLab event ${kind.slice(0, 100)} is not a deployment.`);
    const parsed = Deployment.safeParse(json);
    if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
    const said = parsed.data;
    const status = STATES[said.status];
    if (status === undefined) return nothing(`Status ${said.status} changes nothing in production.`);
    const version = versionIn(said);
    if (version === undefined)
      return { ok: false, problems: [failure('body-invalid', NO_VERSION, { where: 'short_sha' }).problem] };
    const odd = implausibleTimes({ status_changed_at: said.status_changed_at ?? undefined }, at);
    if (odd.length > 0) return { ok: false, problems: odd };
    const repository = said.project.path_with_namespace;
    const environment = said.environment ?? DEFAULT_ENVIRONMENT;
    const url = webUrl(said.deployable_url);
    const event: DeployReport = present({
      type: 'deployReport' as const,
      source: 'gitlab',
      id:
        said.deployment_id === null || said.deployment_id === undefined ? undefined : `${said.deployment_id}`,
      hints: { repository, application: repository.split('/').at(-1) ?? '', environment },
      version,
      environment,
      environmentTier: said.environment_tier ?? undefined,
      status,
      at: said.status_changed_at ?? at,
      url,
      actor: said.user?.username ?? said.user?.name ?? undefined,
      changes:
        said.commit_title === null || said.commit_title === undefined
          ? []
          : [present({ title: said.commit_title, url: webUrl(said.commit_url) })],
    });
    // Without an id a repeat is known by the job, else by what it says.
    const which = said.deployment_id ?? url ?? [version, environment, said.status_changed_at ?? null];
    return {
      ok: true,
      events: [{ event, dedupeKey: `gitlab:${digestOf([repository, which, said.status])}` }],
    };
  },
};

const NO_KIND = 'The body names no kind of event; GitLab’s webhooks have one, such as "deployment".';
const NO_VERSION = 'Neither ref, short_sha, commit_url nor deployable_url tells what was deployed.';

/** Webhooks of projects and groups name an `object_kind`, some of the whole installation's an `event_name`. */
const Kind = z.union([
  z.object({ object_kind: z.string() }).transform((body) => body.object_kind),
  z.object({ event_name: z.string() }).transform((body) => body.event_name),
]);

function kindOf(json: unknown): string | undefined {
  return Kind.safeParse(json).data;
}

/** Old versions of GitLab leave out ref and commit; the number of the job is then all that there is. */
function versionIn(said: z.infer<typeof Deployment>): string | undefined {
  const lastOf = (url: string | null | undefined) => url?.split('/').at(-1);
  const commit = said.short_sha ?? lastOf(said.commit_url)?.slice(0, 8) ?? '';
  if (commit !== '' || isVersion(said.ref)) return versionOf(said.ref, commit);
  const job = /^\d+$/.exec(lastOf(said.deployable_url) ?? '')?.[0];
  return job === undefined ? undefined : `#${job}`;
}
