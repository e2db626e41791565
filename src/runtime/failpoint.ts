import type { Failpoint } from '#app/failpoints.ts';

/** Nothing ends here: how the program runs. */
export const noFailpoint: Failpoint = () => undefined;

/** Ends this process as a crash does (SIGKILL: no handler, no flush) when it passes the named failpoint for the `nth` time. */
export function endingAt(name: string, nth: number): Failpoint {
  let passed = 0;
  return (here) => {
    if (here !== name) return;
    passed += 1;
    if (passed === nth) process.kill(process.pid, 'SIGKILL');
  };
}
