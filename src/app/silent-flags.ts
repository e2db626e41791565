import type { Ports } from './ports.ts';

/** A configured flag of a service. */
export type ConfiguredFlag = { readonly flag: string; readonly service: string };

type Needed = Pick<Ports, 'store' | 'catalog'>;

/** Every flag that is configured, of one service or of all. */
export function configuredFlags(
  service: string | undefined,
  { catalog }: Pick<Needed, 'catalog'>,
): readonly ConfiguredFlag[] {
  return catalog
    .current()
    .services.filter(({ name }) => service === undefined || name === service)
    .flatMap(({ name, flags }) => flags.map((flag) => ({ flag: flag.name, service: name })));
}

/** Configured flags of which no change was ever heard. */
export async function silentFlags(
  service: string | undefined,
  ports: Needed,
): Promise<readonly ConfiguredFlag[]> {
  const silent: ConfiguredFlag[] = [];
  for (const one of configuredFlags(service, ports))
    if ((await ports.store.flags.recent({ ...one, limit: 1 })).length === 0) silent.push(one);
  return silent;
}
