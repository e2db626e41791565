import { nearest } from '#app/nearest.ts';
import type { Ports } from '#app/ports.ts';
import { failure, type Outcome, success } from '#domain/problem.ts';
import { findService, type Service } from '#domain/service.ts';

/** Refuses a service that is not configured, with the name that is spelt most alike. */
export function knownService(service: string | undefined, ports: Pick<Ports, 'catalog'>): Outcome<undefined> {
  if (service === undefined) return success(undefined);
  const found = serviceAsked(service, ports);
  return found.ok ? success(undefined) : found;
}

/** The service that a parameter names. */
export function serviceAsked(name: string, { catalog }: Pick<Ports, 'catalog'>): Outcome<Service> {
  const service = findService(catalog.current(), name);
  return service === undefined
    ? failure('service-unknown', noService(name, { catalog }), { where: 'query service' })
    : success(service);
}

/** The service that a path names; one that is not configured is not there. */
export function serviceInPath(name: string, { catalog }: Pick<Ports, 'catalog'>): Outcome<Service> {
  const service = findService(catalog.current(), name);
  return service === undefined
    ? failure('not-found', noService(name, { catalog }), { where: 'the path' })
    : success(service);
}

function noService(name: string, { catalog }: Pick<Ports, 'catalog'>): string {
  const known = catalog.current().services.map((one) => one.name);
  return `No service is called ${shown(name)}${didYouMean(name, known)}`;
}

export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? '.' : `; did you mean ${shown(near)}?`;
}

/** A name that somebody sent, as long as a sentence bears. */
export function shown(name: string): string {
  return name.slice(0, 100);
}
