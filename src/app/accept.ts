import { decide } from '#domain/decide.ts';
import type { Decision } from '#domain/decision.ts';
import type { Actor, Event, Received } from '#domain/event.ts';
import type { Catalog, Hints } from '#domain/service.ts';
import type { Instant } from '#domain/time.ts';
import { isTaskEvent } from './agent-task-state.ts';
import type { Clock, Ports, Store, Stores } from './ports.ts';
import { loadState } from './state.ts';

type AcceptPorts = Pick<Ports, 'store' | 'catalog' | 'clock' | 'failpoint'>;

/**
 * Decides committed events in their order: loads what each touches, decides, and commits the new state, the jobs and "decided" of all
 * together. Rejects with nothing committed when one of them cannot be decided.
 */
export async function accept(
  events: readonly Received[],
  { store, catalog, clock, failpoint }: AcceptPorts,
): Promise<void> {
  const now = clock.now();
  await store.transact(async (stores) => {
    for (const received of events) await decideOne(received, stores, catalog.current(), now);
    failpoint('decided-not-committed');
  });
  failpoint('decided-and-committed');
}

async function decideOne(received: Received, stores: Stores, catalog: Catalog, now: Instant): Promise<void> {
  const state = await loadState(stores, catalog, received.event, now);
  const decision = decide(state, received, now);
  for (const episode of decision.episodes) await stores.alerts.save(episode);
  if (decision.umbrella !== undefined) await stores.umbrellas.save(decision.umbrella);
  for (const deploy of decision.deploys) await stores.deploys.save(deploy);
  for (const rollout of decision.rollouts ?? []) await stores.flags.save(rollout);
  await keepIncidents(decision, stores, now);
  for (const task of decision.tasks ?? []) await stores.agentTasks.save(task);
  if (decision.plan !== undefined) await stores.digests.savePlan(decision.plan);
  if (decision.unmatched !== undefined) {
    const { what, hints } = decision.unmatched;
    const { event } = received;
    const source = 'source' in event && typeof event.source === 'string' ? event.source : event.type;
    await stores.unmatched.add({
      id: received.id,
      at: received.at,
      source,
      what,
      carried: carriedBy(hints),
    });
  }
  for (const prefix of decision.cancel) await stores.jobs.cancel(prefix);
  await stores.jobs.put(decision.jobs);
  // A claim or report that came to nothing was not made.
  if (!isTaskEvent(received.event) || decision.tasks !== undefined) await audit(stores, received.event, now);
  await stores.inbox.markDecided(received.id, now);
}

/** Keeps what incidents became, and what happened in them; what they are found by is written anew where words changed. */
async function keepIncidents(
  { incidents = [], entries = [], revised = [], postmortem }: Decision,
  stores: Stores,
  now: Instant,
): Promise<void> {
  for (const incident of incidents) await stores.incidents.save(incident);
  const worded = new Set([
    ...revised.map(({ incident }) => incident),
    ...(postmortem === undefined ? [] : [postmortem.incident]),
  ]);
  for (const [incident, of] of Map.groupBy(entries, (one) => one.incident)) {
    const all = of.map(({ entry }) => entry);
    // What is told again is there already, and found already.
    if ((await stores.timelines.add(incident, all, now)) > 0) worded.add(incident);
  }
  for (const { incident, revision } of revised) await stores.timelines.revise(incident, revision);
  if (postmortem !== undefined) await stores.postmortems.save(postmortem);
  for (const incident of worded) await stores.incidents.index(incident);
}

/** Commits an event of our own or of a person, which is then decided like any other. `key` makes a repeat the same event. */
export async function submit(
  event: Event,
  key: string,
  { store, clock }: { store: Store; clock: Clock },
): Promise<void> {
  await store.inbox.append({ event, source: event.type, dedupeKey: key, at: clock.now() });
}

async function audit(stores: Stores, event: Event, at: Instant): Promise<void> {
  if (event.type === 'asked') {
    const { by, words } = event.question;
    await stores.audit.record({ at, by: { kind: 'person', user: by }, what: 'asked', subject: words });
  } else if ('by' in event) {
    const detail = detailOf(event);
    await stores.audit.record({
      at,
      by: event.by,
      what: event.type,
      subject: subjectIn(event),
      ...(detail === undefined ? {} : { detail }),
    });
  }
}

function subjectIn(event: Extract<Event, { by: Actor }>): string {
  if ('episode' in event) return event.episode;
  if ('incident' in event) return event.incident;
  if ('task' in event) return event.task;
  if ('title' in event) return event.title;
  if ('links' in event) return event.links.join(' ');
  if ('watch' in event) return event.watch;
  if ('slo' in event) return `${event.service}/${event.slo}`;
  if ('source' in event) return `${event.source.channel} ${event.source.ts}`;
  return 'deploy' in event ? event.deploy : event.umbrella;
}

/** What was said, where the event's name does not tell. */
function detailOf(event: Extract<Event, { by: Actor }>): string | undefined {
  if (event.type === 'verdictAnswered') return event.right ? 'right' : 'wrong';
  if (event.type === 'rollbackAnswered') return `${event.outcome.kind}: ${event.outcome.what}`;
  if (event.type === 'incidentChanged') return JSON.stringify(event.change);
  if (event.type === 'timelineRevised') return JSON.stringify({ key: event.key, ...event.change });
  if (event.type === 'postmortemReviewed') return event.state;
  if (event.type === 'hypothesisAnswered')
    return `${event.hypothesis + 1}: ${event.right ? 'right' : 'wrong'}`;
  if (event.type === 'taskReported') return event.report.summary;
  if (event.type === 'planWritten') return event.text;
  return event.type === 'verdictExpected' ? event.reason : undefined;
}

function carriedBy({ labels, ...named }: Hints): Readonly<Record<string, string>> {
  return { ...labels, ...named };
}
