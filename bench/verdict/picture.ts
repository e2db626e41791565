import { writeFileSync } from 'node:fs';
import type { Canvas } from 'canvas';
import { parse, View, Warn } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { percentile } from '../report.ts';
import { cellOf, DISPERSIONS, MADE_SHIFTS, of } from './counts.ts';
import { type MadeDone, OURS, REAL_SHIFTS, type RealDone } from './jobs.ts';
import { calledOf, RULES, share, stepsOf } from './series.ts';

const WIDTH = 360;
const SCALE = 3;
const COLORS = ['#0b6e99', '#c2410c', '#8a8a8a'];

type Point = { readonly size: number; readonly value: number; readonly line: string };

/** Draws the curves into a file: what is found against the size of the change, on both kinds of data, and how long it takes. */
export async function drawCurves(
  real: readonly RealDone[],
  made: readonly MadeDone[],
  into: URL,
): Promise<void> {
  const found = RULES.flatMap((rule) => {
    const line = `${rule}: ${share(calledOf(real, rule, 1))} false`;
    return REAL_SHIFTS.map((size) => ({ size, line, value: calledOf(real, rule, size) * 100 }));
  });
  const counts = [
    ...DISPERSIONS.flatMap((dispersion) =>
      MADE_SHIFTS.map((size) => ({
        size,
        line: dispersion === 1 ? OURS : `${OURS}, dispersion ${dispersion}`,
        value: of(cellOf(made, { perSecond: 10, bad: 0.001, dispersion }, size), 'degraded') * 100,
      })),
    ),
    ...RULES.slice(1).flatMap((line) =>
      MADE_SHIFTS.map((size) => {
        const { peers, watched } = cellOf(made, { perSecond: 10, bad: 0.001, dispersion: 1 }, size);
        return { size, line, value: ((peers[line] ?? 0) / watched.watches) * 100 };
      }),
    ),
  ];
  const steps = [0.5, 0.75].flatMap((part) => [
    ...REAL_SHIFTS.slice(1).map((size) => ({
      ...{ size, line: part === 0.5 ? 'real series' : 'real, slowest quarter' },
      value: percentile(stepsOf(real, size), part),
    })),
    ...MADE_SHIFTS.slice(1).map((size) => {
      const { watched } = cellOf(made, { perSecond: 10, bad: 0.001, dispersion: 1 }, size);
      return {
        ...{ size, line: part === 0.5 ? 'counts' : 'counts, slowest quarter' },
        value: percentile(watched.looks, part),
      };
    }),
  ]);
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 8,
    spacing: 18,
    config: {
      font: 'sans-serif',
      axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal' },
      title: { fontSize: 13, anchor: 'start', frame: 'group' },
      legend: {
        ...{ labelFontSize: 12, orient: 'bottom', columns: 1, labelLimit: 320 },
        ...{ symbolType: 'stroke', symbolStrokeWidth: 2, symbolSize: 300 },
      },
    },
    resolve: { scale: { color: 'independent', strokeDash: 'independent' } },
    vconcat: [
      panel(found, 'Real series: moments called worse', '%'),
      panel(counts, 'Counts, 10/s with 0.1 % errors: called worse', '%'),
      panel(steps, 'Steps until it is called (median)', ''),
    ],
  };
  const view = new View(parse(compile(spec).spec), { renderer: 'none', logLevel: Warn });
  await view.runAsync();
  const drawn: unknown = await view.toCanvas(SCALE);
  writeFileSync(into, (drawn as Canvas).toBuffer('image/png'));
  view.finalize();
}

function panel(points: readonly Point[], title: string, unit: string) {
  const lines = [...new Set(points.map(({ line }) => line))];
  const colors = lines.map((line) =>
    line.startsWith(OURS) || line.startsWith('real')
      ? COLORS[0]
      : line.startsWith('fixed')
        ? COLORS[2]
        : COLORS[1],
  );
  const dashes = lines.map((line) =>
    line.endsWith(' 1.5') ? [6, 3] : line.endsWith(' 2') || line.endsWith('quarter') ? [2, 3] : [1, 0],
  );
  return {
    title,
    width: WIDTH - 60,
    height: 150,
    data: { values: [...points] },
    mark: { type: 'line' as const, point: { size: 30 }, strokeWidth: 2 },
    encoding: {
      x: {
        field: 'size',
        type: 'quantitative' as const,
        scale: { type: 'log' as const, domain: [1, 5] },
        axis: {
          title: 'size of the change (1: none)',
          values: [1, 1.5, 2, 3, 5],
          labelExpr: "'×' + datum.value",
          grid: false,
        },
      },
      y: {
        field: 'value',
        type: 'quantitative' as const,
        scale: { domain: unit === '%' ? [0, 100] : [0, 15] },
        axis: { title: unit === '%' ? '%' : null, tickCount: 5, gridOpacity: 0.5 },
      },
      color: {
        field: 'line',
        type: 'nominal' as const,
        scale: { domain: [...lines], range: colors },
        legend: { title: null },
      },
      strokeDash: {
        field: 'line',
        type: 'nominal' as const,
        scale: { domain: [...lines], range: dashes },
        legend: { title: null },
      },
    },
  };
}
