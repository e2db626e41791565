import type { Incident } from '#domain/incident/incident.ts';
import type { Asks } from '../app.ts';
import type { Guard } from '../guard.ts';

/** Said to whoever may not change an incident. */
export const MAY_NOT =
  'Only responders, whoever leads this incident and whoever declared it may change it. You can add to its timeline.';

/**
 * Whether somebody may change an incident: whoever leads or declared it may, and the people of the groups that are configured; everybody, where none is. Without an incident: whether they are one
 * of these people. A refusal is put on record.
 */
export async function mayChange(
  incident: Incident | undefined,
  user: string,
  what: string,
  { asks, guard }: { readonly asks: Asks; readonly guard: Guard },
): Promise<boolean> {
  const { responders } = asks.catalog.current().incidents;
  const isTheirs = [incident?.roles.commander, incident?.declaredBy].some(
    (actor) => actor?.kind === 'person' && actor.user === user,
  );
  if (responders.length === 0 || isTheirs || (await guard.isIn(user, responders))) return true;
  await asks.refused(user, what, MAY_NOT);
  return false;
}
