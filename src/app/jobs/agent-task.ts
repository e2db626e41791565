import { submit } from '../accept.ts';
import { handOffOf } from '../hand-off.ts';
import type { Ports } from '../ports.ts';

/** Reads what is known of a task's subject, and hands the task off with it. */
export async function handOff(id: string, ports: Ports): Promise<void> {
  const task = await ports.store.agentTasks.get(id);
  if (task === undefined || task.handOff !== undefined) return;
  const read = await handOffOf(task, ports);
  await submit({ type: 'taskHandedOff', task: id, handOff: read }, `handed-off:${id}`, ports);
}
