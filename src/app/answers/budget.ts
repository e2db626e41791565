import { type Colour, isJudged, SHOWN_RATES } from '#domain/budget/state.ts';
import { present } from '#domain/optional.ts';
import type { Service } from '#domain/service.ts';
import type { Answered, BudgetLine } from '../answer.ts';
import { budgetDrawing, budgetsDrawing } from '../budget-drawings.ts';
import { spendingOf } from '../budget-spending.ts';
import type { Ports } from '../ports.ts';
import { type Standing, slosOf, standingsOf } from '../standings.ts';
import type { AnswerPorts } from './answer.ts';

/** Budgets that a short view shows. */
const SHOWN = 25;

const WORST: readonly Colour[] = ['red', 'yellow', 'grey', 'green'];

type LinePorts = Pick<Ports, 'store' | 'catalog' | 'clock'>;

/** Where the budgets of these services stand, worst first. */
export async function budgetLines(
  services: readonly Service[],
  ports: LinePorts,
): Promise<readonly BudgetLine[]> {
  const standings = await standingsOf(
    slosOf(services),
    ports.catalog.current(),
    ports.clock.now(),
    ports.store,
  );
  return standings.map(lineOf).toSorted(byNeed);
}

/** Every budget, worst first. */
export async function budgets(id: string, ports: AnswerPorts): Promise<Answered> {
  const { services } = ports.catalog.current();
  const at = ports.clock.now();
  const lines = await budgetLines(services, ports);
  const unwell = lines.filter(({ colour }) => colour !== 'green').length;
  const shown = Math.min(lines.length, Math.max(SHOWN, Math.min(unwell, 2 * SHOWN)));
  const without = services.filter(({ slos }) => slos.length === 0).map(({ name }) => name);
  return {
    answer: { kind: 'budgets', at, lines, shown, without },
    ...(lines.length === 0 ? {} : { drawing: budgetsDrawing(lines, id, ports.catalog.current().zone) }),
  };
}

/** One service’s budgets, with what spent them; the one that needs most is drawn. */
export async function serviceBudget(service: Service, id: string, ports: AnswerPorts): Promise<Answered> {
  const { store, catalog, clock } = ports;
  const at = clock.now();
  const standings = await standingsOf(slosOf([service]), catalog.current(), at, store);
  const told = await Promise.all(
    standings.map(async (standing) => {
      const { spent, deploys, spenders } = await spendingOf(standing, store);
      return { spent, deploys, line: { ...lineOf(standing), spenders } };
    }),
  );
  const sorted = told.toSorted((a, b) => byNeed(a.line, b.line));
  const [worst] = sorted;
  return {
    answer: { kind: 'budget', service: service.name, at, budgets: sorted.map(({ line }) => line) },
    ...(worst === undefined
      ? {}
      : {
          drawing: budgetDrawing(worst.line, worst.spent, worst.deploys, id, {
            now: at,
            zone: catalog.current().zone,
          }),
        }),
  };
}

/** A standing as an answer tells it. */
export function lineOf({
  of: { service, slo },
  usage,
  rates,
  state,
  colour,
  notes,
  isTime,
  countedTo,
}: Standing): BudgetLine {
  const policy = isJudged(state) && state.budget !== 'healthy' ? slo.policy[state.budget] : undefined;
  return {
    ...{ service: service.name, slo: slo.name, objective: slo.objective, window: slo.window },
    ...present({ description: slo.description, policy, countedTo }),
    ...{ isTime, usage, state, colour, notes },
    rates: SHOWN_RATES.flatMap((over) => {
      const rate = rates.get(over);
      return rate === undefined ? [] : [{ over, rate }];
    }),
  };
}

/** Those that need somebody first: by colour, then by what is used, then by name. */
export function byNeed(a: BudgetLine, b: BudgetLine): number {
  return (
    WORST.indexOf(a.colour) - WORST.indexOf(b.colour) ||
    b.usage.share - a.usage.share ||
    a.service.localeCompare(b.service) ||
    a.slo.localeCompare(b.slo)
  );
}
