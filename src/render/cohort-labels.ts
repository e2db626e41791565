import type { Panel } from '#domain/panel.ts';
import { formatValue } from '#domain/units.ts';
import type { Rule, Text } from './charts.ts';
import { type Cohort, latestOf } from './cohort-stretches.ts';
import { SIZE, text } from './layout.ts';
import { cutTo, widthOf } from './marks.ts';
import { PLOT, type Places } from './plot.ts';
import type { Palette } from './theme.ts';

const ROW = 18;
const AT = PLOT.width + 7;
/** Between which the labels' baselines stand. */
const BOUNDS = { top: PLOT.top + 5, bottom: PLOT.bottom + 8 } as const;

type Label = {
  readonly rows: readonly string[];
  readonly color: string;
  readonly y: number;
  /** Where the line ends. */
  readonly end?: { readonly x: number; readonly y: number };
};

/**
 * What each cohort came to, at its line's end and in its colour, moved apart where they would touch; a line that ends long before the plot does is led there. A cohort of which nothing was seen is named
 * below. Nothing where nothing was seen of either: the panel says so.
 */
export function cohortLabels(
  cohorts: readonly [Cohort, Cohort],
  unit: Panel['unit'],
  palette: Palette,
  places: Places,
): { texts: Text[]; rules: Rule[] } {
  if (cohorts.every((cohort) => latestOf(cohort) === undefined)) return { texts: [], rules: [] };
  const labels = cohorts.map((cohort): Label => {
    const color = palette.cohorts[cohort.role].line;
    const latest = latestOf(cohort);
    if (latest === undefined) return { rows: [`${cohort.role}: no data`], color, y: BOUNDS.bottom };
    const end = { x: places.toX(latest.at), y: places.toY(latest.value) };
    return { rows: rowsOf(cohort.role, formatValue(latest.value, unit)), color, y: end.y + 5, end };
  });
  const apart = movedApart(labels);
  return {
    texts: apart.flatMap(({ rows, color, y }) =>
      rows.map((row, i) => text(AT, y + i * ROW, row, SIZE.name, color, 600)),
    ),
    rules: apart.flatMap(({ end, y }) =>
      end === undefined || end.x >= PLOT.width * 0.9
        ? []
        : [
            {
              ...{ x: end.x + 4, x2: AT - 3, y: end.y, y2: y - 5 },
              ...{ color: palette.past, width: 1, dash: [1, 3] },
            },
          ],
    ),
  };
}

/** Who and how much, in one row or, where that has no room, in two, lest the figure be cut. None that can be told from nothing is longer. */
function rowsOf(name: string, figure: string): readonly string[] {
  const room = PLOT.right - 8;
  return widthOf(`${name} ${figure}`, SIZE.name) <= room
    ? [`${name} ${figure}`]
    : [name, cutTo(figure, SIZE.name, room)];
}

/** Both move as far as they must, and stay beside the plot; at the same height the first is above. */
function movedApart(labels: readonly Label[]): readonly Label[] {
  const [upper, lower] = labels.toSorted((a, b) => a.y - b.y);
  if (upper === undefined || lower === undefined) return labels;
  const [above, below] = [upper.rows.length * ROW, (lower.rows.length - 1) * ROW];
  const lack = Math.max(0, upper.y + above - lower.y);
  const lowest = BOUNDS.bottom - below;
  const first = Math.min(Math.max(upper.y - lack / 2, BOUNDS.top), lowest - above);
  const second = Math.min(Math.max(lower.y + lack / 2, first + above), lowest);
  return [
    { ...upper, y: first },
    { ...lower, y: second },
  ];
}
