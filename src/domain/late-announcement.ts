import { type Deploy, SAME_DEPLOY_WITHIN } from './deploy.ts';
import type { DeployReport } from './event.ts';
import { MINUTE } from './time.ts';
import { isIn, isSameVersion } from './version.ts';

/** What is superseded and announced so soon was late, later it is put back. */
const LATE_WITHIN = 5 * MINUTE;

/**
 * Whether a sender's report announces, late, what the metrics had shown already. The environment had been guessed then, so any that is
 * watched fits.
 */
export function announces(
  report: DeployReport,
  deploy: Deploy,
  { service, watched }: { service: string | undefined; watched: boolean },
): boolean {
  const within = deploy.watch?.state === 'superseded' ? LATE_WITHIN : SAME_DEPLOY_WITHIN;
  return (
    deploy.unannounced === true &&
    deploy.service === service &&
    (watched || deploy.environment === report.environment) &&
    (isSameVersion(deploy.version, report.version) || isIn(report.artifact, deploy.version)) &&
    (report.rollback !== true || deploy.rollback === true) &&
    (report.startedAt ?? report.at) - within <= deploy.startedAt &&
    deploy.startedAt <= report.at + within
  );
}

/** A deploy that the metrics had shown, as the sender who announces it knows it; what it did is the sender's to tell. */
export function asAnnounced({ unannounced: _, ...deploy }: Deploy, { environment }: DeployReport): Deploy {
  return { ...deploy, environment, parts: [] };
}
