import { submit } from '../accept.ts';
import type { Ports } from '../ports.ts';

/** Reads what is known of a task's subject, and hands the task off with it. */
export async function handOff(id: string, { store, clock }: Pick<Ports, 'store' | 'clock'>): Promise<void> {
  const task = await store.agentTasks.get(id);
  if (task === undefined || task.handOff !== undefined) return;
  const observed = { headline: `${task.title}.`, labels: {} };
  const nothing = { evidence: [], changes: [], similar: [], alsoFiring: [], links: [], missing: [] };
  const handOff = { at: clock.now(), observed, ...nothing };
  await submit({ type: 'taskHandedOff', task: id, handOff }, `handed-off:${id}`, { store, clock });
}
