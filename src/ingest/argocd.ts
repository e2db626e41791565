import { z } from 'zod';
import type { DeployReport } from '#domain/event.ts';
import { present } from '#domain/optional.ts';
import { failure } from '#domain/problem.ts';
import { type Instant, MINUTE } from '#domain/time.ts';
import { Application, type Operation, placeOf, syncedBy } from './argocd-application.ts';
import { deployedAttachment } from './argocd-attachment.ts';
import { bearerToken } from './authenticate.ts';
import { DEFAULT_ENVIRONMENT, webUrl } from './places.ts';
import { nothing, type ParseResult, type Sender } from './sender.ts';
import { digestOf, implausibleTimes, problemsOf } from './wire.ts';

/** What `bellbuoy generate argocd` installs; others send the whole Application under `app`. */
const Notification = z.object({
  app: Application,
  argocdUrl: z.string().nullish(),
  environment: z.string().min(1).nullish(),
});

const Whole = Application.transform((app): z.infer<typeof Notification> => ({ app }));

/** Health that breaks later than this after a sync is not the deploy's; Kubernetes gives a rollout up after ten minutes. */
const SETTLED_AFTER = 30 * MINUTE;

/**
 * Argo CD's notifications. There is no fixed body: ours is the template that `bellbuoy generate argocd` prints. Read are also the whole
 * Application (alone or under `app`) and the attachment of the catalogue's `app-deployed`.
 */
export const argocd: Sender = {
  name: 'argocd',
  authenticate: bearerToken,
  parse({ json, at }) {
    if (has(json, 'attachments')) return deployedAttachment(json, at);
    if (!has(json, 'app') && !has(json, 'metadata'))
      return { ok: false, problems: [failure('body-invalid', NO_APP, { where: 'app' }).problem] };
    const parsed = (has(json, 'app') ? Notification : Whole).safeParse(json);
    if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
    return read(parsed.data, at);
  },
};

const NO_APP = 'The body holds no application; install the template that bellbuoy generate argocd prints.';

function read({ app, ...body }: z.infer<typeof Notification>, at: Instant): ParseResult {
  const { metadata, status } = app;
  const operation = status.operationState;
  if (operation === undefined || operation === null)
    return nothing(`Application ${metadata.name.slice(0, 100)} has not been synced.`);
  const stage = stageOf(operation, status.health, at);
  if ('ignored' in stage) return nothing(stage.ignored);
  const synced = syncedBy(app, operation);
  if (synced === undefined) return nothing('The operation does not say yet to which revision it syncs.');
  if (synced.again) return nothing('This is a sync of what was deployed before: nothing new was deployed.');
  const odd = implausibleTimes(
    {
      'app.status.operationState.startedAt': operation.startedAt,
      'app.status.operationState.finishedAt': operation.finishedAt ?? undefined,
      'app.status.health.lastTransitionTime': status.health?.lastTransitionTime ?? undefined,
    },
    at,
  );
  if (odd.length > 0) return { ok: false, problems: odd };
  const { environment: found, ...place } = placeOf(app);
  const environment = found ?? body.environment ?? DEFAULT_ENVIRONMENT;
  const name = [metadata.namespace ?? '', metadata.name].join('/');
  const id = `${name}@${new Date(operation.startedAt).toISOString()}`;
  const event: DeployReport = present({
    type: 'deployReport' as const,
    source: 'argocd',
    id,
    hints: present({ application: metadata.name, environment, ...place }),
    version: synced.version,
    artifact: synced.artifact,
    rollback: synced.rollback ? (true as const) : undefined,
    environment,
    status: stage.status,
    at: stage.at ?? at,
    startedAt: operation.startedAt,
    // Applications of several clusters may be one service's.
    part: metadata.name,
    url: webUrl(
      body.argocdUrl && `${body.argocdUrl.replace(/\/$/, '')}/applications/${name.replace(/^\//, '')}`,
    ),
    actor: operation.operation?.initiatedBy?.username ?? undefined,
    changes: [],
  });
  return { ok: true, events: [{ event, dedupeKey: `argocd:${digestOf([id, stage.status])}` }] };
}

type Stage =
  | { readonly status: DeployReport['status']; readonly at?: Instant | undefined }
  | { readonly ignored: string };

/**
 * A sync that is through is a deploy that succeeded once the application is healthy; until then it rolls out, and where health breaks
 * soon after, it failed.
 */
function stageOf(operation: Operation, health: Application['status']['health'], now: Instant): Stage {
  const { phase, startedAt } = operation;
  const finishedAt = operation.finishedAt ?? undefined;
  if (phase === 'Running') return { status: 'started', at: startedAt };
  if (phase === 'Failed' || phase === 'Error') return { status: 'failed', at: finishedAt };
  if (phase === 'Terminating') return { ignored: 'The operation is being ended.' };
  const state = health?.status ?? 'Healthy';
  const changedAt = health?.lastTransitionTime ?? undefined;
  if (state === 'Progressing' || state === 'Suspended') return { status: 'started', at: startedAt };
  if (state === 'Degraded' && (changedAt ?? now) - (finishedAt ?? startedAt) < SETTLED_AFTER)
    return { status: 'failed', at: changedAt };
  if (state !== 'Healthy') return { ignored: `Health ${state.slice(0, 100)} is no step of a deploy.` };
  const healthyAt = changedAt ?? finishedAt;
  return {
    status: 'succeeded',
    at: healthyAt === undefined ? undefined : Math.max(healthyAt, finishedAt ?? healthyAt),
  };
}

function has(json: unknown, field: string): boolean {
  return typeof json === 'object' && json !== null && field in json;
}
