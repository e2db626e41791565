import type { Service } from '#domain/service.ts';
import type { Sighting, Sightings } from '#domain/sighting.ts';
import { type Duration, type Instant, SECOND } from '#domain/time.ts';
import type { Ports } from './ports.ts';

/** When a version began is found as closely as this: the baseline of its deploy ends there. */
const CLOSE: Duration = 15 * SECOND;

/** Finds by halves when each version that was noticed just now began: Bellbuoy may have been away for hours. */
export async function dated(
  seen: Sightings,
  before: Instant,
  service: Service,
  { metrics }: Pick<Ports, 'metrics'>,
): Promise<Sightings> {
  const beganAt = async ({ version }: Sighting): Promise<Instant> => {
    let [without, having] = [before, seen.at];
    while (having - without > CLOSE) {
      const middle = Math.round((without + having) / 2);
      const names = (await metrics.versions([service], middle)).get(service.name) ?? [];
      if (names.includes(version)) having = middle;
      else without = middle;
    }
    return having;
  };
  const versions: Sighting[] = [];
  for (const one of seen.versions)
    versions.push(one.noticedAt === seen.at ? { ...one, firstAt: await beganAt(one) } : one);
  return { ...seen, versions };
}
