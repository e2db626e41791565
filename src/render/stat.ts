import type { StatDrawing } from '#domain/panel.ts';
import { lengthOf } from '#domain/time.ts';
import { formatValue } from '#domain/units.ts';
import { type Point, SHEET_WIDTH, type Sheet, type Text } from './charts.ts';
import { MARGIN, SIZE, text, titleTexts } from './layout.ts';
import { cutTo } from './marks.ts';
import type { Palette } from './theme.ts';

const GAP = 20;
const TILE = { width: (SHEET_WIDTH - 2 * MARGIN - GAP) / 2, height: 128, trendTop: 70, trendBottom: 112 };
const MOST = 6;

/** Lays single numbers out, two a row: name, value, and its trend below. */
export function statSheet(drawing: StatDrawing, palette: Palette): Sheet {
  const omitted = drawing.stats.length - MOST;
  const more = omitted > 0 ? [`${omitted} more not shown`] : [];
  const title = titleTexts(drawing.title, [...drawing.facts, drawing.zone, ...more, drawing.id], palette);
  const texts: Text[] = title.texts.map((item) => ({ ...item, y: item.y + 18 }));
  const lines: Point[] = [];
  const stats = drawing.stats.slice(0, MOST);
  const top = title.height + 26;
  stats.forEach(({ name, unit, value, trend }, i) => {
    const x = MARGIN + (i % 2) * (TILE.width + GAP);
    const y = top + Math.floor(i / 2) * TILE.height;
    texts.push(
      text(x, y + 16, cutTo(name, SIZE.name, TILE.width), SIZE.name, palette.grey, 600),
      text(
        x,
        y + 54,
        value === undefined ? 'no data' : formatValue(value, unit),
        SIZE.figure,
        palette.ink,
        700,
      ),
    );
    const values = trend.map((sample) => sample.value).filter(Number.isFinite);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    for (const sample of trend) {
      if (!Number.isFinite(sample.value)) continue;
      const share = high === low ? 0.5 : (sample.value - low) / (high - low);
      lines.push({
        x: x + ((sample.at - drawing.range.from) / lengthOf(drawing.range)) * TILE.width,
        y: y + TILE.trendBottom - share * (TILE.trendBottom - TILE.trendTop),
        line: `${i}`,
        color: palette.equals[i % palette.equals.length] ?? palette.ink,
        width: 2,
        dash: [1, 0],
      });
    }
  });
  const rows = Math.ceil(stats.length / 2);
  return {
    height: top + rows * TILE.height + 4,
    paper: palette.paper,
    bands: [],
    areas: [],
    rules: [],
    lines,
    texts,
  };
}
