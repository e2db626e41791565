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

type OfService = Shown & { readonly service: string };

/** The state of each service, in the order in which its budgets come. */
export function serviceStates(budgets: readonly OfService[]): ReadonlyMap<string, DigestState> {
  const states = new Map<string, DigestState>();
  for (const [service, of] of Map.groupBy(budgets, (one) => one.service)) {
    const own = new Set(of.map(digestState));
    const first = DIGEST_STATES.find((state) => own.has(state));
    if (first !== undefined) states.set(service, first);
  }
  return states;
}

/** Services in a state that needs somebody, by the budgets that do. */
export function servicesIn(state: DigestState, budgets: readonly OfService[]): readonly string[] {
  return [...serviceStates(budgets.filter(needsHelp))].flatMap(([service, own]) =>
    own === state ? [service] : [],
  );
}

/** Counts services by their states. */
export function fleetCounts(budgets: readonly OfService[]): FleetCounts {
  const counts = { over: 0, burning: 0, atRisk: 0, well: 0, quiet: 0, noData: 0 };
  for (const state of serviceStates(budgets).values()) counts[state] += 1;
  return counts;
}
