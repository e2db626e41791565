import type { Failpoint } from '#app/failpoints.ts';

/** Nothing ends here: how the program runs. */
export const noFailpoint: Failpoint = () => undefined;

/**
 * Ends this process as a crash does (SIGKILL: no handler, no flush) when it first passes one of the named failpoints; `tell` is called
 * with the name before.
 */
export function endingAt(names: readonly string[], tell: (name: string) => void): Failpoint {
  const armed = new Set<string>(names);
  return (here) => {
    if (!armed.has(here)) return;
    tell(here);
    process.kill(process.pid, 'SIGKILL');
    // The signal is delivered at some later moment of its own; nothing may happen until then.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
}
