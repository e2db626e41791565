import type { AgentTask } from '#domain/agent-task/agent-task.ts';
import type { AlertInstance, AlertNotification } from '#domain/alert-notification.ts';
import { decide } from '#domain/decide.ts';
import type { Decision, State } from '#domain/decision.ts';
import type { DeployReport, Event, FlagReport } from '#domain/event.ts';
import type { Rollout } from '#domain/flag.ts';
import { present } from '#domain/optional.ts';
import type { Catalog, Service } from '#domain/service.ts';
import { HOUR, type Instant, MINUTE, SECOND } from '#domain/time.ts';
import { STORM_GROUPS, STORM_WITHIN, type Umbrella } from '#domain/umbrella.ts';

export const NOON: Instant = Date.UTC(2026, 10, 24, 12);

/** A moment of that day, `HH:MM` or `HH:MM:SS`, UTC. */
export function at(clock: string): Instant {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return Date.UTC(2026, 10, 24, hours, minutes, seconds);
}

export function service(name: string, more: Partial<Service> = {}): Service {
  return {
    ...{ name, source: 'default', links: {}, labels: { service_name: name }, overrides: {}, dependsOn: [] },
    ...{ slos: [], flags: [], panels: [], channel: '#payments' },
    watch: { before: 30 * MINUTE, after: 15 * MINUTE, warmUp: MINUTE, lag: 15 * SECOND },
    ...more,
  };
}

export const CATALOG: Catalog = {
  services: [service('checkout', { dependsOn: ['ledger'] }), service('ledger')],
  rules: [{ when: { repository: 'acme/shop', environment: 'prod-*' }, service: 'checkout' }],
  watchedEnvironments: ['production'],
  remindAfter: 10 * MINUTE,
  zone: 'UTC',
  theme: 'light',
  incidents: { nudgeAfter: 30 * MINUTE, responders: [] },
  channels: { incidents: '#incidents', deploys: '#deploys' },
};

export function alert(
  fingerprint: string,
  status: 'firing' | 'resolved',
  more: Partial<AlertInstance> = {},
): AlertInstance {
  return {
    ...{ fingerprint, status, annotations: {}, startsAt: at('11:58') },
    labels: { alertname: 'Errors', service_name: 'checkout' },
    ...(status === 'resolved' ? { endsAt: at('12:10') } : {}),
    ...more,
  };
}

export function notification(
  status: 'firing' | 'resolved',
  more: Partial<AlertNotification> = {},
): AlertNotification {
  return {
    ...{
      type: 'alertNotification' as const,
      source: 'alertmanager' as const,
      groupKey: 'g',
      status,
      receiver: 'r',
    },
    ...{ groupLabels: { alertname: 'Errors' }, commonAnnotations: { summary: 'too many' } },
    ...{ alerts: [alert('f1', status)], truncated: 0 },
    commonLabels: { alertname: 'Errors', service_name: 'checkout', severity: 'critical' },
    ...more,
  };
}

export function report(status: DeployReport['status'], more: Partial<DeployReport> = {}): DeployReport {
  return {
    ...{ type: 'deployReport' as const, source: 'deploy', version: 'v1', environment: 'production', status },
    ...{ hints: { service: 'checkout' }, at: NOON, changes: [] },
    ...more,
  };
}

/** A change of the flag `new-checkout`. */
export function turned(share: number | undefined, more: Partial<FlagReport> = {}): FlagReport {
  return {
    ...{ type: 'flagReport' as const, source: 'flags', flag: 'new-checkout', environment: 'production' },
    ...{ hints: {}, at: NOON, ...(share === undefined ? {} : { share }) },
    ...more,
  };
}

/** Runs events through the core as the program does, keeping what each decision keeps; agent tasks are made where they are asked for. Times go with the events. */
export function story(catalog: Catalog = CATALOG, makesTasks = false) {
  const episodes = new Map<string, Decision['episodes'][number]>();
  const deploys = new Map<string, Decision['deploys'][number]>();
  const decisions: Decision[] = [];
  const rollouts = new Map<string, Rollout>();
  const tasks = new Map<string, AgentTask>();
  let id = 0;
  let umbrella: Umbrella | undefined;
  const stateFor = (event: Event, now: Instant): State => {
    const newest = [...episodes.values()].toSorted((a, b) => b.startedAt - a.startedAt);
    const episode =
      event.type === 'alertNotification'
        ? newest.find(({ groupKey }) => groupKey === event.groupKey)
        : 'episode' in event
          ? episodes.get(event.episode)
          : undefined;
    const recent = [...deploys.values()].toSorted((a, b) => b.startedAt - a.startedAt);
    const begun = [...episodes.values()].filter(
      (one) => one.umbrella === undefined && now - one.begunAt < STORM_WITHIN,
    );
    return {
      catalog,
      deploys: recent,
      rollouts: [...rollouts.values()].toReversed(),
      weather: {
        begun: begun.slice(0, STORM_GROUPS).map((one) => one.id),
        ...(umbrella === undefined ? {} : { umbrella }),
      },
      tasks: [...tasks.values()],
      ...('task' in event ? present({ task: tasks.get(event.task) }) : {}),
      ...(makesTasks ? { nextTask: tasks.size + 1 } : {}),
      members: newest.filter((one) => one.umbrella !== undefined),
      ...(episode === undefined ? {} : { episode }),
    };
  };
  return {
    /** Decides one event at a time of the day; gives the decision. */
    when(now: Instant, event: Event): Decision {
      id += 1;
      const decision = decide(stateFor(event, now), { id, event, at: now }, now);
      for (const episode of decision.episodes) episodes.set(episode.id, episode);
      if (decision.umbrella !== undefined) umbrella = decision.umbrella;
      for (const deploy of decision.deploys) deploys.set(deploy.id, deploy);
      for (const task of decision.tasks ?? []) tasks.set(task.id, task);
      for (const rollout of decision.rollouts ?? []) rollouts.set(rollout.id, rollout);
      decisions.push(decision);
      return decision;
    },
    episodes: () => [...episodes.values()],
    deploys: () => [...deploys.values()],
    rollouts: () => [...rollouts.values()],
    tasks: () => [...tasks.values()],
    decisions: () => decisions,
  };
}

export const kinds = (decision: Decision) => decision.jobs.map(({ task }) => task.kind);
export { HOUR, MINUTE };
