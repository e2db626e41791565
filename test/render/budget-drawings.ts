import type { BudgetLine } from '#app/answer.ts';
import { budgetDrawing, budgetsDrawing } from '#app/budget-drawings.ts';
import type { SloWindow } from '#domain/budget/slo.ts';
import type { Colour } from '#domain/budget/state.ts';
import { NO_TALLY, usageOf } from '#domain/budget/usage.ts';
import { windowAt } from '#domain/budget/window.ts';
import type { Deploy } from '#domain/deploy.ts';
import type { Drawing } from '#domain/panel.ts';
import { DAY, HOUR } from '#domain/time.ts';

const NOW = Date.UTC(2026, 10, 17, 12);
const MONTH: SloWindow = { kind: 'calendar', unit: 'month', count: 1 };
const DAYS: SloWindow = { kind: 'rolling', length: 30 * DAY };

/** A budget of 60,000 requests an hour, `bad(hour)` of which failed. */
function made(
  window: SloWindow,
  bad: (hour: number) => number,
  more: { service?: string; slo?: string; colour?: Colour; hours?: number } = {},
) {
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
  const slo = { objective: 0.999, window, method: { kind: 'occurrences' as const } };
  const usage = usageOf(slo, range, tally, NOW);
  const rate = 2.1;
  const line: BudgetLine = {
    ...{ service: more.service ?? 'checkout', slo: more.slo ?? 'availability', objective: 0.999, window },
    ...{ isTime: false, notes: [], usage, colour: more.colour ?? 'yellow' },
    rates: [{ over: 3 * DAY, rate }],
    state: {
      ...{ data: tally.total === 0 ? 'noData' : 'ok', burn: 'none', budget: 'atRisk', colour: 'yellow' },
      ...(usage.share < 1 && usage.share > 0.3
        ? { exhausts: { at: NOW + 4 * DAY, rate, over: 3 * DAY } }
        : {}),
    },
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
  more = {},
) {
  const { line, steps } = made(window, bad, more);
  const spent = steps.map(({ range, bad }) => ({ range, spent: bad }));
  return budgetDrawing(line, spent, deploys, 's_8f31c2', { now: NOW, zone: 'Europe/Berlin' });
}

const worst: readonly [string, string, Colour, number][] = [
  ['checkout', 'availability', 'red', 160],
  ['a-service-with-a-very-long-name-indeed', 'availability-of-the-api-for-partners', 'red', 70],
  ['ledger', 'latency', 'yellow', 50],
  ['catalog', 'availability', 'green', 20],
  ['storefront', 'availability', 'green', 3],
  ['mailer', 'delivery', 'green', 0],
];

/** Burn-downs and bars of budgets, as answers have them. */
export const BUDGET_DRAWINGS: Readonly<Record<string, Drawing>> = {
  'budget-at-risk': burnDown(MONTH, (hour) => (hour > 300 ? 110 : hour === 120 ? 9000 : 12), DEPLOYS),
  'budget-rolling': burnDown(DAYS, () => 14, DEPLOYS),
  'budget-overspent': burnDown(MONTH, (hour) => (hour === 200 ? 60_000 : 30), DEPLOYS.slice(0, 1), {
    colour: 'red',
  }),
  'budget-partly-observed': burnDown(DAYS, () => 40, [], { hours: 70 }),
  'budget-no-data': burnDown(DAYS, () => 0, [], { hours: 0, colour: 'grey' }),
  budgets: budgetsDrawing(
    [
      ...worst.map(([service, slo, colour, bad]) => made(MONTH, () => bad, { service, slo, colour }).line),
      made(DAYS, () => 0, { service: 'batch', slo: 'freshness', colour: 'grey', hours: 0 }).line,
    ],
    's_8f31c2',
    'Europe/Berlin',
  ),
};
