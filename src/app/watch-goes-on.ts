import { firstLookJob, isAbandoned } from '#domain/decide-deploy.ts';
import { nextLook } from '#domain/decide-flag.ts';
import type { Job } from '#domain/job.ts';
import { MINUTE } from '#domain/time.ts';
import { submit } from './accept.ts';
import type { Ports } from './ports.ts';

/** What failed in vain is begun anew so long after. */
const BEGUN_ANEW_AFTER = MINUTE;

type WatchPorts = Pick<Ports, 'store' | 'clock'>;

/**
 * Begins a look or a report anew that failed too often: a database that is locked for a minute must not end a watch. A watch that is so
 * long past its end that nothing is waited for any more ends by what there is.
 */
export async function goOn(job: Job, ports: WatchPorts): Promise<void> {
  const { store, clock } = ports;
  const { task } = job;
  if (task.kind === 'lookRollout' || task.kind === 'reportRollout') {
    const steps = (await store.flags.get(task.rollout))?.steps;
    const watch = steps?.find(({ number }) => number === task.step)?.watch;
    if (watch?.state === 'watching' || task.kind === 'reportRollout')
      await store.jobs.put([{ ...job, due: clock.now() + BEGUN_ANEW_AFTER }]);
    return;
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

/** Puts the look of every watch that goes on and has none to come: what was lost, however it was lost, is found at the start. */
export async function resumeWatches({ store, clock }: WatchPorts): Promise<void> {
  for (const { id, watch } of await store.deploys.watched()) {
    if (watch?.state !== 'watching' || (await store.jobs.isPlanned(`look:${id}:`))) continue;
    await store.jobs.put([firstLookJob(id, watch, clock.now())]);
  }
  for (const { id, steps } of await store.flags.watched())
    for (const { number, watch } of steps)
      if (watch?.state === 'watching' && !(await store.jobs.isPlanned(`lookRollout:${id}:${number}:`)))
        await store.jobs.put([nextLook(id, number, watch, clock.now())]);
}
