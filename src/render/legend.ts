import type { Panel } from '#domain/panel.ts';
import { formatValue } from '#domain/units.ts';
import type { Rule, Text } from './charts.ts';
import { SIZE, text } from './layout.ts';
import { cutTo, widthOf } from './marks.ts';
import { type Palette, strokeOf } from './theme.ts';

/** Up to so many lines are named at their ends. */
const NAMED_AT_END = 3;

const ROW = 20;
const SWATCH = 16;

/** Whether a panel's equal lines are named below it: when they are more than three, or a name does not fit into `room` at its end. */
export function hasLegend({ lines, unit }: Panel, room: number): boolean {
  const equals = lines.filter(({ role, samples }) => role === 'plain' && samples.length > 0);
  const isLong = equals.some(({ name, samples }) => {
    const figure = formatValue(samples.at(-1)?.value ?? Number.NaN, unit);
    return widthOf(`${name} ${figure}`, SIZE.name) > room;
  });
  return equals.length > NAMED_AT_END || (equals.length > 1 && isLong);
}

/** A legend below a panel, sorted by last value: a stroke in the line's colour, its name, its last value. */
export function legendBelow(
  panel: Panel,
  palette: Palette,
  place: { left: number; right: number; top: number; room: number },
): { texts: Text[]; rules: Rule[]; height: number } {
  if (!hasLegend(panel, place.room)) return { texts: [], rules: [], height: 0 };
  const entries = panel.lines
    .map((line, i) => ({ line, color: strokeOf(palette, line.role, panel, i).color }))
    .filter(({ line }) => line.role === 'plain' && line.samples.length > 0)
    .map(({ line, color }) => ({ name: line.name, color, value: line.samples.at(-1)?.value ?? Number.NaN }))
    .toSorted((a, b) => (Number.isNaN(a.value) ? 1 : Number.isNaN(b.value) ? -1 : b.value - a.value));
  const rows = entries.map(({ name, color, value }, i) => {
    const y = place.top + i * ROW + 14;
    const figure = formatValue(value, panel.unit);
    const room = place.right - place.left - SWATCH - 22 - widthOf(figure, SIZE.name);
    return {
      rule: { x: place.left, x2: place.left + SWATCH, y: y - 5, y2: y - 5, color, width: 3, dash: [1, 0] },
      texts: [
        text(place.left + SWATCH + 8, y, cutTo(name, SIZE.name, room), SIZE.name, palette.ink, 400),
        text(place.right, y, figure, SIZE.name, color, 600, 'right'),
      ],
    };
  });
  return {
    texts: rows.flatMap(({ texts }) => texts),
    rules: rows.map(({ rule }) => rule),
    height: entries.length * ROW + 8,
  };
}
