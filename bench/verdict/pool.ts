import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type Done, type Job, run } from './jobs.ts';

if (!isMainThread)
  parentPort?.on('message', (job: Job) => {
    parentPort?.postMessage(run(job));
  });

/** Runs jobs on as many threads as the machine has cores; what was found comes in the order of the jobs. */
export async function runAll(jobs: readonly Job[]): Promise<readonly Done[]> {
  const found: Done[] = [];
  const waiting = jobs.entries();
  const work = async () => {
    const worker = new Worker(new URL(import.meta.url));
    try {
      for (const [i, job] of waiting) found[i] = await ask(worker, job);
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return found;
}

function ask(worker: Worker, job: Job): Promise<Done> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(error);
    worker.once('error', fail);
    worker.once('message', (done: Done) => {
      worker.off('error', fail);
      resolve(done);
    });
    worker.postMessage(job);
  });
}
