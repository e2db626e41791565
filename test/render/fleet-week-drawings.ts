import type { FleetWeekDrawing } from '#domain/panel.ts';
import { DAY } from '#domain/time.ts';

const FROM = Date.UTC(2026, 10, 15, 23);
const LABELS = ['Mon 16', 'Tue 17', 'Wed 18', 'Thu 19', 'Fri 20', 'Sat 21', 'Sun 22'];
const days = LABELS.map((label, i) => ({ label, range: { from: FROM + i * DAY, to: FROM + (i + 1) * DAY } }));

type Row = FleetWeekDrawing['rows'][number];

function row(
  name: string,
  state: Row['state'],
  words: string,
  spent: Row['spent'],
  detail = 'availability',
): Row {
  return { name, detail, state, words, spent };
}

const NONE = [null, null, null, null, null, null, null];

export const WEEK: FleetWeekDrawing = {
  ...{
    chart: 'fleet-week',
    id: 's_1f3c0a9b7e',
    title: 'Error budgets of the fleet, week 47',
    zone: 'Europe/Berlin',
  },
  facts: ['% of the whole budget spent each day'],
  days,
  hidden: 50,
  rows: [
    row('checkout', 'red', '18 min over', [0.012, 0.008, 0.33, 1.67, 0.04, 0.01, 0.006]),
    row('cart', 'red', 'nothing left', [0.2, 0.11, 0.09, 0.35, 0.12, 0.08, 0.05], 'latency under 300 ms'),
    row('search', 'yellow', '9 min left', [0.05, 0.06, 0.11, 0.12, 0.09, 0.1, 0.14]),
    row('ledger', 'yellow', '12 min left', [0, 0, 0.0002, 0.28, 0.31, 0.02, 0.001]),
    row('notification-preferences-service', 'grey', 'too quiet to judge', [null, 0, null, 0, 0, null, 0]),
    row('print', 'grey', 'no data', NONE),
    row('mail', 'green', '40 min left', [0, 0, 0, 0, 0, 0, 0]),
    row('images', 'green', '38 min left', [0.01, 0.02, 0.01, 0.016, 0.013, 0.01, 0.01]),
  ],
};

export const FLEET_WEEK_DRAWINGS: Readonly<Record<string, FleetWeekDrawing>> = {
  'the week of a fleet': WEEK,
  'the week of one budget': { ...WEEK, hidden: 0, rows: WEEK.rows.slice(0, 1) },
  'a week in which one day spent all of the budget many times over': {
    ...WEEK,
    rows: [row('checkout', 'red', '8,640 min over', [0, 40, 9.99, 10, 2000, 1, 0.999])],
  },
  'a week of nothing': {
    ...WEEK,
    title: 'Error budgets of payments-and-settlement, 7 days to Tue 24 Nov',
    rows: [row('print', 'grey', 'no data', NONE)],
  },
  'a week of fourteen budgets': {
    ...WEEK,
    rows: Array.from({ length: 14 }, (_, i) => ({ ...(WEEK.rows[i % 8] as Row), name: `service-${i}` })),
  },
};
