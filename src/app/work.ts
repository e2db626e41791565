import { isRetryable, ProblemError } from '#domain/problem.ts';
import type { Instant } from '#domain/time.ts';
import { accept } from './accept.ts';
import { perform } from './perform.ts';
import type { LeasedJob, Ports } from './ports.ts';

/** How long a job may take before another worker may think that this one died, in milliseconds. */
const LEASE = 120_000;

/** Looks that often even when nobody wakes the loop, in milliseconds: leases of a crashed worker run out unannounced. */
const IDLE = 5_000;

/** Rests so long after something that should not have happened, such as a locked database, in milliseconds. */
const STUMBLED = 1000;

const BATCH = 50;

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
        const more = await decideAll(ports);
        const jobs = await ports.store.jobs.lease(ports.clock.now(), LEASE, width - running.size);
        for (const job of jobs) begin(job);
        if (!woken && !more && jobs.length === 0)
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

/** Decides a batch; tells whether there may be more. */
async function decideAll(ports: Ports): Promise<boolean> {
  const batch = await ports.store.inbox.pending(BATCH);
  for (const received of batch) {
    try {
      await accept(received, ports);
    } catch (error) {
      // A database that cannot take it now says nothing against the event: it stays where it is.
      if (error instanceof ProblemError && isRetryable(error.problem)) {
        ports.log.warn({ problem: error.problem, event: received.id }, 'deciding waits for the database');
        return false;
      }
      ports.log.error(
        { error, event: received.id },
        'an event could not be decided; it is set aside in the inbox',
      );
      ports.meter.count('bellbuoy_undecided_total');
      await ports.store.inbox.markFailed(received.id, String(error), ports.clock.now());
    }
  }
  return batch.length === BATCH;
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
