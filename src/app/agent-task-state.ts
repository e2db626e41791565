import type { TaskSubject } from '#domain/agent-task/agent-task.ts';
import type { AgentTaskEvent } from '#domain/agent-task/event.ts';
import type { State } from '#domain/decision.ts';
import type { Event } from '#domain/event.ts';
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

/** Events that tasks are made from. */
const MAKING: ReadonlySet<Event['type']> = new Set<Event['type']>([
  ...(['alertNotification', 'looked', 'rolloutLooked', 'budgetTurned'] as const),
]);

/** The tasks about what an event touches, and the number of the next one where the event may make one. */
export async function tasksAround(
  event: Event,
  state: State,
  { agentTasks }: Stores,
): Promise<Pick<State, 'tasks' | 'nextTask'>> {
  const found = await Promise.all(subjectsIn(event, state).map((subject) => agentTasks.ofSubject(subject)));
  const tasks = found.filter((task) => task !== undefined);
  return {
    ...(tasks.length === 0 ? {} : { tasks }),
    ...(MAKING.has(event.type) ? { nextTask: await agentTasks.nextNumber() } : {}),
  };
}

/** What is touched that may have a task. */
function subjectsIn(event: Event, { episode, deploys, rollouts = [] }: State): readonly TaskSubject[] {
  const { type } = event;
  if (type === 'budgetTurned') {
    const { budget, service, slo } = event;
    return [{ kind: 'budget', id: budget, service, slo }];
  }
  return [
    ...(episode === undefined ? [] : [{ kind: 'alert' as const, id: episode.id }]),
    ...deploys
      .filter(({ watch }) => watch?.verdict?.verdict === 'degraded')
      .map(({ id }) => ({ kind: 'deploy' as const, id })),
    ...rollouts.flatMap(({ id, steps }) =>
      steps
        .filter(({ watch }) => watch?.told === 'stop')
        .map(({ number }) => ({ kind: 'rollout' as const, id, step: number })),
    ),
  ];
}
