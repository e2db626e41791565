import { type Deploy, SAME_DEPLOY_WITHIN } from './deploy.ts';
import type { DeployReport } from './event.ts';
import { HOUR, MINUTE } from './time.ts';
import { isIn, isSameVersion } from './version.ts';

/** What is superseded and announced so soon was late, later it is put back. */
const LATE_WITHIN = 5 * MINUTE;

/** What still runs may be announced for so long, by a sender who does not say when it began. */
const RUNNING_WITHIN = 24 * HOUR;

/**
 * Whether a sender's report announces, late, what the metrics had shown already. The environment had been guessed then, so any that is
 * watched fits; hours later only its own, where that is known. `others` are deploys of that service.
 */
export function announces(
  report: DeployReport,
  deploy: Deploy,
  { service, watched, others }: { service: string | undefined; watched: boolean; others: readonly Deploy[] },
): boolean {
  const within = deploy.watch?.state === 'superseded' ? LATE_WITHIN : SAME_DEPLOY_WITHIN;
  const began = report.startedAt ?? report.at;
  return (
    deploy.unannounced === true &&
    deploy.service === service &&
    (watched || deploy.environment === report.environment) &&
    (isSameVersion(deploy.version, report.version) || isIn(report.artifact, deploy.version)) &&
    (report.rollback !== true || deploy.rollback === true) &&
    deploy.startedAt <= report.at + within &&
    (began - within <= deploy.startedAt || isOfWhatRuns(report, deploy, others))
  );
}

/** A deploy that the metrics had shown, as the sender who announces it knows it; what it did is the sender's to tell. */
export function asAnnounced({ unannounced: _, ...deploy }: Deploy, { environment }: DeployReport): Deploy {
  return { ...deploy, environment, parts: [] };
}

/** Judged anew, what runs already would be compared with itself. */
function isOfWhatRuns(report: DeployReport, deploy: Deploy, others: readonly Deploy[]): boolean {
  const here = others.filter(
    ({ id, service, environment }) =>
      id !== deploy.id && service === deploy.service && environment === deploy.environment,
  );
  return (
    report.status === 'succeeded' &&
    report.startedAt === undefined &&
    report.at - deploy.startedAt <= RUNNING_WITHIN &&
    (report.environment === deploy.environment || here.length === 0) &&
    here.every(({ startedAt }) => startedAt <= deploy.startedAt)
  );
}
