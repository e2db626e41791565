import type { Deploy } from '#domain/deploy.ts';
import type { Deploys } from './ports.ts';

/** How many of the newest deploys of the environment are looked at: one of them took a deploy's place, unless so many in a row failed. */
const NEWEST = 50;

/** How many before a deploy are looked at to find the version to go back to: some may have failed. */
const EARLIER = 20;

/**
 * The deploys of the same service in the same environment that came after one, or right before it, newest first. However busy other
 * environments are, none of theirs is among them.
 */
export async function besideOf(
  { id, service, environment, startedAt }: Deploy,
  deploys: Deploys,
): Promise<readonly Deploy[]> {
  if (service === undefined) return [];
  const there = { service, environment };
  const found = [
    ...(await deploys.recent({ ...there, limit: NEWEST })),
    ...(await deploys.recent({ ...there, before: startedAt, limit: EARLIER })),
  ];
  const each = new Map(found.map((deploy) => [deploy.id, deploy]));
  each.delete(id);
  return [...each.values()].toSorted((a, b) => b.startedAt - a.startedAt);
}
