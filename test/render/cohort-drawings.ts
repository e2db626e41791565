import type { CohortsDrawing, Line, Mark, Panel } from '#domain/panel.ts';
import { MINUTE } from '#domain/time.ts';
import { type Interval, wilson } from '#domain/verdict/cohort.ts';

export const TO = Date.UTC(2026, 10, 24, 13, 4);
export const FROM = TO - 70 * MINUTE;
/** When the flag went to 1 %, to 10 %, and back. */
export const CHANGES = [FROM + 4 * MINUTE, FROM + 36 * MINUTE, FROM + 56 * MINUTE] as const;
const [TO_1, TO_10, TO_0] = CHANGES;

export const FLAGS: readonly Mark[] = [
  { kind: 'flag', at: TO_1, label: '1 %' },
  { kind: 'flag', at: TO_10, label: '10 %' },
  { kind: 'flag', at: TO_0, label: '0 %' },
];

type Estimate = Interval & { readonly at: number; readonly value: number };

export function lineOf(role: 'on' | 'off', estimates: readonly Estimate[]): Line {
  return {
    name: role,
    role,
    samples: estimates.map(({ at, value }) => ({ at, value })),
    band: estimates.map(({ at, low, high }) => ({ at, low, high })),
  };
}

/** Failed of `perMinute` requests, counted since a step: from two minutes after it (its warm-up) until `to`. */
export function failing(step: number, to: number, perMinute: number, ratio: number): Estimate[] {
  const minutes = Math.floor((to - step) / MINUTE);
  return Array.from({ length: Math.max(0, minutes - 1) }, (_, i) => {
    const total = perMinute * (i + 1);
    const bad = Math.round(total * ratio);
    return { at: step + (i + 2) * MINUTE, value: bad / total, ...wilson({ bad, total }) };
  });
}

/** A percentile that is the better known the longer it is counted. */
function lasting(step: number, to: number, value: number, share: number): Estimate[] {
  const minutes = Math.floor((to - step) / MINUTE);
  return Array.from({ length: Math.max(0, minutes - 1) }, (_, i) => {
    const half = (value * 0.05) / Math.sqrt(share * (i + 1));
    return { at: step + (i + 2) * MINUTE, value, low: Math.max(0.01, value - half), high: value + 2 * half };
  });
}

export function panelOf(
  title: string,
  unit: Panel['unit'],
  lines: readonly Line[],
  more: Partial<Panel> = {},
): Panel {
  return { title, unit, lines, thresholds: [], fromZero: true, queries: [], ...more };
}

export const ERRORS = panelOf(
  'Errors, % of requests',
  'ratio',
  [
    lineOf('on', [...failing(TO_1, TO_10, 30, 0.005), ...failing(TO_10, TO_0, 300, 0.021)]),
    lineOf('off', [...failing(TO_1, TO_10, 2970, 0.004), ...failing(TO_10, TO_0, 2700, 0.004)]),
  ],
  { signal: 'errors' },
);

const MEDIAN = panelOf(
  'Duration, median',
  'seconds',
  [
    lineOf('on', [...lasting(TO_1, TO_10, 0.0981, 0.1), ...lasting(TO_10, TO_0, 0.0979, 1)]),
    lineOf('off', [...lasting(TO_1, TO_10, 0.0962, 9.9), ...lasting(TO_10, TO_0, 0.096, 9)]),
  ],
  { signal: 'duration' },
);

const P99 = panelOf(
  'Duration, 99th percentile',
  'seconds',
  [
    lineOf('on', [...lasting(TO_1, TO_10, 0.312, 0.01), ...lasting(TO_10, TO_0, 0.624, 0.1)]),
    lineOf('off', [...lasting(TO_1, TO_10, 0.31, 0.99), ...lasting(TO_10, TO_0, 0.309, 0.9)]),
  ],
  { signal: 'duration' },
);

export function cohorts(
  panels: readonly Panel[],
  marks: readonly Mark[] = FLAGS,
  more: Partial<CohortsDrawing> = {},
): CohortsDrawing {
  return {
    chart: 'cohorts',
    id: 's_8f31c2e',
    title: 'new-checkout in checkout',
    facts: ['on against off'],
    zone: 'Europe/Berlin',
    range: { from: FROM, to: TO },
    step: MINUTE,
    panels,
    marks,
    ...more,
  };
}

const only = (panel: Panel, role: 'on' | 'off', keep: (i: number) => boolean = () => false): Panel => ({
  ...panel,
  lines: panel.lines.map((line) =>
    line.role === role
      ? {
          ...line,
          samples: line.samples.filter((_, i) => keep(i)),
          band: (line.band ?? []).filter((_, i) => keep(i)),
        }
      : line,
  ),
});
const single = (value: number): Estimate[] => [{ at: TO - MINUTE, value, low: value / 3, high: value * 5 }];

/** The first failure comes early: a third of three requests, and less with each that follows. */
const EARLY = failing(TO_1, TO, 3, 0.004).map((estimate, i) => {
  const count = { bad: 1, total: 3 * (i + 1) };
  return { ...estimate, value: count.bad / count.total, ...wilson(count) };
});

const names = ['1 %', '5 %', '10 %', '25 %', '50 %'];

/** Rollouts as they come, and at their worst, by name. */
export const COHORT_DRAWINGS: Readonly<Record<string, CohortsDrawing>> = {
  cohorts: cohorts([ERRORS, MEDIAN, P99]),
  'cohorts without one of them': cohorts([only(ERRORS, 'on'), only(P99, 'off')], FLAGS.slice(0, 2)),
  'cohorts without data': cohorts([
    panelOf('Errors, % of requests', 'ratio', []),
    only(only(P99, 'on'), 'off'),
    panelOf('Duration, median', 'seconds', [], { problem: 'Prometheus did not answer within 10 s.' }),
  ]),
  'cohorts of one sample': cohorts(
    [panelOf('Errors', 'ratio', [lineOf('on', single(0.03)), lineOf('off', single(0.004))])],
    FLAGS.slice(0, 1),
  ),
  'cohorts with gaps': cohorts([only(ERRORS, 'on', (i) => i % 9 < 6)]),
  'cohorts of few requests': cohorts(
    [panelOf('Errors', 'ratio', [lineOf('on', EARLY), lineOf('off', failing(TO_1, TO, 297, 0.004))])],
    FLAGS.slice(0, 1),
  ),
  'cohorts without failures': cohorts([
    panelOf('Errors', 'ratio', [
      lineOf('on', failing(TO_1, TO, 30, 0)),
      lineOf('off', failing(TO_1, TO, 2970, 0)),
    ]),
  ]),
  'cohorts of rare failures': cohorts([
    panelOf('Errors', 'ratio', [
      lineOf('on', failing(TO_1, TO, 9e6, 0.0000123)),
      lineOf('off', failing(TO_1, TO, 9e7, 0.0000004)),
    ]),
  ]),
  'cohorts not from zero': cohorts([
    { ...MEDIAN, fromZero: false },
    { ...P99, fromZero: false },
  ]),
  'cohorts without bands': cohorts([
    panelOf(
      'Rate, requests a second',
      'perSecond',
      ERRORS.lines.map(({ name, role, samples }) => ({ name, role, samples })),
      { signal: 'rate', fromZero: false },
    ),
  ]),
  'cohorts whose interval has no end': cohorts([
    panelOf('Duration, 99th percentile', 'seconds', [
      lineOf('on', [{ at: TO - MINUTE, value: 2.5, low: 0.9, high: Number.POSITIVE_INFINITY }]),
      lineOf('off', lasting(TO_1, TO, 0.31, 1)),
    ]),
  ]),
  'cohorts in five steps': cohorts(
    [ERRORS],
    names.map((label, i) => ({ kind: 'flag', at: FROM + (6 + 12 * i) * MINUTE, label })),
  ),
  'cohorts with a deploy beside the step': cohorts(
    [ERRORS],
    [
      ...FLAGS,
      { kind: 'deploy', at: TO_10 - 20_000, label: 'v1.4.2' },
      { kind: 'onset', at: TO_10 + 30_000, label: 'began' },
      { kind: 'alert', at: TO_10 + 5 * MINUTE, label: 'CheckoutErrors' },
    ],
  ),
};
