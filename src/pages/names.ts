import type { Ports } from '#app/ports.ts';
import type { Actor } from '#domain/event.ts';

/** People’s names by their ids, each looked up once. */
export async function namesOf(
  actors: readonly (Actor | undefined)[],
  { conversations }: Pick<Ports, 'conversations'>,
): Promise<ReadonlyMap<string, string>> {
  const users = new Set(actors.flatMap((actor) => (actor?.kind === 'person' ? [actor.user] : [])));
  const named = await Promise.all(
    [...users].map(async (user) => [user, await conversations.nameOf(user)] as const),
  );
  return new Map(named);
}
