import { type AlertEpisode, firingAlerts } from '#domain/alert.ts';
import { rankCauses } from '#domain/causes.ts';
import { job, PRIORITY } from '#domain/job.ts';
import { findService, type Service } from '#domain/service.ts';
import type { Measure } from '#domain/signal.ts';
import { HOUR, type Instant, MINUTE, SECOND } from '#domain/time.ts';
import { type Began, beganIn, isTogether } from '#domain/verdict/began.ts';
import type { RecentChange } from '../answer.ts';
import { changesBefore, changesIn, NAMED, onceEach } from '../answers/changes.ts';
import type { Ports } from '../ports.ts';

/** How long before an alert fired what it is about may have begun, and how long after that is looked at: later it is another story. */
const BEFORE = 45 * MINUTE;
const AFTER = 30 * MINUTE;

/** How far before the onset a change is still worth naming. */
const LOOK_BACK = 24 * HOUR;

/** An alert may fire before its onset can be told from chance: so often, and for so long after it was first heard of, it is looked for again. */
const AGAIN_AFTER = MINUTE;
const AGAIN_UNTIL = 10 * MINUTE;

/** Steps are of two scrapes, and of this at least. */
const FINEST = 15 * SECOND;

/** What an alert is about is bad news: errors or durations that rose. */
const MEASURES = ['errorRatio', 'p50', 'p99'] as const;

/** When it began, where that can be told, and what may be why. `since` is when the alert fired. */
export type Causes = {
  readonly since: Instant;
  readonly began?: Began;
  /** All that rose then. */
  readonly rose?: readonly Measure[];
  readonly changes: readonly RecentChange[];
};

/** Key of the panels in an alert's thread, drawn for the nth time. */
export function panelsKey(episode: string, turn: number): string {
  return `alert:${episode}:panels:${turn}`;
}

/** Looks for the onset of an alert's service around the moment at which it fired, and ranks the changes by it; without one, those before the alert by distance. */
export async function causesOf(
  service: Service,
  episode: AlertEpisode,
  { observer, store, clock }: Pick<Ports, 'observer' | 'store' | 'clock'>,
): Promise<Causes> {
  const now = clock.now();
  const since = firedAt(episode);
  const higher = await roseAround(service, since, { observer, clock });
  const [began] = higher.toSorted((a, b) => b.gain - a.gain);
  if (began === undefined) return { since, changes: await changesBefore(service, since + MINUTE, store) };
  const changes = await changesIn(service, { from: began.at - LOOK_BACK, to: now + 1 }, store);
  const rose = higher.filter((one) => isTogether(one, began)).map(({ measure }) => measure);
  return { since, began, rose, changes: onceEach(rankCauses(changes, began)).slice(0, NAMED) };
}

/** When errors or durations of a service rose around a moment, the clearest of them; `undefined` where that cannot be told. */
export async function beganAround(
  service: Service,
  since: Instant,
  ports: Pick<Ports, 'observer' | 'clock'>,
): Promise<Began | undefined> {
  return (await roseAround(service, since, ports)).toSorted((a, b) => b.gain - a.gain)[0];
}

async function roseAround(
  service: Service,
  since: Instant,
  { observer, clock }: Pick<Ports, 'observer' | 'clock'>,
): Promise<readonly Began[]> {
  const range = { from: since - BEFORE, to: Math.min(clock.now() - service.watch.lag, since + AFTER) };
  const observed = await observer.observe(service, range, Math.max(FINEST, 2 * service.watch.lag));
  return beganIn(observed, MEASURES).filter((one) => one.higher);
}

/** Has an onset that was found told in the root too, and one that was not looked for again a little later. */
export async function followCauses(
  episode: AlertEpisode,
  turn: number,
  { began }: Pick<Causes, 'began'>,
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  const { id, umbrella } = episode;
  const now = clock.now();
  if (began === undefined) {
    if (now + AGAIN_AFTER > Math.max(episode.begunAt, firedAt(episode)) + AGAIN_UNTIL) return;
    const again = { kind: 'findCauses' as const, episode: id, turn };
    const [key, lane] = [`causes:${id}:${turn}`, `alert:${id}:panels`];
    await store.jobs.put([job(key, lane, now + AGAIN_AFTER, PRIORITY.progress, again)]);
  }
  // A storm has one root for all; and the root of this one is put in its own lane, so that an older state never overtakes a newer.
  else if (umbrella === undefined) {
    const tell = { kind: 'announceAlert' as const, episode: id, onsetOf: turn };
    await store.jobs.put([job(`announce:${id}:onset`, `alert:${id}:root`, now, PRIORITY.answer, tell)]);
  }
}

/** Looks for the onset again, and edits the words beside the panels once it is found. */
export async function findCauses(
  id: string,
  turn: number,
  ports: Pick<Ports, 'observer' | 'store' | 'catalog' | 'clock'>,
): Promise<void> {
  const { store, catalog, clock } = ports;
  const episode = await store.alerts.get(id);
  const drawn = await store.outbox.find(panelsKey(id, turn));
  const service =
    episode?.service === undefined ? undefined : findService(catalog.current(), episode.service);
  if (episode === undefined || service === undefined || drawn?.message.about !== 'alertSnapshot') return;
  const causes = await causesOf(service, episode, ports);
  const { key, to, parent, priority, message } = drawn;
  if (causes.began !== undefined)
    await store.outbox.put(
      { key, to, priority, message: { ...message, ...causes }, ...(parent === undefined ? {} : { parent }) },
      clock.now(),
    );
  await followCauses(episode, turn, causes, ports);
}

/** When the alert fired; of a group that fired again, when it did so last. */
function firedAt(episode: AlertEpisode): Instant {
  if (episode.flaps === 0) return episode.startedAt;
  const starts = firingAlerts(episode).map(({ startsAt }) => startsAt);
  return starts.reduce((a, b) => Math.min(a, b), starts[0] ?? episode.startedAt);
}
