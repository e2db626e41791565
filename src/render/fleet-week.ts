import type { FleetWeekDrawing } from '#domain/panel.ts';
import { type Band, SHEET_WIDTH, type Sheet, type Text } from './charts.ts';
import { MARGIN, SIZE, text, titleTexts } from './layout.ts';
import { cutTo, widthOf } from './marks.ts';
import type { Palette } from './theme.ts';

type State = FleetWeekDrawing['rows'][number]['state'];

/** A shape for each state, because colour alone does not reach everybody; the words stand at the right. */
const SHAPES: Readonly<Record<State, string>> = { red: '▲', yellow: '■', grey: '○', green: '●' };
const HEALTH = { red: 'page', yellow: 'ticket', grey: 'noData', green: 'healthy' } as const;

/** Where the days stand, in the sheet’s pixels: each column is `DAY.width` wide, with a gap to the next. */
const DAYS = { from: 168, width: 27, gap: 2 };
const NAME_AT = MARGIN + 20;
const ROW = 42;
const CELL = 32;

/** From these shares of the whole budget on, spent in one day, a cell is of the next colour: next to nothing, an even day of a month’s window or two, a tenth, a third, all of it. */
const STEPS = [0.0005, 0.03, 0.1, 0.3, 1] as const;

/** Lays a week out as a heat map: a row a budget, a column a day, each cell the darker the more that day spent; the figure in it is in per cent. */
export function fleetWeekSheet(drawing: FleetWeekDrawing, palette: Palette): Sheet {
  const { rows, days, hidden } = drawing;
  const more = hidden === 0 ? [] : [`${hidden} more not shown`];
  const title = titleTexts(drawing.title, [...drawing.facts, ...more, drawing.zone, drawing.id], palette);
  const texts: Text[] = title.texts.map((item) => ({ ...item, y: item.y + 18 }));
  const bands: Band[] = [];
  const head = title.height + 34;
  days.forEach(({ label }, i) => {
    const [weekday = '', day = ''] = label.split(' ');
    const x = columnOf(i) + DAYS.width / 2;
    texts.push(
      text(x, head, weekday, SIZE.small, palette.grey, 400, 'center'),
      text(x, head + 16, day, SIZE.small, palette.grey, 400, 'center'),
    );
  });
  let y = head + 24;
  for (const row of rows) {
    texts.push(...rowTexts(row, y, days.length, palette));
    days.forEach((_, i) => {
      const share = row.spent[i] ?? null;
      const x = columnOf(i);
      const middle = x + DAYS.width / 2;
      if (share === null) {
        texts.push(text(middle, y + 25, '–', SIZE.small, palette.grey, 400, 'center'));
        return;
      }
      const { cell, ink } = palette.spent[stepOf(share)] ?? { cell: palette.grid, ink: palette.ink };
      bands.push({ x, x2: x + DAYS.width, y: y + 5, y2: y + 5 + CELL, color: cell });
      const figure = figureOf(share);
      if (figure !== '') texts.push(text(middle, y + 25.5, figure, SIZE.small, ink, 600, 'center'));
    });
    y += ROW;
  }
  return { height: y + 12, paper: palette.paper, bands, areas: [], rules: [], lines: [], texts };
}

function rowTexts(
  { name, detail, state, words }: FleetWeekDrawing['rows'][number],
  top: number,
  days: number,
  palette: Palette,
): readonly Text[] {
  const color = palette.health[HEALTH[state]];
  const room = DAYS.from - NAME_AT - 8;
  const right = SHEET_WIDTH - MARGIN;
  const wordsRoom = right - columnOf(days) - 4;
  return [
    text(MARGIN, top + 19, SHAPES[state], SIZE.name, color, 700),
    text(NAME_AT, top + 19, cutTo(name, SIZE.name, room), SIZE.name, palette.ink, 600),
    text(NAME_AT, top + 35, cutTo(detail, SIZE.small, room), SIZE.small, palette.grey, 400),
    ...(widthOf(words, SIZE.name) <= wordsRoom
      ? [text(right, top + 26, words, SIZE.name, color, 600, 'right')]
      : inLines(words, wordsRoom).map((line, i, { length }) =>
          text(right, top + (length === 1 ? 26 : 19 + i * 16), line, SIZE.small, color, 600, 'right'),
        )),
  ];
}

/** Words too long for large letters in one line or two, broken where there is a space: `too quiet / to judge`. */
function inLines(words: string, room: number): readonly string[] {
  if (widthOf(words, SIZE.small) <= room) return [words];
  const parts = words.split(' ');
  const ends = parts.map((_, i) => parts.slice(0, i + 1).join(' '));
  const first = ends.findLast((line) => widthOf(line, SIZE.small) <= room) ?? parts[0] ?? '';
  const second = words.slice(first.length).trim();
  return [first, second].filter((line) => line !== '').map((line) => cutTo(line, SIZE.small, room));
}

function columnOf(day: number): number {
  return DAYS.from + day * (DAYS.width + DAYS.gap);
}

function stepOf(share: number): number {
  return STEPS.filter((from) => share >= from).length;
}

/** Whole per cents; what is less than half of one has no figure, and what does not fit is told in times. */
function figureOf(share: number): string {
  const percent = Math.round(share * 100);
  if (percent < 1) return '';
  if (percent < 1000) return `${percent}`;
  return share < 99.5 ? `${Math.round(share)}×` : '99+';
}
