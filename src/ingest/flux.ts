import { z } from 'zod';
import { present } from '#domain/optional.ts';
import { failure } from '#domain/problem.ts';
import { fluxProof } from './authenticate.ts';
import { meaningOf } from './flux-reasons.ts';
import { DEFAULT_ENVIRONMENT, environmentIn, shortNameOf } from './places.ts';
import { nothing, type Sender } from './sender.ts';
import { isVersion, versionOf } from './version.ts';
import { digestOf, implausibleTimes, LabelSet, problemsOf, Time } from './wire.ts';

/** An event as notification-controller's `generic` and `generic-hmac` providers post it. */
const FluxEvent = z.object({
  involvedObject: z.object({
    kind: z.string().min(1),
    namespace: z.string().nullish(),
    name: z.string().min(1),
    uid: z.string().nullish(),
  }),
  severity: z.string().default('info'),
  timestamp: Time,
  message: z.string().default(''),
  reason: z.string().default(''),
  metadata: LabelSet,
});

/** Flux's events of Kustomizations and Helm releases. One revision of an object is one deploy, however often it is reconciled. */
export const flux: Sender = {
  name: 'flux',
  authenticate: fluxProof,
  parse({ json, at }) {
    const parsed = FluxEvent.safeParse(json);
    if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
    const { involvedObject: object, timestamp, message, metadata } = parsed.data;
    if (object.kind !== 'Kustomization' && object.kind !== 'HelmRelease')
      return nothing(`A ${object.kind.slice(0, 100)} deploys nothing.`);
    const meaning = meaningOf({ ...parsed.data, kind: object.kind });
    if ('ignored' in meaning) return nothing(meaning.ignored);
    const revision = told(metadata, 'revision') ?? /with chart \S+?@(\S+?):?(\s|$)/.exec(message)?.[1];
    if (revision === undefined)
      return {
        ok: false,
        problems: [failure('body-invalid', NO_REVISION, { where: 'metadata.revision' }).problem],
      };
    const odd = implausibleTimes({ timestamp }, at);
    if (odd.length > 0) return { ok: false, problems: odd };
    const { namespace, name } = object;
    const cluster = told(metadata, 'cluster');
    const environment =
      told(metadata, 'environment') ??
      told(metadata, 'env') ??
      environmentIn([namespace, cluster, name]) ??
      DEFAULT_ENVIRONMENT;
    const uid = object.uid ?? [cluster ?? '', object.kind, namespace ?? '', name].join('/');
    // The values of a Helm release, which may change while its chart does not.
    const values = told(metadata, 'token') ?? '';
    const turn = meaning.once === 'time' ? timestamp : '';
    return {
      ok: true,
      events: [
        {
          dedupeKey: `flux:${digestOf([uid, revision, values, meaning.status, meaning.rollback ?? false, turn])}`,
          event: present({
            type: 'deployReport' as const,
            source: 'flux',
            id: object.kind === 'Kustomization' ? `${uid}@${revision}` : undefined,
            hints: present({
              ...{ service: told(metadata, 'service'), application: name, environment, cluster },
              labels: { ...shortNameOf(name), ...(namespace ? { namespace } : {}) },
            }),
            version: versionIn(revision),
            artifact: `${name}@${revision}`,
            rollback: meaning.rollback,
            environment,
            status: meaning.status,
            at: timestamp,
            part: cluster,
            changes: [],
          }),
        },
      ],
    };
  },
};

const NO_REVISION = 'The event names no revision, so that it is unknown what was deployed.';

/** Metadata by its name; older versions of Flux put the API group before it, `kustomize.toolkit.fluxcd.io/revision`. */
function told(metadata: z.infer<typeof LabelSet>, name: string): string | undefined {
  const found = Object.entries(metadata).find(([key]) => key === name || key.endsWith(`/${name}`))?.[1];
  return found === '' ? undefined : found;
}

/** `main@sha1:9f2d41c0…`, `main/9f2d41c0…` (older), `v1.4.2@sha1:…`, or a chart's own version. */
function versionIn(revision: string): string {
  const [, ref, digest] =
    /^(?:(.+)@)?sha\d+:([0-9a-f]+)$/i.exec(revision) ?? /^(.+)\/([0-9a-f]{40,64})$/i.exec(revision) ?? [];
  if (digest === undefined) return isVersion(revision) ? versionOf(revision, '') : revision;
  return versionOf(ref, digest);
}
