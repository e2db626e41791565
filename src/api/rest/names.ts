import { nearest } from '#app/nearest.ts';
import type { Ports } from '#app/ports.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { findService } from '#domain/service.ts';

/** Refuses a service that is not configured, with the name that is spelt most alike. */
export function knownService(
  service: string | undefined,
  { catalog }: Pick<Ports, 'catalog'>,
): Outcome<undefined> {
  const current = catalog.current();
  if (service === undefined || findService(current, service) !== undefined) return success(undefined);
  const hint = didYouMean(
    service,
    current.services.map(({ name }) => name),
  );
  return failure('service-unknown', `No service is called ${shown(service)}${hint}`, {
    where: 'query service',
  });
}

export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? '.' : `; did you mean ${shown(near)}?`;
}

/** A name that somebody sent, as long as a sentence bears. */
export function shown(name: string): string {
  return name.slice(0, 100);
}
