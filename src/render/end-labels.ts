import type { Panel } from '#domain/panel.ts';
import { formatValue } from '#domain/units.ts';
import type { Rule, Text } from './charts.ts';
import { SIZE, text } from './layout.ts';
import { hasLegend } from './legend.ts';
import { cutTo } from './marks.ts';
import { PLOT, type Places } from './plot.ts';
import { type Palette, strokeOf } from './theme.ts';

/**
 * The last value of each line that is about now, in its colour, moved apart where they would touch. A line that ends long before the plot does is led to its value.
 */
export function endLabels(
  panel: Panel,
  palette: Palette,
  { toX, toY }: Places,
): { texts: Text[]; rules: Rule[] } {
  const named = panel.lines.filter(
    ({ role }) => role === 'now' || role === 'p50' || role === 'after' || role === 'plain',
  );
  if (hasLegend(panel, PLOT.right - 8)) return { texts: [], rules: [] };
  const labels = named.flatMap((line) => {
    const { at, value } = line.samples.at(-1) ?? { at: 0, value: Number.NaN };
    if (!Number.isFinite(value)) return [];
    const { color } = strokeOf(palette, line.role, panel, panel.lines.indexOf(line));
    const name = named.length > 1 ? line.name : '';
    const figure = formatValue(value, panel.unit);
    return [
      {
        ...{ x: toX(at), y: toY(value) + 5 },
        text: cutTo([name, figure].filter(Boolean).join(' '), SIZE.name, PLOT.right - 8),
        color,
      },
    ];
  });
  const shown = labels.toSorted((a, b) => a.y - b.y).slice(0, 6);
  const apart = 18;
  shown.forEach((label, i) => {
    const above = shown[i - 1];
    if (above !== undefined) label.y = Math.max(label.y, above.y + apart);
  });
  const overflow = (shown.at(-1)?.y ?? 0) - (PLOT.bottom + 8);
  if (overflow > 0) {
    shown.toReversed().forEach((label, i, list) => {
      const below = list[i - 1];
      label.y = Math.min(label.y, below === undefined ? PLOT.bottom + 8 : below.y - apart);
    });
  }
  return {
    texts: shown.map((label) => text(PLOT.width + 7, label.y, label.text, SIZE.name, label.color, 600)),
    rules: shown
      .filter(({ x }) => x < PLOT.width * 0.9)
      .map(({ x, y }) => ({
        ...{ x: x + 4, x2: PLOT.width + 4, y: y - 5, y2: y - 5 },
        ...{ color: palette.past, width: 1, dash: [1, 3] },
      })),
  };
}
