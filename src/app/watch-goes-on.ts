import { firstLookJob, isAbandoned } from '#domain/decide-deploy.ts';
import { HOLD_WATCHED } from '#domain/decide-flag.ts';
import { TOLD_WITHIN } from '#domain/deploy.ts';
import { isOpen } from '#domain/incident/incident.ts';
import { runningJobs } from '#domain/incident/running-jobs.ts';
import type { Job, Task } from '#domain/job.ts';
import { nextLook } from '#domain/rollout-jobs.ts';
import { MINUTE } from '#domain/time.ts';
import type { CohortVerdict } from '#domain/verdict/cohort-verdict.ts';
import { submit } from './accept.ts';
import type { Ports } from './ports.ts';

/** What failed in vain is begun anew so long after. */
const BEGUN_ANEW_AFTER = MINUTE;

type WatchPorts = Pick<Ports, 'store' | 'clock'>;

type RolloutTask = Extract<Task, { kind: 'lookRollout' | 'reportRollout' }>;

const UNSEEN: CohortVerdict = {
  ...{ word: 'hold', compared: 'cohorts', signals: [] },
  reasons: ['It could not be looked at.'],
};

/**
 * Begins a look or a report anew that failed too often: a database that is locked for a minute must not end a watch. A watch that is so
 * long past its end that nothing is waited for any more ends by what there is.
 */
export async function goOn(job: Job, ports: WatchPorts): Promise<void> {
  const { store, clock } = ports;
  const { task } = job;
  if (task.kind === 'lookRollout' || task.kind === 'reportRollout') {
    if (await isExpected(task, ports))
      await store.jobs.put([{ ...job, due: clock.now() + BEGUN_ANEW_AFTER }]);
    else await endWatchOf(job, ports);
    return;
  }
  if (task.kind === 'costIncident' || task.kind === 'nudgeIncident') {
    const incident = await store.incidents.get(task.incident);
    if (incident !== undefined && isOpen(incident))
      await store.jobs.put([{ ...job, due: clock.now() + BEGUN_ANEW_AFTER }]);
    return;
  }
  if (task.kind === 'openIncidentChannel') {
    const why = 'it could not be made';
    return submit(
      { type: 'incidentOwnChannel', incident: task.incident, why },
      `own-channel:${task.incident}:given-up`,
      ports,
    );
  }
  if (task.kind !== 'look' && task.kind !== 'reportDeploy') return;
  const watch = (await store.deploys.get(task.deploy))?.watch;
  if (watch === undefined || (task.kind === 'look' && watch.state !== 'watching')) return;
  if (!isAbandoned(watch, clock.now(), task.kind))
    await store.jobs.put([{ ...job, due: clock.now() + BEGUN_ANEW_AFTER }]);
  else await endWatchOf(job, ports);
}

/** Ends the watch whose looks cannot be done: it is judged by what was judged so far. */
export async function endWatchOf({ task }: Job, ports: WatchPorts): Promise<void> {
  if (task.kind === 'lookRollout') return endStepOf(task, ports);
  if (task.kind !== 'look') return;
  const watch = (await ports.store.deploys.get(task.deploy))?.watch;
  if (watch?.state !== 'watching') return;
  const nothing = { values: {}, problems: [] };
  const { before: baseline = nothing, after: current = nothing } = watch.latest ?? {};
  const windowFrom = watch.window.from;
  await submit(
    { type: 'looked', deploy: task.deploy, look: watch.looksPlanned, windowFrom, baseline, current },
    `looked:${task.deploy}:${windowFrom}:given-up`,
    ports,
  );
}

/** Whether a look at a step, or a report of it, that failed too often is worth another try: nothing is waited for longer than a step is watched, nor told a day late. */
async function isExpected(
  { kind, rollout, step: number }: RolloutTask,
  { store, clock }: WatchPorts,
): Promise<boolean> {
  const step = (await store.flags.get(rollout))?.steps.find((one) => one.number === number);
  if (step === undefined) return false;
  const { at, watch } = step;
  if (kind === 'reportRollout') return clock.now() - Math.max(at, watch?.lookedAt ?? at) < TOLD_WITHIN;
  return watch?.state === 'watching' && clock.now() - watch.window.to < HOLD_WATCHED;
}

/** Ends the watch over a step whose looks cannot be taken: what was found so far stands. */
async function endStepOf({ rollout, step: number }: RolloutTask, ports: WatchPorts): Promise<void> {
  const step = (await ports.store.flags.get(rollout))?.steps.find((one) => one.number === number);
  if (step?.watch?.state !== 'watching') return;
  const { looks, verdict = UNSEEN, queries = [], problems = [] } = step.watch;
  await submit(
    {
      type: 'rolloutLooked',
      rollout,
      step: number,
      look: looks + 1,
      verdict,
      queries,
      problems,
      isLast: true,
    },
    `rolloutLooked:${rollout}:${number}:given-up`,
    ports,
  );
}

/** Puts what every watch and every open incident goes on by, where none is to come: what was lost, however it was lost, is found at the start. */
export async function resumeWatches({
  store,
  clock,
  catalog,
}: WatchPorts & Pick<Ports, 'catalog'>): Promise<void> {
  for (const incident of await store.incidents.open())
    for (const job of runningJobs(incident, catalog.current().incidents, clock.now()))
      if (!(await store.jobs.isPlanned(job.key))) await store.jobs.put([job]);
  for (const { id, watch } of await store.deploys.watched()) {
    if (watch?.state !== 'watching' || (await store.jobs.isPlanned(`look:${id}:`))) continue;
    await store.jobs.put([firstLookJob(id, watch, clock.now())]);
  }
  for (const { id, steps } of await store.flags.watched())
    for (const { number, watch } of steps)
      if (watch?.state === 'watching' && !(await store.jobs.isPlanned(`lookRollout:${id}:${number}:`)))
        await store.jobs.put([nextLook(id, number, watch, clock.now())]);
}
