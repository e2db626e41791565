import type { State } from '#domain/decision.ts';
import type { AgentTaskEvent, Event } from '#domain/event.ts';
import { present } from '#domain/optional.ts';
import type { Catalog } from '#domain/service.ts';
import type { Stores } from './ports.ts';

const OWN: ReadonlySet<Event['type']> = new Set<AgentTaskEvent['type']>([
  ...(['taskHandedOff', 'taskClaimed', 'taskReleased', 'taskReported', 'hypothesisAnswered'] as const),
]);

/** Whether an event is about an agent task, and not about what tasks are made from. */
export function isTaskEvent(event: Event): event is AgentTaskEvent {
  return OWN.has(event.type);
}

/** What has to be known to decide what happens to an agent task. */
export async function taskState(
  { task }: AgentTaskEvent,
  { agentTasks }: Stores,
  catalog: Catalog,
): Promise<State> {
  return { catalog, deploys: [], ...present({ task: await agentTasks.get(task) }) };
}
