import type { State } from '#domain/decision.ts';
import type { AgentTaskEvent, Event } from '#domain/event.ts';
import { COLLECTED_AFTER } from '#domain/incident/incident.ts';
import { present } from '#domain/optional.ts';
import type { Catalog } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
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
  event: AgentTaskEvent,
  { agentTasks, incidents }: Stores,
  catalog: Catalog,
  now: Instant,
): Promise<State> {
  const task = await agentTasks.get(event.task);
  // What is reported belongs to the incidents that are worked on about it.
  const about = event.type === 'taskReported' ? await incidents.collecting(now - COLLECTED_AFTER) : [];
  return { catalog, deploys: [], incidents: about, ...present({ task }) };
}
