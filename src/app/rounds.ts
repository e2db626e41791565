import type { Duration } from '#domain/time.ts';
import type { Ports } from './ports.ts';

/** How rounds follow each other: `every` ms after the last one ended, the first at once or after such a pause; `failed` is logged when one rejects, and the next is tried all the same. */
export type Rounds = { readonly every: Duration; readonly pauseFirst?: true; readonly failed: string };

/** Runs rounds until stopped; `stop` waits for the one that runs. Never rejects. */
export function startRounds(
  { every, pauseFirst, failed }: Rounds,
  round: () => Promise<void>,
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loop = async () => {
    if (pauseFirst === true) await clock.sleep(every, stopping.signal);
    while (!stopping.signal.aborted) {
      try {
        await round();
      } catch (error) {
        log.warn({ error }, failed);
      }
      await clock.sleep(every, stopping.signal);
    }
  };
  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
