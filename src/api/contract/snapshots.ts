import { z } from 'zod';
import { present } from '#domain/optional.ts';
import type * as domain from '#domain/panel.ts';
import { PointList, pointsOf } from './points.ts';
import { UNITS, Window, windowOf } from './readings.ts';
import { Health } from './status.ts';
import { areFinite, finite, Seconds, Time, timeOf, Untrusted } from './values.ts';

const Query = z.object({
  source: z.string().describe('The Prometheus that was asked.'),
  query: Untrusted.describe('PromQL as it was sent.'),
  line: z.string().describe('The line or measure that it is of.'),
});

/** One line of a panel. */
const Line = PointList.extend({
  name: Untrusted,
  role: z
    .enum(['now', 'p50', 'yesterday', 'lastWeek', 'before', 'after', 'plain', 'projection', 'on', 'off'])
    .describe('What it stands for.'),
  band: z
    .array(z.object({ at: Time, low: z.number(), high: z.number() }))
    .optional()
    .describe('The interval around each point, thinned out in the same way.'),
});

/** One panel of a picture. */
const Panel = z.object({
  title: Untrusted,
  unit: z.enum(UNITS).describe('Of all values; a ratio is 0 to 1.'),
  lines: z.array(Line),
  thresholds: z.array(z.object({ value: z.number(), label: Untrusted })),
  medianBefore: z.number().optional(),
  medianAfter: z.number().optional(),
  baseline: z
    .object({ low: z.number(), high: z.number() })
    .optional()
    .describe('The middle 80 % of what was before.'),
  omitted: z.int().optional().describe('So many series were summed into the line named other.'),
  problem: Untrusted.optional().describe('Why there is nothing, or not all.'),
  queries: z.array(Query),
});

/** A mark on the time axis. */
const Mark = z.object({
  kind: z.enum(['deploy', 'flag', 'onset', 'alert', 'incident']),
  at: Time,
  until: Time.optional().describe('Absent for what is a moment, or still lasts.'),
  label: Untrusted,
});

/** A picture as data: the values that were drawn. What a chart does not have is absent. */
export const Snapshot = z.object({
  id: z.string(),
  drawnAt: Time,
  chart: z.enum([
    'red',
    'timeseries',
    'budget',
    'before-after',
    'cohorts',
    'fleet',
    'gauge',
    'fleet-week',
    'stat',
  ]),
  title: Untrusted,
  facts: z.array(Untrusted).describe('What stands under the title.'),
  zone: z.string().describe('The time zone of the picture; all times here are UTC.'),
  window: Window.optional(),
  step: Seconds.optional().describe('Between two points.'),
  before: Window.optional().describe('Of two windows that are compared, the earlier one.'),
  after: Window.optional().describe('The later one.'),
  panels: z.array(Panel).describe('Panels over time; with `panel` that one alone.'),
  panelTitles: z.array(Untrusted).describe('The titles of all panels, in the order that `panel` counts.'),
  marks: z.array(Mark),
  services: z
    .array(
      z.object({
        service: z.string(),
        health: Health,
        rate: z.number().optional(),
        errorRatio: z.number().optional(),
        p99: z.number().optional(),
        budgetLeft: z.number().optional(),
      }),
    )
    .optional()
    .describe('Of a picture of the fleet, in the order drawn.'),
  hidden: z.int().optional().describe('Services or budgets that are counted, not drawn.'),
  budgets: z
    .array(
      z.object({
        name: z.string(),
        detail: z.string(),
        state: z.enum(['red', 'yellow', 'grey', 'green']),
        words: z.string(),
        word: z.string().optional(),
        left: z.number().optional().describe('The share that is left; below 0 when overspent.'),
        spent: z
          .array(z.number().nullable())
          .optional()
          .describe(
            'What each of `days` spent of all that the window allows, 1 = all; null: nothing was counted.',
          ),
      }),
    )
    .optional()
    .describe('Of a picture of budgets, in the order drawn.'),
  days: z
    .array(Window.extend({ label: z.string() }))
    .optional()
    .describe('The days of a picture of a week.'),
  stats: z
    .array(PointList.extend({ name: Untrusted, unit: z.enum(UNITS), value: z.number().optional() }))
    .optional()
    .describe('Single numbers with the trend behind each.'),
  queries: z.array(Query).describe('Of what is drawn of all panels together.'),
});
export type Snapshot = z.infer<typeof Snapshot>;

export const SnapshotDetail = z.object({ at: Time, snapshot: Snapshot });
export type SnapshotDetail = z.infer<typeof SnapshotDetail>;

/** What of a picture is wanted: one panel by its place from 0, lines of one name, so many points of each line. */
export type Selection = { readonly panel?: number; readonly line?: string; readonly maxPoints: number };

export function snapshotOf({ id, at, drawing }: domain.Snapshot, selection: Selection): Snapshot {
  const { chart, title, facts, zone } = drawing;
  const panels = 'panels' in drawing ? drawing.panels : [];
  const { panel: place } = selection;
  const shown = place === undefined ? panels : panels.slice(place, place + 1);
  return {
    ...{ id, drawnAt: timeOf(at), chart, title, facts: [...facts], zone },
    ...('range' in drawing ? { window: windowOf(drawing.range), step: drawing.step / 1000 } : {}),
    ...(drawing.chart === 'before-after'
      ? { before: windowOf(drawing.before), after: windowOf(drawing.after) }
      : {}),
    panels: shown.map((panel) => panelOf(panel, selection)),
    panelTitles: panels.map((panel) => panel.title),
    marks: 'marks' in drawing ? drawing.marks.map(markOf) : [],
    ...rowsOf(drawing, selection),
    queries: 'queries' in drawing ? drawing.queries.map(queryOf) : [],
  };
}

function rowsOf(drawing: domain.Drawing, { maxPoints }: Selection): Partial<Snapshot> {
  switch (drawing.chart) {
    case 'fleet':
      return {
        hidden: drawing.hidden,
        services: drawing.rows.map(({ service, health, rate, errorRatio, p99, budgetLeft }) => ({
          ...{ service, health },
          ...present({
            ...{ rate: finite(rate), errorRatio: finite(errorRatio) },
            ...{ p99: finite(p99), budgetLeft: finite(budgetLeft) },
          }),
        })),
      };
    case 'gauge':
      return {
        budgets: drawing.rows.map(({ name, detail, state, words, word, left }) => ({
          ...{ name, detail, state, words },
          ...present({ word, left: finite(left) }),
        })),
      };
    case 'fleet-week':
      return {
        hidden: drawing.hidden,
        days: drawing.days.map(({ range, label }) => ({ ...windowOf(range), label })),
        budgets: drawing.rows.map(({ name, detail, state, words, spent }) => ({
          ...{ name, detail, state, words },
          spent: spent.map((share) => finite(share ?? undefined) ?? null),
        })),
      };
    case 'stat':
      return {
        stats: drawing.stats.map(({ name, unit, value, trend }) => ({
          ...{ name, unit, ...present({ value: finite(value) }) },
          ...pointsOf(trend, maxPoints),
        })),
      };
    default:
      return {};
  }
}

type DrawnPanel = domain.Panel | domain.BeforeAfterDrawing['panels'][number];

function panelOf(panel: DrawnPanel, { line: name, maxPoints }: Selection) {
  const { title, unit, lines, thresholds, queries, problem, omitted } = panel;
  const extra = 'medianBefore' in panel || 'medianAfter' in panel || 'band' in panel ? panel : undefined;
  return {
    ...{ title, unit, queries: queries.map(queryOf) },
    lines: lines
      .filter((line) => name === undefined || line.name === name)
      .map((line) => lineOf(line, maxPoints)),
    thresholds: thresholds.flatMap(({ value, label }) => (Number.isFinite(value) ? [{ value, label }] : [])),
    ...present({
      ...{ problem, omitted, baseline: bandOf(extra?.band) },
      ...{ medianBefore: finite(extra?.medianBefore), medianAfter: finite(extra?.medianAfter) },
    }),
  };
}

function bandOf(band: { readonly low: number; readonly high: number } | undefined) {
  return band !== undefined && areFinite(band.low, band.high)
    ? { low: band.low, high: band.high }
    : undefined;
}

function lineOf({ name, role, samples, band }: domain.Line, maxPoints: number) {
  const points = pointsOf(samples, maxPoints);
  const shown = new Set(points.points.map(([at]) => at));
  return {
    ...{ name, role, ...points },
    ...present({
      band: band
        ?.filter(({ at, low, high }) => shown.has(timeOf(at)) && areFinite(low, high))
        .map(({ at, low, high }) => ({ at: timeOf(at), low, high })),
    }),
  };
}

function markOf(mark: domain.Mark) {
  const { kind, at, label } = mark;
  return {
    ...{ kind, at: timeOf(at), label },
    ...('until' in mark && mark.until !== undefined ? { until: timeOf(mark.until) } : {}),
  };
}

function queryOf({ source, promql, line }: domain.PanelQuery) {
  return { source, query: promql, line };
}
