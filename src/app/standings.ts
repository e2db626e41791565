import { BURN_WINDOWS, burnPairs } from '#domain/budget/burn.ts';
import { COUNT_EVERY, type Slo } from '#domain/budget/slo.ts';
import { type BudgetState, budgetState, type Colour, type Settled, settle } from '#domain/budget/state.ts';
import { burnRateOf, type Usage, usageOf } from '#domain/budget/usage.ts';
import { windowAt } from '#domain/budget/window.ts';
import type { Catalog, Service } from '#domain/service.ts';
import type { Duration, Instant } from '#domain/time.ts';
import type { CountedSlo, Ports } from './ports.ts';
import { hashOf } from './show.ts';

/** An SLO with its service, and the key under which it is counted. */
export type ServiceSlo = CountedSlo & { readonly service: Service };

/**
 * Where one SLO stands at `at`. `rates` are burn rates by lookback in ms; `colour` is the one shown, with hysteresis. `countedTo` is the end of what
 * was counted, absent while nothing was.
 */
export type Standing = {
  readonly of: ServiceSlo;
  readonly at: Instant;
  readonly usage: Usage;
  readonly rates: ReadonlyMap<Duration, number>;
  readonly state: BudgetState;
  readonly colour: Colour;
  /** Whether seconds are counted, not requests. */
  readonly isTime: boolean;
  /** What is to be said of how it is counted. */
  readonly notes: readonly string[];
  readonly countedTo?: Instant;
};

/** All SLOs of these services. The key changes with what is counted and how, not with objective or window: those are read from the same counts. */
export function slosOf(services: readonly Service[]): readonly ServiceSlo[] {
  return services.flatMap((service) =>
    service.slos.map((slo) => ({ service, slo, source: service.source, key: keyOf(service, slo) })),
  );
}

/** Service and SLO of a key: what stays when the definition changes. */
export function nameOf(key: string): string {
  return key.slice(0, key.lastIndexOf(':'));
}

/** The colour that an SLO was last shown in, with the key under which it was: another one where its definition has changed since. */
export type Shown = { readonly key: string; readonly settled: Settled };

/** Finds by its key what an SLO was last shown in. */
export function shownIn(colours: ReadonlyMap<string, Settled>): (key: string) => Shown | undefined {
  const byName = Map.groupBy(
    [...colours].map(([key, settled]): Shown => ({ key, settled })),
    ({ key }) => nameOf(key),
  );
  return (key) => {
    const alike = byName.get(nameOf(key)) ?? [];
    const [newest] = alike.toSorted((a, b) => b.settled.since - a.settled.since);
    return alike.find((one) => one.key === key) ?? newest;
  };
}

function keyOf(service: Service, { name, sli, method, absent }: Slo): string {
  return `${service.name}/${name}:${hashOf(JSON.stringify([service.source, sli, method, absent])).toString(36)}`;
}

/** Where SLOs stand at `now`, all by one question to the database. Counts after the last whole step are not in it. */
export async function standingsOf(
  slos: readonly ServiceSlo[],
  { zone }: Pick<Catalog, 'zone'>,
  now: Instant,
  { budgets }: Pick<Ports['store'], 'budgets'>,
): Promise<readonly Standing[]> {
  const [extents, colours, bases] = await Promise.all([
    budgets.extents(),
    budgets.colours(),
    budgets.bases(),
  ]);
  const plans = slos.map((of) => {
    const to = Math.min(now, extents.get(of.key)?.to ?? now);
    const window = windowAt(of.slo.window, to, zone);
    const lookbacks = lookbacksOf(of.slo);
    const ranges = [
      { from: window.from, to },
      // A burn rate shorter than the step of counting is that of the last step.
      ...lookbacks.map((lookback) => ({ from: to - Math.max(lookback, COUNT_EVERY), to })),
    ];
    return { of, to, window, lookbacks, ranges };
  });
  const tallies = await budgets.tallies(
    plans.flatMap(({ of: { key }, ranges }) => ranges.map((range) => ({ key, range }))),
  );
  const shown = shownIn(colours);
  let next = 0;
  return plans.map(({ of, to, window, lookbacks, ranges }): Standing => {
    const [whole, ...recent] = tallies.slice(next, next + ranges.length);
    next += ranges.length;
    const usage = usageOf(of.slo, window, whole ?? NOTHING, to);
    const rates = new Map(
      lookbacks.flatMap((lookback, i): [Duration, number][] => {
        const rate = burnRateOf(of.slo, recent[i] ?? NOTHING);
        return rate === undefined ? [] : [[lookback, rate]];
      }),
    );
    const state = budgetState(of.slo, usage, rates, now);
    const countedTo = extents.get(of.key)?.to;
    const basis = bases.get(of.key);
    const unit = basis?.unit ?? (of.slo.sli.kind === 'ratio' ? 'seconds' : 'events');
    return {
      ...{ of, at: now, usage, rates, state },
      colour: settle(shown(of.key)?.settled, state.colour, now).colour,
      ...{ notes: basis?.notes ?? [], isTime: unit === 'seconds' },
      ...(countedTo === undefined ? {} : { countedTo }),
    };
  });
}

const NOTHING = { bad: 0, total: 0, lost: 0, observed: 0, assumed: 0 };

function lookbacksOf({ window, objective }: Slo): readonly Duration[] {
  const pairs = burnPairs(window, objective).flatMap(({ long, short }) => [long, short]);
  return [...new Set([...BURN_WINDOWS, ...pairs])].toSorted((a, b) => a - b);
}
