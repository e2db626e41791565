import { type Deploy, SAME_DEPLOY_WITHIN } from './deploy.ts';
import type { DeployReport } from './event.ts';
import type { Sighting } from './sighting.ts';
import type { Instant } from './time.ts';
import { isIn, isSameVersion } from './version.ts';

/** The source of what nobody announced and the metrics showed. */
export const METRICS = 'metrics';

/**
 * The environment that a service's metrics show: that of its latest watched deploy, else the first one that is watched. `deploys` are
 * newest first.
 */
export function environmentSeen(deploys: readonly Deploy[], watched: readonly string[]): string {
  const latest = deploys.find(
    ({ watch, environment }) => watch !== undefined || watched.includes(environment),
  );
  return latest?.environment ?? watched[0] ?? 'production';
}

/**
 * Whether somebody announced a version that the metrics show: at nearly the time at which it was first seen, in whatever environment; or
 * as what was deployed last, however long it took to come up. Senders may call it by a name that the metrics never show: then what was
 * announced at that time, and never seen, is it. `deploys` of the service are newest first, `names` all versions ever seen of it.
 */
export function isAnnounced(
  { version, firstAt, goneAt }: Pick<Sighting, 'version' | 'firstAt' | 'goneAt'>,
  deploys: readonly Deploy[],
  { environment, names }: { environment: string; names: readonly string[] },
): boolean {
  // What was announced before it went away does not announce that it comes back.
  const later = deploys.filter((deploy) => goneAt === undefined || endOf(deploy) > goneAt);
  const here = (deploy: Deploy) => deploy.environment === environment;
  const latest = deploys.find((deploy) => here(deploy) && deploy.startedAt <= firstAt);
  return later.some((deploy) => {
    if (isCalled(deploy, version))
      return deploy === latest || isNear(deploy, firstAt) || (here(deploy) && deploy.startedAt >= firstAt);
    const isOnlyAnnounced = deploy.unannounced !== true && names.every((name) => !isCalled(deploy, name));
    return isOnlyAnnounced && here(deploy) && isNear(deploy, firstAt);
  });
}

/** Whether the announcement of what a report of the metrics tells came in while that report was on its way. */
export function isOvertaken(report: DeployReport, deploys: readonly Deploy[]): boolean {
  const [latest] = deploys.filter(({ environment }) => environment === report.environment);
  const candidates = report.rollback === true ? [latest] : deploys;
  return candidates.some(
    (deploy) =>
      deploy !== undefined &&
      isCalled(deploy, report.version) &&
      (isNear(deploy, report.at) ||
        (deploy.environment === report.environment && deploy.startedAt >= report.at)),
  );
}

function isCalled({ version, artifact }: Deploy, name: string): boolean {
  return isSameVersion(version, name) || isIn(artifact, name);
}

function isNear(deploy: Deploy, at: Instant): boolean {
  return at >= deploy.startedAt - SAME_DEPLOY_WITHIN && at <= endOf(deploy) + SAME_DEPLOY_WITHIN;
}

/** When the last part of it was done; never, while it is rolled out. */
function endOf({ status, startedAt, finishedAt }: Deploy): Instant {
  return status === 'started' ? Number.POSITIVE_INFINITY : (finishedAt ?? startedAt);
}
