/** Bodies as deployment tools send them, made up here. Times are of the morning of 24 November 2026, UTC. */

export const COMMIT = '9f2d41c07b3e5a6188d0c4e2f7a1b3c5d7e9f012';
const OLDER = 'b'.repeat(40);

export function gitlabDeployment(status: string, more: object = {}) {
  return {
    object_kind: 'deployment',
    status,
    status_changed_at: '2026-11-24 12:59:00 +0100',
    deployment_id: 15,
    deployable_id: 796,
    deployable_url: 'https://gitlab.example/shop/checkout/-/jobs/796',
    environment: 'production',
    environment_tier: 'production',
    environment_slug: 'production',
    environment_external_url: 'https://shop.example',
    project: { id: 30, name: 'Checkout', path_with_namespace: 'shop/checkout', default_branch: 'main' },
    ref: 'v1.4.2',
    short_sha: COMMIT.slice(0, 8),
    user: { id: 1, name: 'Noor', username: 'noor' },
    user_url: 'https://gitlab.example/noor',
    commit_url: `https://gitlab.example/shop/checkout/-/commit/${COMMIT}`,
    commit_title: 'Ask once',
    ...more,
  };
}

/** How each version of CDEvents' specification writes the same event. */
export const CDEVENTS = {
  '0.1.0': { context: { version: '0.1.0' }, subject: { type: 'service' }, type: '0.1.0' },
  '0.2.0': { context: { version: '0.2.0' }, subject: { type: 'service' }, type: '0.1.1' },
  '0.3.0': { context: { version: '0.3.0' }, subject: { type: 'service' }, type: '0.1.1' },
  '0.4.1': { context: { version: '0.4.1', chainId: 'c-1' }, subject: { type: 'service' }, type: '0.2.0' },
  '0.5.0': { context: { specversion: '0.5.0', chainId: 'c-1', links: [] }, subject: {}, type: '0.3.0' },
} as const;

export function cdevent(
  kind: string,
  version: keyof typeof CDEVENTS = '0.5.0',
  { context, subject, content }: { context?: object; subject?: object; content?: object } = {},
) {
  const written = CDEVENTS[version];
  return {
    context: {
      ...written.context,
      ...{ id: 'e-271069a8', source: 'https://ci.example/shop' },
      ...{ type: `dev.cdevents.${kind}.${written.type}`, timestamp: '2026-11-24T11:59:00.315384Z' },
      ...context,
    },
    subject: {
      ...{ id: 'checkout', source: 'https://ci.example/shop', ...written.subject },
      content: {
        environment: { id: 'production', source: 'https://clusters.example' },
        artifactId: 'pkg:oci/checkout@sha256%3A0b31b1c02ff4?repository_url=ghcr.io/shop&tag=v1.4.2',
        ...content,
      },
      ...subject,
    },
    customData: { note: 'free' },
    customDataContentType: 'application/json',
  };
}

/** The headers of CloudEvents' binary mode for a CDEvent. */
export function binaryHeaders({ context }: ReturnType<typeof cdevent>): Record<string, string> {
  return {
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-id': context.id,
    'ce-source': context.source,
    'ce-type': context.type,
    'ce-time': context.timestamp,
  };
}

/** CloudEvents' structured mode around a CDEvent. */
export function structured(event: ReturnType<typeof cdevent>, more: object = {}) {
  const { id, source, type, timestamp } = event.context;
  return {
    ...{ specversion: '1.0', id, source, type, time: timestamp, subject: event.subject.id },
    ...{ datacontenttype: 'application/json', data: event },
    ...more,
  };
}

type Operation = { phase: string; health?: string; revision?: string; startedAt?: string; images?: string[] };

/** Argo CD's Application in the middle of its life: deployed the day before, and now synced to another revision. */
export function application({
  phase,
  health = phase === 'Succeeded' ? 'Healthy' : 'Progressing',
  revision = COMMIT,
  startedAt = '2026-11-24T11:57:00Z',
  images = ['ghcr.io/shop/checkout:v1.4.2', 'docker.io/envoyproxy/envoy:v1.31.0'],
}: Operation) {
  const source = {
    repoURL: 'https://git.example/shop/checkout-deploy.git',
    ...{ path: 'overlays/prod', targetRevision: 'main', helm: { values: 'password: "{{ s3cret }}"' } },
  };
  const before = { id: 1, revision: OLDER, source };
  const now = { id: 2, revision, source, deployStartedAt: startedAt, deployedAt: '2026-11-24T11:58:00Z' };
  const isOver = phase !== 'Running';
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'checkout-prod', namespace: 'argocd', labels: { team: 'payments "A" </b>' } },
    spec: {
      project: 'default',
      destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
      source,
    },
    status: {
      reconciledAt: '2026-11-24T11:58:05Z',
      health: { status: health, lastTransitionTime: '2026-11-24T11:59:00Z' },
      summary: { images },
      history: [
        { ...before, deployStartedAt: '2026-11-23T11:00:00Z', deployedAt: '2026-11-23T11:01:00Z' },
        ...(phase === 'Succeeded' ? [now] : []),
      ],
      operationState: {
        ...{ phase, startedAt, ...(isOver ? { finishedAt: '2026-11-24T11:58:00Z' } : {}) },
        operation: { initiatedBy: { username: 'noor' }, sync: { revision } },
        syncResult: { revision, source, resources: [] },
      },
    },
  };
}

export function fluxEvent(
  kind: string,
  reason: string,
  { object, ...more }: { object?: object; [field: string]: unknown } = {},
) {
  const isHelm = kind === 'HelmRelease';
  return {
    involvedObject: {
      ...{ kind, namespace: 'apps', name: 'checkout', uid: '7d0cdc51-ddcf' },
      ...{ apiVersion: isHelm ? 'helm.toolkit.fluxcd.io/v2' : 'kustomize.toolkit.fluxcd.io/v1' },
      ...object,
    },
    severity: reason.endsWith('Failed') ? 'error' : 'info',
    timestamp: '2026-11-24T11:59:00Z',
    message: isHelm
      ? 'Helm upgrade succeeded for release apps/checkout.v7 with chart checkout@1.4.2'
      : 'Reconciliation finished in 1.2s, next run in 10m0s',
    reason,
    metadata: isHelm
      ? { revision: '1.4.2', token: 'sha256:77aa', 'app-version': '1.4.2' }
      : { revision: `main@sha1:${COMMIT}`, commit_status: 'update' },
    reportingController: isHelm ? 'helm-controller' : 'kustomize-controller',
    reportingInstance: 'x-7d9f8c6b5-x2kqp',
    ...more,
  };
}

export function githubStatus(state: string) {
  return {
    deployment_status: { state, created_at: '2026-11-24T11:59:00Z' },
    deployment: { id: 7, sha: COMMIT, environment: 'production', created_at: '2026-11-24T11:57:00Z' },
    repository: { full_name: 'shop/checkout' },
  };
}

type Example = { readonly body: object; readonly headers?: Record<string, string> };

/** For each sender of deploys: bodies that each become one deploy of checkout, and bodies of which nothing follows. */
export const EXAMPLES: Readonly<
  Record<string, { deploys: readonly Example[]; nothing: readonly Example[] }>
> = {
  deploy: { deploys: [{ body: { service: 'checkout', version: 'v1.4.2', id: '812' } }], nothing: [] },
  github: {
    deploys: [{ body: githubStatus('success') }],
    nothing: [{ body: { zen: 'Keep it logically awesome.' }, headers: { 'x-github-event': 'ping' } }],
  },
  gitlab: {
    deploys: [{ body: gitlabDeployment('success') }],
    nothing: [
      { body: { object_kind: 'tag_push', ref: 'refs/tags/v1.4.2' } },
      { body: { object_kind: 'pipeline', object_attributes: { status: 'success' } } },
      { body: gitlabDeployment('canceled') },
    ],
  },
  cdevents: {
    deploys: [
      { body: cdevent('service.deployed') },
      {
        body: structured(cdevent('service.deployed')),
        headers: { 'content-type': 'application/cloudevents+json' },
      },
      { body: cdevent('service.deployed'), headers: binaryHeaders(cdevent('service.deployed')) },
      {
        body: [structured(cdevent('service.deployed'))],
        headers: { 'content-type': 'application/cloudevents-batch+json' },
      },
    ],
    nothing: [{ body: cdevent('build.finished') }, { body: cdevent('service.removed') }, { body: [] }],
  },
  argocd: {
    deploys: [{ body: { app: application({ phase: 'Succeeded' }) } }],
    nothing: [{ body: { app: { metadata: { name: 'checkout' } } } }],
  },
  flux: {
    deploys: [{ body: fluxEvent('Kustomization', 'ReconciliationSucceeded') }],
    nothing: [
      { body: fluxEvent('GitRepository', 'NewArtifact') },
      { body: fluxEvent('Kustomization', 'DependencyNotReady') },
    ],
  },
};
