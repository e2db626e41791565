import type { BudgetLine } from '#app/answer.ts';
import { budgetDrawing, budgetsDrawing } from '#app/budget-drawings.ts';
import type { SloWindow } from '#domain/budget/slo.ts';
import { budgetState, type Colour } from '#domain/budget/state.ts';
import { NO_TALLY, usageOf } from '#domain/budget/usage.ts';
import { windowAt } from '#domain/budget/window.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Drawing } from '#domain/panel.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';

const NOW = Date.UTC(2026, 10, 17, 12);
const MONTH: SloWindow = { kind: 'calendar', unit: 'month', count: 1 };
const DAYS: SloWindow = { kind: 'rolling', length: 30 * DAY };

type More = {
  readonly service?: string;
  readonly slo?: string;
  readonly colour?: Colour;
  readonly hours?: number;
  readonly rates?: readonly (readonly [number, number])[];
};

/** A budget of 60,000 requests an hour, `bad(hour)` of which failed. */
function made(window: SloWindow, bad: (hour: number) => number, more: More = {}) {
  const range = windowAt(window, NOW, 'Europe/Berlin');
  const hours = Math.floor((NOW - range.from) / HOUR);
  const first = hours - (more.hours ?? hours);
  const steps = Array.from({ length: hours - first }, (_, i) => ({
    ...NO_TALLY,
    ...{ bad: bad(first + i), total: 60_000, observed: HOUR },
    range: { from: range.from + (first + i) * HOUR, to: range.from + (first + i + 1) * HOUR },
  }));
  const sum = (of: 'bad' | 'total' | 'observed') => steps.reduce((all, step) => all + step[of], 0);
  const tally = { ...NO_TALLY, bad: sum('bad'), total: sum('total'), observed: sum('observed') };
  const slo = {
    ...{ objective: 0.999, window, method: { kind: 'occurrences' as const } },
    alerting: { page: true, ticket: true },
  };
  const usage = usageOf(slo, range, tally, NOW);
  const rates = new Map(more.rates ?? [[3 * DAY, 0.6]]);
  const state = budgetState(slo, usage, rates, NOW);
  const line: BudgetLine = {
    ...{ service: more.service ?? 'checkout', slo: more.slo ?? 'availability', objective: 0.999, window },
    ...{ isTime: false, notes: [], usage, state, colour: more.colour ?? state.colour },
    rates: [...rates].map(([over, rate]) => ({ over, rate })),
  };
  return { line, steps };
}

const deploy = (version: string, at: number): Deploy => ({
  ...{ id: version, service: 'checkout', hints: {}, version, environment: 'production', status: 'succeeded' },
  ...{ startedAt: at, changes: [], parts: [] },
});
const DEPLOYS = [
  deploy('v1.4.0', NOW - 14 * DAY),
  deploy('v1.4.1', NOW - 9 * DAY),
  deploy('v1.4.2', NOW - 3 * DAY),
];

function burnDown(
  window: SloWindow,
  bad: (hour: number) => number,
  deploys: readonly Deploy[] = [],
  more: More = {},
) {
  const { line, steps } = made(window, bad, more);
  const spent = steps.map(({ range, bad }) => ({ range, spent: bad }));
  return budgetDrawing(line, spent, deploys, 's_8f31c2', { now: NOW, zone: 'Europe/Berlin' });
}

const AT_RISK: More['rates'] = [[3 * DAY, 2.1]];
const BURNING: More['rates'] = [
  [5 * MINUTE, 31],
  [HOUR, 25],
  [3 * DAY, 1.2],
];
const worst: readonly [string, string, number, More][] = [
  ['checkout', 'availability', 160, {}],
  ['a-service-with-a-very-long-name-indeed', 'availability-of-the-api-for-partners', 70, { rates: BURNING }],
  ['ledger', 'latency', 50, { rates: AT_RISK }],
  ['payments', 'availability', 30, { colour: 'yellow' }],
  ['catalog', 'availability', 20, {}],
  ['storefront', 'availability', 3, {}],
  ['mailer', 'delivery', 0, {}],
];

/** Burn-downs and bars of budgets, as answers have them. */
export const BUDGET_DRAWINGS: Readonly<Record<string, Drawing>> = {
  'budget-at-risk': burnDown(MONTH, (hour) => (hour > 300 ? 110 : hour === 120 ? 9000 : 12), DEPLOYS, {
    rates: AT_RISK,
  }),
  'budget-rolling': burnDown(DAYS, () => 14, DEPLOYS),
  'budget-burning': burnDown(DAYS, (hour) => (hour > 718 ? 4000 : 14), DEPLOYS, { rates: BURNING }),
  'budget-overspent': burnDown(MONTH, (hour) => (hour === 200 ? 60_000 : 30), DEPLOYS.slice(0, 1)),
  'budget-partly-observed': burnDown(DAYS, () => 40, [], { hours: 70 }),
  'budget-no-data': burnDown(DAYS, () => 0, [], { hours: 0 }),
  budgets: budgetsDrawing(
    [
      ...worst.map(([service, slo, bad, more]) => made(MONTH, () => bad, { service, slo, ...more }).line),
      made(DAYS, () => 0, { service: 'batch', slo: 'freshness', hours: 0 }).line,
    ],
    's_8f31c2',
    'Europe/Berlin',
  ),
};
