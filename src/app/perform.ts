import type { Task } from '#domain/job.ts';
import { announceAlert, snapshotAlert } from './jobs/alert.ts';
import { announceDeploy, look, reportDeploy } from './jobs/deploy.ts';
import { answerQuestion } from './jobs/question.ts';
import { silence } from './jobs/silence.ts';
import type { LeasedJob, Ports } from './ports.ts';

/** A job that fails so often is given up, and counted. */
const MAX_ATTEMPTS = 5;

/** Runs one job and records what came of it: done, to be tried again later, or given up. */
export async function perform(
  { id, job, attempt }: LeasedJob,
  ports: Ports,
): Promise<'done' | 'retried' | 'failed'> {
  const { store, clock, log } = ports;
  try {
    await run(job.task, id, ports);
    await store.jobs.complete(id, clock.now());
    return 'done';
  } catch (error) {
    const again = attempt < MAX_ATTEMPTS;
    log.error({ error, job: job.key, attempt, again }, 'a job failed');
    if (!again) {
      await store.jobs.fail(id, clock.now(), String(error));
      return 'failed';
    }
    await store.jobs.retry(id, clock.now() + 1000 * 2 ** attempt, String(error));
    return 'retried';
  }
}

function run(task: Task, id: number, ports: Ports): Promise<void> {
  switch (task.kind) {
    case 'announceAlert':
      return announceAlert(task.episode, ports);
    case 'announceDeploy':
      return announceDeploy(task.deploy, ports);
    case 'snapshotAlert':
      return snapshotAlert(task.episode, task.turn, ports);
    case 'look':
      return look(task.deploy, task.look, ports);
    case 'reportDeploy':
      return reportDeploy(task.deploy, ports);
    case 'answer':
      return answerQuestion(task.question, task.key, ports);
    case 'silence':
      return silence(task, id, ports);
  }
}
