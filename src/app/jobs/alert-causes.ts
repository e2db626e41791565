import type { AlertEpisode } from '#domain/alert.ts';
import { rankCauses } from '#domain/causes.ts';
import type { Service } from '#domain/service.ts';
import { HOUR, type Instant, MINUTE, SECOND } from '#domain/time.ts';
import { type Began, beganIn } from '#domain/verdict/began.ts';
import type { RecentChange } from '../answer.ts';
import { changesBefore, changesIn, NAMED } from '../answers/changes.ts';
import type { Ports } from '../ports.ts';

/** How long before an alert fired what it is about may have begun, and how long after that is looked at: later it is another story. */
const BEFORE = 45 * MINUTE;
const AFTER = 30 * MINUTE;

/** How far before the onset a change is still worth naming. */
const LOOK_BACK = 24 * HOUR;

/** What an alert is about is bad news: errors or durations that rose. */
const MEASURES = ['errorRatio', 'p50', 'p99'] as const;

/** When it began, where that can be told, and what may be why. */
export type Causes = { readonly began?: Began; readonly changes: readonly RecentChange[] };

/** Looks for the onset of an alert's service around the moment at which it fired, and ranks the changes by it; without one, those before the alert by distance. */
export async function causesOf(
  service: Service,
  { startedAt }: AlertEpisode,
  { observer, store, clock }: Pick<Ports, 'observer' | 'store' | 'clock'>,
): Promise<Causes> {
  const now = clock.now();
  const to = Math.min(now - service.watch.lag, startedAt + AFTER);
  const observed = await observer.observe(service, { from: startedAt - BEFORE, to }, 30 * SECOND);
  const began = beganIn(observed, MEASURES)
    .filter(({ higher }) => higher)
    .toSorted((a, b) => b.gain - a.gain)[0];
  if (began === undefined) return { changes: await changesBefore(service, startedAt + MINUTE, store) };
  const changes = await changesIn(service, lookedAt(began.at, now), store);
  return { began, changes: rankCauses(changes, began).slice(0, NAMED) };
}

function lookedAt(at: Instant, now: Instant): { from: Instant; to: Instant } {
  return { from: at - LOOK_BACK, to: now + 1 };
}
