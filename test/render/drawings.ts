import type {
  BeforeAfterDrawing,
  Drawing,
  FleetDrawing,
  Line,
  Mark,
  Panel,
  StatDrawing,
  TimeDrawing,
} from '#domain/panel.ts';
import type { Sample } from '#domain/series.ts';
import { BUDGET_DRAWINGS } from './budget-drawings.ts';
import { COHORT_DRAWINGS } from './cohort-drawings.ts';
import { FLEET_WEEK_DRAWINGS } from './fleet-week-drawings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const TO = Date.UTC(2026, 10, 24, 13, 4);
export const FROM = TO - HOUR;
const STEP = 30_000;
const DEPLOYED = FROM + 38 * MINUTE;

/** A made-up signal over the hour: it swings around `base`, and from the deploy on it is `jump` times as large. */
export function wave(base: number, size: number, seed: number, jump = 1): Sample[] {
  return Array.from({ length: 121 }, (_, i) => {
    const at = FROM + i * STEP;
    const noise = Math.sin(i * 12.9898 * seed) * 0.5 + Math.sin(i * 4.1 * seed) * 0.5;
    const value = base + size * (Math.sin(i / 25) + noise * 0.15);
    return { at, value: at > DEPLOYED + 90_000 ? value * jump : value };
  });
}

export const MARKS: readonly Mark[] = [
  { kind: 'deploy', at: DEPLOYED, label: 'v1.4.2' },
  { kind: 'flag', at: FROM + 16 * MINUTE, label: 'new-checkout 10 %' },
  { kind: 'alert', at: DEPLOYED + 4 * MINUTE, until: TO - 4 * MINUTE, label: 'CheckoutErrors' },
];

export function panel(
  title: string,
  unit: Panel['unit'],
  lines: readonly Line[],
  more: Partial<Panel> = {},
): Panel {
  return { title, unit, lines, thresholds: [], fromZero: true, queries: [], ...more };
}

export function line(name: string, role: Line['role'], samples: readonly Sample[]): Line {
  return { name, role, samples };
}

const RATE = panel(
  'Rate, requests a second',
  'perSecond',
  [line('yesterday', 'yesterday', wave(400, 40, 2)), line('now', 'now', wave(400, 45, 1, 0.9))],
  { signal: 'rate', fromZero: false },
);
const ERRORS = panel(
  'Errors, % of requests',
  'ratio',
  [line('yesterday', 'yesterday', wave(0.001, 0.0002, 2)), line('now', 'now', wave(0.001, 0.0001, 3, 25))],
  { signal: 'errors', thresholds: [{ value: 0.0144, label: 'page at 14.4× budget' }] },
);
const DURATION = panel(
  'Duration of requests',
  'seconds',
  [
    line(
      'p99',
      'now',
      wave(0.31, 0.01, 3, 2.6).filter((_, i) => i < 40 || i > 46),
    ),
    line('p50', 'p50', wave(0.096, 0.001, 3)),
  ],
  { signal: 'duration' },
);
const SATURATION = panel('CPU, % of limit', 'ratio', [line('now', 'now', wave(0.6, 0.1, 5))], {
  signal: 'saturation',
});

export function red(
  panels: readonly Panel[],
  marks: readonly Mark[] = MARKS,
  more: Partial<TimeDrawing> = {},
): TimeDrawing {
  return {
    chart: 'red',
    id: 's_8f31c2a',
    title: 'checkout',
    facts: ['last hour'],
    zone: 'Europe/Berlin',
    range: { from: FROM, to: TO },
    step: STEP,
    panels,
    marks,
    ...more,
  };
}

export function timeseries(count: number, naming: (i: number) => string): TimeDrawing {
  const lines = Array.from({ length: count }, (_, i) => line(naming(i), 'plain', wave(10 + 7 * i, 2, i + 1)));
  const shown = lines.slice(0, 8);
  const omitted = count - shown.length;
  const title = 'sum by (route) (rate(http_requests_total[5m]))';
  return red([panel(title, 'short', shown, omitted > 0 ? { omitted } : {})], [], {
    chart: 'timeseries',
    title: 'query',
  });
}

const BEFORE = { from: FROM + 8 * MINUTE, to: DEPLOYED };
const AFTER = { from: DEPLOYED + MINUTE, to: TO };

export const BEFORE_AFTER: BeforeAfterDrawing = {
  chart: 'before-after',
  layout: 'sequence',
  id: 's_8f31c2b',
  title: 'checkout v1.4.2',
  facts: ['before and after'],
  zone: 'Europe/Berlin',
  range: { from: FROM, to: TO },
  step: STEP,
  before: BEFORE,
  after: AFTER,
  marks: MARKS.slice(0, 1),
  panels: [
    {
      ...ERRORS,
      lines: ERRORS.lines.slice(1),
      medianBefore: 0.001,
      medianAfter: 0.025,
      band: { low: 0.0007, high: 0.0013 },
    },
    { ...DURATION, lines: DURATION.lines.slice(0, 1), medianBefore: 0.31, medianAfter: 0.81 },
    { ...RATE, lines: RATE.lines.slice(1), medianBefore: 400, medianAfter: 360 },
  ],
};

export const OVERLAY: BeforeAfterDrawing = {
  ...BEFORE_AFTER,
  layout: 'overlay',
  title: 'checkout',
  facts: ['last 60 min against yesterday'],
  panels: [
    {
      ...ERRORS,
      lines: [
        line('before', 'before', wave(0.001, 0.0002, 2)),
        line('now', 'after', wave(0.001, 0.0001, 3, 25)),
      ],
    },
  ],
};

export function fleet(count: number, naming: (i: number) => string = (i) => `service-${i}`): FleetDrawing {
  const states = ['page', 'burning', 'ticket', 'noData'] as const;
  return {
    chart: 'fleet',
    id: 's_8f31c2c',
    title: count === 1 ? '1 service' : `${count} services`,
    facts: ['last 5m', ...(count > 25 ? [`and ${count - 25} more, all healthy`] : [])],
    zone: 'Europe/Berlin',
    range: { from: TO - 5 * MINUTE, to: TO },
    step: 5 * MINUTE,
    hidden: Math.max(0, count - 25),
    queries: [],
    rows: Array.from({ length: Math.min(25, count) }, (_, i) => {
      const health = i < 4 && count > 1 ? (states[i] ?? 'healthy') : 'healthy';
      if (health === 'noData') return { service: naming(i), health };
      return {
        service: naming(i),
        health,
        rate: 4321 / (i + 1),
        errorRatio: 0.031 / 3 ** i,
        p99: 0.82 / (i + 1),
      };
    }),
  };
}

export const STAT: StatDrawing = {
  chart: 'stat',
  id: 's_8f31c2d',
  title: 'checkout',
  facts: ['last hour'],
  zone: 'Europe/Berlin',
  range: { from: FROM, to: TO },
  step: STEP,
  queries: [],
  stats: [
    { name: 'Rate', unit: 'perSecond', value: 361, trend: wave(400, 45, 1, 0.9) },
    { name: 'Errors', unit: 'ratio', value: 0.0253, trend: wave(0.001, 0.0001, 3, 25) },
    { name: 'p99', unit: 'seconds', value: 0.823, trend: wave(0.31, 0.01, 3, 2.6) },
    { name: 'Queue depth of the payment provider', unit: 'short', trend: [] },
  ],
};

const gaps = (samples: readonly Sample[]) => samples.filter((_, i) => i % 7 > 2);
const flat = (value: number) => wave(0, 0, 1).map(({ at }) => ({ at, value }));

/** Everything that a picture may have to show, by name. */
export const DRAWINGS: Readonly<Record<string, Drawing>> = {
  red: red([RATE, ERRORS, DURATION]),
  'red with saturation': red([RATE, ERRORS, DURATION, SATURATION]),
  'red without data': red([
    panel('Rate, requests a second', 'perSecond', [], { signal: 'rate' }),
    panel('Errors, % of requests', 'ratio', [], {
      signal: 'errors',
      problem: 'Prometheus did not answer within 10 s: the question is tried again.',
    }),
  ]),
  'marks close together': red(
    [RATE],
    Array.from({ length: 9 }, (_, i) => ({
      kind: i % 3 === 0 ? ('flag' as const) : ('deploy' as const),
      at: DEPLOYED + i * 20_000,
      label: i % 2 === 0 ? `v1.4.${i}` : `2026-11-24.release-candidate-${i}-4f2c9a17d3e0`,
    })),
  ),
  'five steps of a flag': red(
    [RATE],
    [
      ...['1 %', '5 %', '10 %', '25 %', '50 %'].map((share, i) => ({
        ...{ kind: 'flag' as const, at: FROM + (20 + 8 * i) * MINUTE, label: `new-checkout-page ${share}` },
      })),
      { kind: 'deploy', at: FROM + 38 * MINUTE, label: 'v1.4.2' },
    ],
  ),
  'deploy, flag and onset at once': red(
    [RATE],
    [
      { kind: 'flag', at: DEPLOYED - 20_000, label: 'new-checkout 10 %' },
      { kind: 'deploy', at: DEPLOYED, label: 'v1.4.2' },
      { kind: 'onset', at: DEPLOYED + 20_000, label: 'began' },
    ],
  ),
  'marks at both ends': red(
    [RATE],
    [
      { kind: 'deploy', at: FROM + 1000, label: 'release-2026.11.24-hotfix.3' },
      { kind: 'deploy', at: TO - 1000, label: 'release-2026.11.24-hotfix.4' },
    ],
  ),
  'one sample': red([panel('Queue depth', 'short', [line('now', 'now', [{ at: TO - MINUTE, value: 12 }])])]),
  gaps: red([panel('Queue depth', 'short', [line('now', 'now', gaps(wave(10, 4, 1)))])]),
  zero: red([panel('Errors, % of requests', 'ratio', [line('now', 'now', flat(0))], { signal: 'errors' })]),
  'tiny and huge': red([
    panel('Tiny', 'short', [line('now', 'now', wave(3e-9, 1e-9, 1))]),
    panel('Huge', 'short', [line('now', 'now', wave(7.2e13, 1e13, 1))]),
    panel('Bytes', 'bytes', [line('now', 'now', wave(3.4e9, 1e9, 2))]),
  ]),
  'not a number': red([panel('Ratio of nothing', 'ratio', [line('now', 'now', flat(Number.NaN))])]),
  'below zero': red([panel('Change', 'short', [line('now', 'now', wave(-40, 30, 1))], { fromZero: false })]),
  'long words': red([{ ...RATE, title: `${'Requests to the payment provider '.repeat(4)}` }], MARKS, {
    title: 'the-service-with-the-longest-name-anybody-ever-gave-to-one-in-production',
    facts: [
      'last hour',
      'a fact of many words that goes on beyond the width of the picture and needs cutting or wrapping',
    ],
  }),
  'one series': timeseries(1, (i) => `route-${i}`),
  'three series': timeseries(3, (i) => `route="/api/v2/orders/${i}"`),
  'four series': timeseries(4, (i) => `route="/a/${i}"`),
  'twelve series': timeseries(
    12,
    (i) => `route="/api/v2/orders/{id}/lines/{line}", method="POST", code="${200 + i}"`,
  ),
  'before and after': BEFORE_AFTER,
  'laid over each other': OVERLAY,
  'fleet of one': fleet(1),
  'fleet of five': fleet(5, (i) => ['storefront', 'catalog', 'checkout', 'ledger', 'mailer'][i] ?? ''),
  'fleet of forty': fleet(40, (i) => `team-${i % 4}-service-with-a-long-name-${i}`),
  stat: STAT,
  ...COHORT_DRAWINGS,
  ...BUDGET_DRAWINGS,
  ...FLEET_WEEK_DRAWINGS,
};
