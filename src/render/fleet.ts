import type { FleetDrawing, FleetRow, Health } from '#domain/panel.ts';
import { formatValue } from '#domain/units.ts';
import { type Rule, SHEET_WIDTH, type Sheet, type Text } from './charts.ts';
import { MARGIN, SIZE, text, titleTexts } from './layout.ts';
import { cutTo } from './marks.ts';
import type { Palette } from './theme.ts';

/** A shape and a word for each state, because colour alone does not reach everybody. */
const STATES: Readonly<Record<Health, { shape: string; word: string }>> = {
  page: { shape: '●', word: 'page firing' },
  burning: { shape: '▲', word: 'budget spent or burning' },
  degraded: { shape: '▲', word: 'deploy degraded' },
  ticket: { shape: '■', word: 'ticket open' },
  atRisk: { shape: '■', word: 'budget at risk' },
  noData: { shape: '○', word: 'no data' },
  healthy: { shape: '●', word: 'healthy' },
};

/** Right edges of the columns of figures, and the span of the bars, in the sheet's pixels. */
const COLUMN = { bars: { from: 218, to: 270 }, errors: 338, rate: 404, p99: SHEET_WIDTH - MARGIN };
const NAME_AT = MARGIN + 20;

/** The bars' scale: decades from 0.01 % to 100 %, because 0.1 and 10 % must both be seen. */
const DECADES = { from: -4, to: 0 };

const ROW = { healthy: 26, other: 42 };

/** Lays the fleet out: a row a service in the order given, with its state, its errors as a bar, and its figures. */
export function fleetSheet(drawing: FleetDrawing, palette: Palette): Sheet {
  const facts = [...drawing.facts, drawing.zone, 'bars: errors, each line ten times more', drawing.id];
  const title = titleTexts(drawing.title, facts, palette);
  const texts: Text[] = title.texts.map((item) => ({ ...item, y: item.y + 18 }));
  const bars: Rule[] = [];
  const grid: Rule[] = [];
  const head = title.height + 36;
  for (const [name, x] of [
    ['errors', COLUMN.errors],
    ['rate', COLUMN.rate],
    ['p99', COLUMN.p99],
  ] as const)
    texts.push(text(x, head, name, SIZE.small, palette.grey, 400, 'right'));
  let y = head + 10;
  for (const row of drawing.rows) {
    texts.push(...rowTexts(row, y, palette));
    const to = barEnd(row.errorRatio ?? 0);
    if (to > COLUMN.bars.from)
      bars.push({
        ...{ x: COLUMN.bars.from, x2: to, y: y + 13.5, y2: y + 13.5 },
        ...{ color: colorOf(row.health, palette), width: 11, dash: [1, 0] },
      });
    y += row.health === 'healthy' ? ROW.healthy : ROW.other;
  }
  for (let decade = DECADES.from; decade <= DECADES.to; decade += 1) {
    const x = barEnd(10 ** decade);
    grid.push({ x, x2: x, y: head + 8, y2: y, color: palette.grid, width: 1, dash: [1, 0] });
  }
  return {
    height: y + 12,
    paper: palette.paper,
    bands: [],
    areas: [],
    rules: [...grid, ...bars],
    lines: [],
    texts,
  };
}

function rowTexts(row: FleetRow, top: number, palette: Palette): Text[] {
  const { shape, word } = STATES[row.health];
  const y = top + 19;
  const room = COLUMN.bars.from - NAME_AT - 6;
  const figure = (x: number, words: string) => text(x, y, words, SIZE.name, palette.ink, 400, 'right');
  return [
    text(MARGIN, y, shape, SIZE.name, colorOf(row.health, palette), 700),
    text(NAME_AT, y, cutTo(row.service, SIZE.name, room), SIZE.name, palette.ink, 600),
    ...(row.health === 'healthy'
      ? []
      : [text(NAME_AT, y + 17, word, SIZE.small, colorOf(row.health, palette), 600)]),
    figure(COLUMN.errors, figureOf(row.errorRatio, 'ratio')),
    figure(COLUMN.rate, figureOf(row.rate, 'perSecond')),
    figure(COLUMN.p99, figureOf(row.p99, 'seconds')),
  ];
}

function figureOf(value: number | undefined, unit: Parameters<typeof formatValue>[1]): string {
  return value === undefined ? '–' : formatValue(value, unit);
}

function barEnd(ratio: number): number {
  const { from, to } = COLUMN.bars;
  if (!(ratio > 0)) return from;
  const share = (Math.log10(ratio) - DECADES.from) / (DECADES.to - DECADES.from);
  return from + Math.min(1, Math.max(0, share)) * (to - from);
}

function colorOf(health: Health, palette: Palette): string {
  return palette.health[health];
}
