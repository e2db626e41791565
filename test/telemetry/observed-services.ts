import { presetOf } from '#config/presets.ts';
import type { Service } from '#domain/service.ts';
import type { Observed } from '#domain/verdict/observed.ts';
import { serviceWith } from './exposition.ts';

/** A service under a convention. */
export function under(preset: string, name: string, more: Partial<Service> = {}): Service {
  const found = presetOf(preset, 'classic');
  return serviceWith(name, { ...(found === undefined ? {} : { preset: found }), ...more });
}

/** Requests of an observation as plain lists; what nobody knows is `undefined`. */
export function requestsIn({ requests }: Observed) {
  return { total: listed(requests?.total), bad: listed(requests?.bad) };
}

/** Numbers as a plain list; what nobody knows is `undefined`. */
export function listed(values: Float64Array | undefined): readonly (number | undefined)[] {
  return [...(values ?? [])].map((value) => (Number.isNaN(value) ? undefined : value));
}
