import { remindAction } from './jobs/action-due.ts';
import { handOff, pushTask } from './jobs/agent-task.ts';
import { announceAlert, snapshotAlert } from './jobs/alert.ts';
import { findCauses } from './jobs/alert-causes.ts';
import { annotateDeploy } from './jobs/annotate.ts';
import { announceDeploy, look, reportDeploy } from './jobs/deploy.ts';
import { showPlan, tellDigest } from './jobs/digest.ts';
import { announceIncident, costIncident, linkIncident, nudgeIncident, tellEntry } from './jobs/incident.ts';
import { openIncidentChannel } from './jobs/incident-channel.ts';
import { lookOut, stopLookout } from './jobs/lookout.ts';
import { fetchNote } from './jobs/note.ts';
import { announcePostmortem, exportPostmortem, recordPostmortem } from './jobs/postmortem.ts';
import { answerQuestion } from './jobs/question.ts';
import { remindAlert, remindUmbrella } from './jobs/remind.ts';
import { requestRollback, tellRollback } from './jobs/rollback.ts';
import { announceRollout, lookRollout, reportRollout } from './jobs/rollout.ts';
import { showAnswer } from './jobs/show-answer.ts';
import { silence } from './jobs/silence.ts';
import { tellReport } from './jobs/task-report.ts';
import { announceUmbrella } from './jobs/umbrella.ts';
import { unfurl } from './jobs/unfurl.ts';
import type { LeasedJob, Ports } from './ports.ts';
import { endWatchOf, goOn } from './watch-goes-on.ts';

/** A job that fails so often is given up, and counted; what a watch cannot do without is begun anew. */
const MAX_ATTEMPTS = 5;

/** A job that was begun so often and never came to an end takes the program down with it each time; it is given up. */
const MAX_BEGINNINGS = 20;

/** Runs one job and records what came of it: done, to be tried again later, or given up. */
export async function perform(
  { id, job, attempt }: LeasedJob,
  ports: Ports,
): Promise<'done' | 'retried' | 'failed'> {
  const { store, clock, log } = ports;
  if (attempt > MAX_BEGINNINGS) {
    log.error({ job: job.key, attempt }, 'a job never came to an end; it is given up');
    await endWatchOf(job, ports);
    await store.jobs.fail(id, clock.now(), 'it never came to an end');
    return 'failed';
  }
  ports.failpoint('job-taken');
  try {
    await run({ id, job, attempt }, ports);
    ports.failpoint('job-done-not-recorded');
    await store.jobs.complete(id, clock.now());
    ports.failpoint('job-recorded');
    return 'done';
  } catch (error) {
    const again = attempt < MAX_ATTEMPTS;
    log.error({ error, job: job.key, attempt, again }, 'a job failed');
    if (!again) {
      await goOn(job, ports);
      await store.jobs.fail(id, clock.now(), String(error));
      return 'failed';
    }
    await store.jobs.retry(id, clock.now() + 1000 * 2 ** attempt, String(error));
    return 'retried';
  }
}

function run({ id, job: { task, due } }: LeasedJob, ports: Ports): Promise<void> {
  switch (task.kind) {
    case 'announceAlert':
      return announceAlert(task.episode, ports, task.onsetOf);
    case 'announceUmbrella':
      return announceUmbrella(task.umbrella, ports);
    case 'remindAlert':
      return remindAlert(task.episode, ports);
    case 'remindUmbrella':
      return remindUmbrella(task.umbrella, ports);
    case 'announceDeploy':
      return announceDeploy(task.deploy, ports);
    case 'snapshotAlert':
      return snapshotAlert(task.episode, task.turn, ports);
    case 'findCauses':
      return findCauses(task.episode, task.turn, ports);
    case 'look':
      return look(task.deploy, task.look, ports);
    case 'reportDeploy':
      return reportDeploy(task.deploy, ports);
    case 'showAnswer':
      return showAnswer(task, ports);
    case 'requestRollback':
      return requestRollback(task, ports);
    case 'tellRollback':
      return tellRollback(task, ports);
    case 'announceRollout':
      return announceRollout(task.rollout, ports);
    case 'lookRollout':
      return lookRollout(task, ports);
    case 'reportRollout':
      return reportRollout(task, ports);
    case 'annotate':
      return annotateDeploy(task.deploy, ports);
    case 'answer':
      return answerQuestion(task.question, task.key, ports);
    case 'announceIncident':
      return announceIncident(task.incident, ports);
    case 'openIncidentChannel':
      return openIncidentChannel(task.incident, ports);
    case 'tellEntry':
      return tellEntry(task.incident, task.key, ports);
    case 'linkIncident':
      return linkIncident(task.incident, ports);
    case 'costIncident':
      return costIncident(task.incident, ports);
    case 'nudgeIncident':
      return nudgeIncident(task, ports);
    case 'fetchNote':
      return fetchNote(task, ports);
    case 'recordPostmortem':
      return recordPostmortem(task.incident, ports);
    case 'announcePostmortem':
      return announcePostmortem(task.incident, ports);
    case 'exportPostmortem':
      return exportPostmortem(task, ports);
    case 'remindAction':
      return remindAction(task, ports);
    case 'handOff':
      return handOff(task.task, ports);
    case 'tellReport':
      return tellReport(task.task, ports);
    case 'pushTask':
      return pushTask(task, ports);
    case 'tellDigest':
      return tellDigest(task, ports);
    case 'showPlan':
      return showPlan(task, ports);
    case 'lookOut':
      return lookOut(task, ports);
    case 'stopLookout':
      return stopLookout(task, ports);
    case 'unfurl':
      return unfurl(task, ports);
    case 'silence':
      return silence(task, { id, due }, ports);
  }
}
