import type { AlertEpisode } from '#domain/alert.ts';
import { type Instant, MINUTE } from '#domain/time.ts';
import { submit } from './accept.ts';
import type { ActiveAlert, Ports } from './ports.ts';
import { startRounds } from './rounds.ts';

/** How often Alertmanager is asked. */
const EVERY = MINUTE;

/** A word of Alertmanager's may still be on its way for so long: its group interval and a few tries. */
const SETTLED_AFTER = 6 * MINUTE;

/** Absent so many times in a row: an Alertmanager that was restarted has nothing until Prometheus tells it again. */
const ABSENT_TIMES = 3;

type ReconcilePorts = Pick<Ports, 'store' | 'activeAlerts' | 'clock' | 'log' | 'meter'>;

/**
 * Asks Alertmanager every minute whether it still has the alerts that are open here. A group of which it has none any more, three times
 * in a row, has resolved without its word having reached us. One question for all groups; none while nothing is open.
 */
export function startReconciling(ports: ReconcilePorts): { stop(): Promise<void> } {
  const absent = new Map<string, number>();
  const failed = 'open alerts could not be compared with Alertmanager; it is tried again';
  return startRounds({ every: EVERY, pauseFirst: true, failed }, () => reconcileOnce(absent, ports), ports);
}

/** One round. `absent` counts how often in a row each open episode was not found. */
export async function reconcileOnce(absent: Map<string, number>, ports: ReconcilePorts): Promise<void> {
  const { store, activeAlerts, clock, log, meter } = ports;
  const now = clock.now();
  const open = (await store.alerts.open()).filter((episode) => isSettled(episode, now));
  for (const id of absent.keys()) if (!open.some((episode) => episode.id === id)) absent.delete(id);
  if (open.length === 0) return;
  const active = await activeAlerts.list();
  if (!active.ok) {
    // Nobody knows: what was absent before may be there.
    absent.clear();
    log.warn({ problem: active.problem }, 'Alertmanager could not be asked for its alerts');
    return;
  }
  const known = new Set(active.value.flatMap(keysOf));
  for (const episode of open) {
    const times = episode.alerts.some((alert) => keysOf(alert).some((key) => known.has(key)))
      ? 0
      : (absent.get(episode.id) ?? 0) + 1;
    absent.set(episode.id, times);
    if (times < ABSENT_TIMES) continue;
    absent.delete(episode.id);
    meter.count('bellbuoy_resolves_reconciled_total');
    const { id, heardAt } = episode;
    await submit({ type: 'resolveLost', episode: id, heardAt }, `lost:${id}:${heardAt}`, ports);
  }
}

function isSettled({ source, heardAt }: AlertEpisode, now: Instant): boolean {
  return source === 'alertmanager' && now - heardAt >= SETTLED_AFTER;
}

/** By fingerprint; by labels too, for senders that told none. */
function keysOf({ fingerprint, labels }: ActiveAlert): readonly string[] {
  return [fingerprint, JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))];
}
