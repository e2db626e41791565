import type { Settled } from '#domain/budget/state.ts';
import type { BudgetEvent } from '#domain/event.ts';
import type { Instant } from '#domain/time.ts';
import { submit } from './accept.ts';
import type { Ports } from './ports.ts';
import { nameOf, type Standing } from './standings.ts';

/**
 * Commits that a budget burns fast within an episode of its colour, and that an episode in which it did is over; each once. `before` are the colours before this round.
 * What could not be committed is so after the next one.
 */
export async function tellBurning(
  standings: readonly Standing[],
  before: ReadonlyMap<string, Settled>,
  ports: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  const colours = await ports.store.budgets.colours();
  const episodeOf = new Map([...before].map(([key, { episode }]) => [nameOf(key), episode]));
  for (const { of, state } of standings) {
    const name = nameOf(of.key);
    const { colour, episode } = colours.get(of.key) ?? {};
    const was = episodeOf.get(name);
    if (was !== undefined && was !== episode) await turn(of, was, false, ports);
    if (episode !== undefined && colour === 'red' && state.burn === 'page')
      await turn(of, episode, true, ports);
  }
}

async function turn(
  { key, service, slo }: Standing['of'],
  since: Instant,
  isBurning: boolean,
  ports: Pick<Ports, 'store' | 'clock'>,
): Promise<void> {
  const budget = `${nameOf(key)}:${since}`;
  const subject = { kind: 'budget', id: budget, service: service.name, slo: slo.name } as const;
  const task = await ports.store.agentTasks.ofSubject(subject);
  if (isBurning ? task !== undefined : task === undefined || task.overAt !== undefined) return;
  const event: BudgetEvent = {
    type: 'budgetTurned',
    budget,
    service: service.name,
    slo: slo.name,
    since,
    isBurning,
  };
  await submit(event, `budget-turned:${budget}:${isBurning ? 'burns' : 'over'}`, ports);
}
