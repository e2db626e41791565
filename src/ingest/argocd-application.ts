import { z } from 'zod';
import { readArtifact } from './artifact.ts';
import { environmentIn, repositoryOf, shortNameOf, withoutEnvironment } from './places.ts';
import { isVersion, versionOf } from './version.ts';
import { digestOf, LabelSet, Time } from './wire.ts';

const Text = z.string().nullish();

const Source = z.object({ repoURL: z.string(), path: Text, targetRevision: Text });

/** What was synced. Applications with several sources have `revisions`, one for each. */
const Synced = z.object({
  revision: Text,
  revisions: z.array(z.string()).nullish(),
  source: z.unknown().optional(),
  sources: z.unknown().optional(),
});

const History = z.array(Synced.extend({ deployedAt: Time.nullish(), deployStartedAt: Time.nullish() }));

const Operation = z.object({
  phase: z.enum(['Running', 'Terminating', 'Succeeded', 'Failed', 'Error']),
  startedAt: Time,
  finishedAt: Time.nullish(),
  operation: z.object({ initiatedBy: z.object({ username: Text }).nullish() }).nullish(),
  syncResult: Synced.nullish(),
});

/** The parts that we use of Argo CD's Application object, which our own template sends and others send whole. */
export const Application = z.object({
  metadata: z.object({ name: z.string().min(1), namespace: Text, labels: LabelSet }),
  spec: z
    .object({
      project: Text,
      destination: z.object({ name: Text, server: Text, namespace: Text }).nullish(),
      source: Source.nullish(),
      sources: z.array(Source).nullish(),
    })
    .prefault({}),
  status: z
    .object({
      health: z.object({ status: Text, lastTransitionTime: Time.nullish() }).nullish(),
      summary: z.object({ images: z.array(z.string()).nullish() }).nullish(),
      history: History.nullish(),
      sync: z.object({ revision: Text, revisions: z.array(z.string()).nullish() }).nullish(),
      operationState: Operation.nullish(),
    })
    .prefault({}),
});
export type Application = z.infer<typeof Application>;
export type Operation = z.infer<typeof Operation>;

/** Where an application runs: what names it for `match` rules, and the environment that its labels, namespace, folder, project, cluster or name tell. */
export function placeOf({ metadata, spec }: Application) {
  const labels = Object.fromEntries(
    Object.entries(metadata.labels).map(([name, value]) => [name.replace(/\W/g, '_'), value]),
  );
  const source = spec.source ?? spec.sources?.find(({ path }) => path !== undefined && path !== null);
  const cluster = clusterOf(spec.destination);
  const told = labels.environment ?? labels.env ?? labels.app_kubernetes_io_environment;
  return {
    repository: source === undefined ? undefined : repositoryOf(source.repoURL),
    path: source?.path ?? undefined,
    cluster,
    environment:
      told ??
      environmentIn([spec.destination?.namespace, source?.path, spec.project, cluster, metadata.name]),
    labels: { ...shortNameOf(metadata.name), ...labels },
  };
}

/**
 * What the operation synced to, as one text for comparing, and the version that people know it by: the tag of the image that is called as
 * the application is (or of its only image), where the sync is through; else the revision. While it runs, images are still the old ones.
 */
export function syncedBy(app: Application, operation: Operation) {
  const { metadata, spec, status } = app;
  const isOver = operation.phase !== 'Running';
  const revisions =
    revisionsOf(operation.syncResult) ?? (isOver ? revisionsOf(status.sync) : undefined) ?? [];
  const [revision] = [...revisions.filter((one) => isVersion(one)), ...revisions];
  if (revision === undefined) return undefined;
  const repositories = [spec.source, ...(spec.sources ?? [])].flatMap((source) =>
    source === null || source === undefined ? [] : [repositoryOf(source.repoURL)],
  );
  const names = [
    ...[metadata.name, withoutEnvironment(metadata.name)],
    ...repositories.map((repository) => repository.split('/').at(-1) ?? ''),
  ];
  const image =
    operation.phase === 'Succeeded' ? versionAmong(status.summary?.images ?? [], names) : undefined;
  return {
    version: image ?? versionOf(isVersion(revision) ? revision : spec.source?.targetRevision, revision),
    artifact: [...repositories.slice(0, 1), revisions.join('+')].join('@'),
    ...turn(status.history ?? [], operation, revisions),
  };
}

/** Whether the sync changed anything against what was deployed before it, and whether it put back something older. */
function turn(
  history: z.infer<typeof History>,
  { startedAt, syncResult }: Operation,
  revisions: readonly string[],
): { again: boolean; rollback: boolean } {
  const before = history
    .filter(({ deployStartedAt, deployedAt }) => (deployStartedAt ?? deployedAt ?? startedAt) < startedAt)
    .map((entry) => sameness(entry, revisionsOf(entry) ?? []));
  const now = sameness(syncResult ?? {}, revisions);
  const again = before.at(-1) === now;
  return { again, rollback: !again && before.includes(now) };
}

/** Revisions with their sources: an image may be changed in the Application itself, at the same revision. */
function sameness(synced: { source?: unknown; sources?: unknown }, revisions: readonly string[]): string {
  const several = Array.isArray(synced.sources) && synced.sources.length === 0 ? undefined : synced.sources;
  return digestOf([revisions, several ?? synced.source ?? null]);
}

function revisionsOf(
  synced:
    | { revision?: string | null | undefined; revisions?: readonly string[] | null | undefined }
    | null
    | undefined,
): readonly string[] | undefined {
  const given = [...(synced?.revisions ?? []), synced?.revision ?? ''].filter((revision) => revision !== '');
  return given.length === 0 ? undefined : [...new Set(given)];
}

function versionAmong(images: readonly string[], names: readonly string[]): string | undefined {
  const artifacts = images.map(readArtifact);
  const own = names.map((name) => artifacts.filter((artifact) => artifact.name === name));
  const chosen = own.find(({ length }) => length > 0) ?? artifacts;
  const [first] = chosen;
  // While old pods end, or with images of several things, none is the one that was deployed.
  return chosen.every(({ name, version }) => name === first?.name && version === first.version)
    ? first?.version
    : undefined;
}

function clusterOf(destination: Application['spec']['destination']): string | undefined {
  if (destination?.name !== undefined && destination.name !== null && destination.name !== '')
    return destination.name;
  const host = /^https?:\/\/([^/:]+)/.exec(destination?.server ?? '')?.[1];
  return host === undefined || host.startsWith('kubernetes.default') ? undefined : host;
}
