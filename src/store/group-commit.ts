import type { Store, Stores } from '#app/ports.ts';
import { ProblemError } from '#domain/problem.ts';

/** Writes of one commit: more would make the first of them wait. */
const MOST_TOGETHER = 100;

type Transact = Store['transact'];
type Write<T> = (stores: Stores) => Promise<T>;
type Waiting = { readonly write: Write<unknown>; readonly settle: (outcome: Promise<unknown>) => void };

/**
 * The writes that come in numbers, those of the same moment in one commit: a commit waits for the disk, and in a storm they come faster
 * than the disk takes them. Each caller still hears only of a commit that was made. When one of them is at fault, each is made by itself,
 * so that it fails alone; when the database cannot take them now, all of them hear that.
 */
export function committedTogether(
  { inbox, jobs, outbox }: Stores,
  transact: Transact,
): Pick<Stores, 'inbox' | 'jobs' | 'outbox'> {
  const together = gathering(transact);
  return {
    inbox: { ...inbox, append: (entry) => together((stores) => stores.inbox.append(entry)) },
    jobs: { ...jobs, complete: (...of) => together((stores) => stores.jobs.complete(...of)) },
    outbox: {
      ...outbox,
      put: (...of) => together((stores) => stores.outbox.put(...of)),
      sending: (...of) => together((stores) => stores.outbox.sending(...of)),
      sent: (...of) => together((stores) => stores.outbox.sent(...of)),
      postpone: (...of) => together((stores) => stores.outbox.postpone(...of)),
    },
  };
}

function gathering(transact: Transact): <T>(write: Write<T>) => Promise<T> {
  let waiting: Waiting[] = [];
  const flush = async () => {
    const now = waiting.slice(0, MOST_TOGETHER);
    waiting = waiting.slice(MOST_TOGETHER);
    if (waiting.length > 0) setImmediate(flush);
    const alone = () => {
      for (const { write, settle } of now) settle(transact(write));
    };
    try {
      const results = await transact(async (stores) => {
        const all: unknown[] = [];
        for (const { write } of now) all.push(await write(stores));
        return all;
      });
      for (const [i, { settle }] of now.entries()) settle(Promise.resolve(results[i]));
    } catch (error) {
      // A database that cannot take them now would keep everything waiting for each of them once more.
      if (error instanceof ProblemError) for (const { settle } of now) settle(Promise.reject(error));
      // What was the matter comes out again where it belongs: from the one write that it is about.
      else alone();
    }
  };
  return <T>(write: Write<T>) =>
    new Promise<T>((resolve, reject) => {
      const settle = (outcome: Promise<unknown>) => void outcome.then((value) => resolve(value as T), reject);
      waiting.push({ write, settle });
      if (waiting.length === 1) setImmediate(flush);
    });
}
