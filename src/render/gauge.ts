import type { GaugeDrawing } from '#domain/panel.ts';
import { type Rule, SHEET_WIDTH, type Sheet, type Text } from './charts.ts';
import { MARGIN, SIZE, text, titleTexts } from './layout.ts';
import { cutTo, widthOf } from './marks.ts';
import type { Palette } from './theme.ts';

type State = GaugeDrawing['rows'][number]['state'];

/** A shape for each state, because colour alone does not reach everybody; the words stand at the right. */
const SHAPES: Readonly<Record<State, string>> = { red: '▲', yellow: '■', grey: '○', green: '●' };
const HEALTH = { red: 'page', yellow: 'ticket', grey: 'noData', green: 'healthy' } as const;

/** The span of the bars: a whole budget to the right of zero, what is overspent a little to its left. */
const BARS = { from: 216, zero: 246, to: 344 };
const NAME_AT = MARGIN + 20;
const ROW = 42;

/** Lays budgets out as bars: full is everything left, to the left of zero is what was spent beyond it. */
export function gaugeSheet(drawing: GaugeDrawing, palette: Palette): Sheet {
  const title = titleTexts(drawing.title, [...drawing.facts, drawing.id], palette);
  const texts: Text[] = title.texts.map((item) => ({ ...item, y: item.y + 18 }));
  const rules: Rule[] = [];
  const top = title.height + 22;
  let y = top;
  for (const { name, detail, state, words, word, left } of drawing.rows) {
    const color = palette.health[HEALTH[state]];
    const room = BARS.from - NAME_AT - 8;
    texts.push(
      text(MARGIN, y + 19, SHAPES[state], SIZE.name, color, 700),
      text(NAME_AT, y + 19, cutTo(name, SIZE.name, room), SIZE.name, palette.ink, 600),
      text(NAME_AT, y + 35, cutTo(detail, SIZE.small, room), SIZE.small, palette.grey, 400),
    );
    const right = SHEET_WIDTH - MARGIN;
    const wordsRoom = right - BARS.to - 10;
    const size = widthOf(words, SIZE.name) <= wordsRoom ? SIZE.name : SIZE.small;
    const line = word === undefined ? y + 22 : y + 19;
    texts.push(text(right, line, cutTo(words, size, wordsRoom), size, color, 600, 'right'));
    if (word !== undefined)
      texts.push(text(right, y + 35, cutTo(word, SIZE.small, wordsRoom), SIZE.small, color, 400, 'right'));
    if (left !== undefined) {
      const end =
        left >= 0
          ? BARS.zero + Math.min(1, left) * (BARS.to - BARS.zero)
          : BARS.zero + Math.max(-1, left) * (BARS.zero - BARS.from);
      const [x, x2] = [Math.min(BARS.zero, end), Math.max(BARS.zero, end)];
      rules.push({
        x: BARS.zero,
        x2: BARS.to,
        y: y + 17,
        y2: y + 17,
        color: palette.grid,
        width: 11,
        dash: [1, 0],
      });
      if (x2 - x > 0.5) rules.push({ x, x2, y: y + 17, y2: y + 17, color, width: 11, dash: [1, 0] });
    }
    y += ROW;
  }
  const zero: Rule = {
    x: BARS.zero,
    x2: BARS.zero,
    y: top,
    y2: y,
    color: palette.past,
    width: 1,
    dash: [1, 0],
  };
  return {
    height: y + 12,
    paper: palette.paper,
    bands: [],
    areas: [],
    rules: [...rules, zero],
    lines: [],
    texts,
  };
}
