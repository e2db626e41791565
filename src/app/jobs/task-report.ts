import type { Ports } from '../ports.ts';

/** Says in the log that a task was reported on. */
export async function tellReport(
  task: string,
  report: number,
  { store, log }: Pick<Ports, 'store' | 'log'>,
): Promise<void> {
  const found = await store.agentTasks.get(task);
  const told = found?.reports.find(({ number }) => number === report);
  if (told !== undefined)
    log.info({ task, report, hypotheses: told.hypotheses.length }, 'a task was reported on');
}
