import type { Received } from '#domain/event.ts';
import { PRIORITY, type Priority } from '#domain/job.ts';
import { isRetryable, ProblemError } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';
import { accept } from './accept.ts';
import { perform } from './perform.ts';
import type { LeasedJob, Ports } from './ports.ts';
import { resumeWatches } from './watch-goes-on.ts';

/** How long a job may take before another worker may think that this one died, in milliseconds. */
const LEASE = 120_000;

/** Looks that often even when nobody wakes the loop, in milliseconds: leases of a crashed worker run out unannounced. */
const IDLE = 5_000;

/** Looks no more often than this, however often it is woken, in milliseconds. */
const REST = 10;

/** Rests so long after something that should not have happened, such as a locked database, in milliseconds. */
const STUMBLED = 1000;

/** Events decided in one transaction: in a storm they come faster than the disk takes commits. */
const BATCH = 20;

/** Places of the width that are kept for what is told first (new alerts, resolutions): drawing and answering never take them. */
const KEPT = 2;

export type Worker = { stop(): Promise<void> };

/**
 * The loop: decides committed events one after another, and runs due jobs side by side (up to `width`), in order within a lane.
 * It wakes when something is committed or due. `stop` takes nothing new and waits for what runs.
 */
export function startWork(ports: Ports, width: number): Worker {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let wake: () => void = () => undefined;
  const nudge = () => wake();
  ports.store.inbox.onAppend(nudge);
  ports.store.jobs.onPut(nudge);

  const begin = (job: LeasedJob) => {
    const run = runJob(job, ports)
      .catch((error: unknown) => {
        // What it did stands; its lease runs out, and it is run again.
        ports.log.error({ error, job: job.job.key }, 'what came of a job could not be recorded');
      })
      .finally(() => {
        running.delete(run);
        nudge();
      });
    running.add(run);
  };
  const beginDue = async (places: number, upTo: Priority): Promise<number> => {
    if (places === 0) return 0;
    const jobs = await ports.store.jobs.lease(ports.clock.now(), LEASE, places, upTo);
    for (const job of jobs) begin(job);
    return jobs.length;
  };
  const beginAll = async (): Promise<number> => {
    const open = Math.max(0, width - KEPT - running.size);
    const begun = await beginDue(open, PRIORITY.progress);
    // Fewer than there were places for: nothing else is due.
    return begun < open ? begun : begun + (await beginDue(width - running.size, PRIORITY.resolved));
  };
  let isResumed = false;
  const loop = async () => {
    while (!stopping.signal.aborted) {
      let woken = false;
      const rest = new AbortController();
      wake = () => {
        woken = true;
        rest.abort();
      };
      stopping.signal.addEventListener('abort', nudge, { once: true });
      try {
        if (!isResumed) await resumeWatches(ports);
        isResumed = true;
        const more = await decideAll(ports);
        const begun = await beginAll();
        // SQLite answers without waiting, so nothing above lets requests in; this does, and lets what comes together be done together.
        await ports.clock.sleep(REST);
        if (!woken && !more && begun === 0)
          await ports.clock.sleep(
            pause(await nextDue(ports, running.size < width), ports.clock.now()),
            rest.signal,
          );
      } catch (error) {
        ports.log.error({ error }, 'the work loop stumbled; it goes on');
        ports.meter.count('bellbuoy_loop_errors_total', { loop: 'work' });
        await ports.clock.sleep(STUMBLED, stopping.signal);
      }
      stopping.signal.removeEventListener('abort', nudge);
    }
    await Promise.all(running);
  };
  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** Decides a batch; tells whether there may be more. When it cannot be decided as one, each event is on its own. */
async function decideAll(ports: Ports): Promise<boolean> {
  const batch = await ports.store.inbox.pending(BATCH);
  if (batch.length === 0) return false;
  if ((await decided(batch, ports)) === 'refused')
    for (const received of batch) {
      const outcome = await decided([received], ports);
      if (outcome === 'waits') return false;
      if (outcome === 'refused') await setAside(received, ports);
    }
  return batch.length === BATCH;
}

/** `waits`: the database cannot take it now, which says nothing against the events; they stay where they are. */
async function decided(events: readonly Received[], ports: Ports): Promise<'yes' | 'waits' | 'refused'> {
  try {
    await accept(events, ports);
    return 'yes';
  } catch (error) {
    if (error instanceof ProblemError && isRetryable(error.problem)) {
      ports.log.warn({ problem: error.problem }, 'deciding waits for the database');
      return 'waits';
    }
    if (events.length === 1)
      ports.log.error({ error, event: events[0]?.id }, 'an event could not be decided');
    return 'refused';
  }
}

async function setAside({ id }: Received, { store, clock, meter }: Ports): Promise<void> {
  meter.count('bellbuoy_undecided_total');
  await store.inbox.markFailed(id, 'it could not be decided; the log has the reason', clock.now());
}

async function runJob(leased: LeasedJob, ports: Ports): Promise<void> {
  const began = ports.clock.now();
  const { kind } = leased.job.task;
  const outcome = await perform(leased, ports);
  ports.meter.time('bellbuoy_job_duration', ports.clock.now() - began, { kind, outcome });
}

async function nextDue(ports: Ports, free: boolean): Promise<Instant | undefined> {
  return free ? ports.store.jobs.nextDue() : undefined;
}

function pause(due: Instant | undefined, now: Instant): number {
  return due === undefined ? IDLE : Math.min(IDLE, Math.max(1, due - now));
}
