import { z } from 'zod';
import type { Ports } from '#app/ports.ts';
import type { Caller, Operation } from '../operation.ts';

/** How many are looked through for what somebody begins to type. */
const LOOKED_THROUGH = 200;

/** Configured services whose names begin so, then those that hold it. */
export function servicesLike(begun: string, { catalog }: Pick<Ports, 'catalog'>): readonly string[] {
  return namesLike(
    begun,
    catalog.current().services.map(({ name }) => name),
  );
}

/** The newest incidents whose ids begin so; the digits alone will do. */
export async function incidentsBeginning(
  begun: string,
  { store }: Pick<Ports, 'store'>,
): Promise<readonly string[]> {
  const incidents = await store.incidents.recent({ limit: LOOKED_THROUGH });
  return namesLike(
    begun,
    incidents.map(({ id }) => id),
  );
}

/** The ids on the first page of what an operation lists under a name, those that fit what somebody begins to type. */
export async function idsBeginning(
  begun: string,
  list: string,
  operation: Operation | undefined,
  caller: Caller,
): Promise<readonly string[]> {
  const asked = await operation?.ask({}, caller);
  if (asked?.ok !== true || !('value' in asked)) return [];
  const listed = z.object({ [list]: z.array(z.object({ id: z.string() })) }).safeParse(asked.value);
  return namesLike(begun, listed.data?.[list]?.map(({ id }) => id) ?? []);
}

/** Those that begin so, then those that hold it, each in their order. */
export function namesLike(begun: string, names: readonly string[]): readonly string[] {
  const words = begun.toLowerCase();
  const begin = names.filter((name) => name.toLowerCase().startsWith(words));
  return [...new Set([...begin, ...names.filter((name) => name.toLowerCase().includes(words))])];
}
