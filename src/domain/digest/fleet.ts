import type { BudgetState, Colour } from '../budget/state.ts';

/**
 * How a service does by its budgets: the first of these that one of them is in. A budget that burns fast is not over yet; where one is well, others that cannot be
 * judged (too quiet, or nothing was counted) do not count.
 */
export const DIGEST_STATES = ['over', 'burning', 'atRisk', 'well', 'quiet', 'noData'] as const;
export type DigestState = (typeof DIGEST_STATES)[number];

/** How many services are in each state; those without a budget are in none. */
export type FleetCounts = Readonly<Record<DigestState, number>>;

type Shown = { readonly state: Pick<BudgetState, 'data' | 'budget'>; readonly colour: Colour };

/** The state that a budget puts its service in, by the colour in which it is shown. */
export function digestState({ state, colour }: Shown): DigestState {
  switch (colour) {
    case 'red':
      return state.budget === 'exhausted' ? 'over' : 'burning';
    case 'yellow':
      return 'atRisk';
    case 'grey':
      return state.data === 'noData' ? 'noData' : 'quiet';
    case 'green':
      return 'well';
  }
}

/** Whether a budget is red or yellow: somebody has to do something about it. */
export function needsHelp({ colour }: { readonly colour: Colour }): boolean {
  return colour === 'red' || colour === 'yellow';
}

/** Counts services by their states. */
export function fleetCounts(budgets: readonly (Shown & { readonly service: string })[]): FleetCounts {
  const counts = { over: 0, burning: 0, atRisk: 0, well: 0, quiet: 0, noData: 0 };
  for (const of of Map.groupBy(budgets, ({ service }) => service).values()) {
    const states = new Set(of.map(digestState));
    const first = DIGEST_STATES.find((state) => states.has(state));
    if (first !== undefined) counts[first] += 1;
  }
  return counts;
}
