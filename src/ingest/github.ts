import { z } from 'zod';
import type { DeployReport } from '#domain/event.ts';
import { present } from '#domain/optional.ts';
import { HOUR, type Instant } from '#domain/time.ts';
import { hubSignature } from './authenticate.ts';
import { webUrl } from './places.ts';
import { nothing, type Sender } from './sender.ts';
import { versionOf } from './version.ts';
import { digestOf, implausibleTimes, problemsOf, Time } from './wire.ts';

const STATES = {
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
  in_progress: 'started',
  // The deployment exists but nothing has been rolled out yet, or it was replaced: neither is a change of production.
  pending: undefined,
  queued: undefined,
  waiting: undefined,
  inactive: undefined,
} as const;

const DeploymentStatus = z.object({
  deployment_status: z.object({
    state: z.enum(Object.keys(STATES) as (keyof typeof STATES)[]),
    created_at: Time,
    environment: z.string().optional(),
    log_url: z.string().nullish(),
    target_url: z.string().nullish(),
    description: z.string().nullish(),
  }),
  deployment: z.object({
    id: z.number(),
    sha: z.string().min(1),
    ref: z.string().nullish(),
    environment: z.string(),
    created_at: Time,
    creator: z.object({ login: z.string() }).nullish(),
  }),
  repository: z.object({ full_name: z.string() }),
  sender: z.object({ login: z.string() }).nullish(),
});

/** GitHub's `deployment_status`. The version is the tag that was deployed, or the commit's first 12 characters for a branch. */
export const github: Sender = {
  name: 'github',
  authenticate: hubSignature,
  parse({ headers, json, at }) {
    const kind = headers['x-github-event'];
    if (typeof kind === 'string' && kind !== 'deployment_status')
      return nothing(`GitHub event ${kind.slice(0, 100)} is not a deployment status.`);
    if (kind === undefined && !hasStatus(json)) return nothing('The body holds no deployment status.');
    const parsed = DeploymentStatus.safeParse(json);
    if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
    const { deployment, deployment_status: said, repository, sender } = parsed.data;
    const status = STATES[said.state];
    if (status === undefined) return nothing(`State ${said.state} changes nothing in production.`);
    const odd = implausibleTimes(
      { 'deployment_status.created_at': said.created_at, 'deployment.created_at': deployment.created_at },
      at,
    );
    if (odd.length > 0) return { ok: false, problems: odd };
    const environment = said.environment ?? deployment.environment;
    const event: DeployReport = present({
      type: 'deployReport' as const,
      source: 'github',
      id: String(deployment.id),
      hints: {
        repository: repository.full_name,
        application: repository.full_name.split('/').at(-1) ?? '',
        environment,
      },
      version: versionOf(deployment.ref, deployment.sha),
      environment,
      status,
      at: said.created_at,
      ...(status === 'started' ? {} : askedFor(deployment.created_at, said.created_at)),
      url: webUrl(said.target_url) ?? webUrl(said.log_url),
      actor: deployment.creator?.login ?? sender?.login,
      changes: [],
    });
    return {
      ok: true,
      events: [{ event, dedupeKey: `github:${digestOf([repository.full_name, deployment.id, said.state])}` }],
    };
  },
};

/** A deployment may wait for hours to be approved: without a word of its beginning it is taken to have begun when it was asked for, an hour ago at most. */
function askedFor(created: Instant, at: Instant): Pick<DeployReport, 'startedAt' | 'isStartGuessed'> {
  return { startedAt: Math.min(at, Math.max(created, at - HOUR)), isStartGuessed: true };
}

function hasStatus(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'deployment_status' in json;
}
