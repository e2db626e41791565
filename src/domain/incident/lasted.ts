import type { Duration, Instant } from '../time.ts';
import type { Incident } from './incident.ts';

/** When its harm began, as far as that is known: else when it was noticed, else when it was declared. */
export function beganAt({ times, declaredAt }: Pick<Incident, 'times' | 'declaredAt'>): Instant {
  return times.started ?? times.detected ?? declaredAt;
}

/** How long it took; `undefined` where it is open, or its times are out of order. */
export function lastedFor(incident: Pick<Incident, 'times' | 'declaredAt'>): Duration | undefined {
  const { resolved } = incident.times;
  const length = resolved === undefined ? -1 : resolved - beganAt(incident);
  return length < 0 ? undefined : length;
}
