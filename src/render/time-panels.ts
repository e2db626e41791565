import type { BeforeAfterDrawing, Line, Mark, Panel, TimeDrawing } from '#domain/panel.ts';
import type { Sample } from '#domain/series.ts';
import { formatDuration, lengthOf } from '#domain/time.ts';
import { formatValue, scaleOf } from '#domain/units.ts';
import { axisLabel, niceAxis, timeTicks } from './axis.ts';
import { type Band, type Point, type Rule, SHEET_WIDTH, type Sheet, type Text } from './charts.ts';
import { MARGIN, SIZE, text, titleTexts } from './layout.ts';
import { hasLegend, legendBelow } from './legend.ts';
import { cutTo, placeMarks, widthOf } from './marks.ts';
import { type Palette, strokeOf } from './theme.ts';

/** Where the plots stand on the sheet, in its pixels. */
const LEFT = 54;
const WIDTH = 328;
const TOP = 18;
const PANEL = 150;
const PLOT = { top: 30, bottom: 126 } as const;
/** Room for the last values beside the plot. */
const RIGHT = SHEET_WIDTH - LEFT - WIDTH;
const { name: NAME, small: SMALL } = SIZE;
const MARK_ROWS = 3;
/** What is smaller is rounding noise; its exponent would not fit beside an axis. */
const NEGLIGIBLE = 1e-99;

/** Lays a drawing over time out: every text and line with its place, so that nothing can lie over anything else by chance. */
export function timePanels(drawing: TimeDrawing | BeforeAfterDrawing, palette: Palette): Sheet {
  const toX = (at: number) => ((at - drawing.range.from) / lengthOf(drawing.range)) * WIDTH;
  const header = layHeader(drawing, palette);
  const parts = [moved({ bands: [], lines: [], ...header }, TOP)];
  let down = TOP + header.height;
  drawing.panels.forEach((panel, i) => {
    const isLast = i === drawing.panels.length - 1;
    const laid = layPanel(panel, drawing, palette, { toX, isLast, index: i });
    const legend = legendBelow(panel, palette, {
      left: -LEFT + MARGIN,
      right: WIDTH + RIGHT - MARGIN,
      top: PANEL + (isLast ? 0 : -16),
      room: RIGHT - 8,
    });
    parts.push(moved(laid, down), moved({ bands: [], lines: [], ...legend }, down));
    down += PANEL + legend.height;
  });
  return {
    height: down + 8,
    paper: palette.paper,
    bands: parts.flatMap(({ bands }) => bands),
    rules: parts.flatMap(({ rules }) => rules),
    lines: parts.flatMap(({ lines }) => lines),
    texts: parts.flatMap(({ texts }) => texts),
  };
}

type Part = Pick<Sheet, 'bands' | 'rules' | 'lines' | 'texts'>;

/** A part laid out from its own origin, put at its place on the sheet. */
function moved(part: Part, down: number): Part {
  const span = <T extends Band | Rule>(item: T): T => ({
    ...item,
    x: item.x + LEFT,
    x2: item.x2 + LEFT,
    y: item.y + down,
    y2: item.y2 + down,
  });
  return {
    bands: part.bands.map(span),
    rules: part.rules.map(span),
    lines: part.lines.map((point) => ({
      ...point,
      x: point.x + LEFT,
      y: point.y + down,
    })),
    texts: part.texts.map((item) => ({ ...item, x: item.x + LEFT, y: item.y + down })),
  };
}

function layHeader(drawing: TimeDrawing | BeforeAfterDrawing, palette: Palette) {
  const left = -LEFT + MARGIN;
  const { placed, hidden } = placeMarks(drawing.marks, drawing.range, {
    width: WIDTH,
    right: WIDTH + RIGHT - 8,
    size: NAME,
    rows: MARK_ROWS,
  });
  const facts = [
    ...drawing.facts,
    drawing.zone,
    ...legend(drawing),
    ...(hidden > 0 ? [`${hidden} more marks without a name`] : []),
    drawing.id,
  ];
  const { texts, height: marksTop } = titleTexts(drawing.title, facts, palette, left);
  const rows = placed.length === 0 ? 0 : Math.max(...placed.map(({ row }) => row)) + 1;
  const height = marksTop + rows * 21 + 8;
  const rules = placed.map(({ mark, x, row }) => markRule(mark, x, marksTop + row * 21 + 2, height, palette));
  for (const { mark, x, row, align, text: label } of placed) {
    const offset = align === 'left' ? 6 : -6;
    const color = mark.kind === 'flag' ? palette.flag : palette.ink;
    texts.push(text(x + offset, marksTop + row * 21 + 16, label, NAME, color, 600, align));
  }
  return { height, texts, rules };
}

function layPanel(
  panel: Panel & Partial<Pick<BeforeAfterDrawing['panels'][number], 'medianBefore' | 'medianAfter' | 'band'>>,
  drawing: TimeDrawing | BeforeAfterDrawing,
  palette: Palette,
  { toX, isLast, index }: { toX: (at: number) => number; isLast: boolean; index: number },
): Part {
  const { top, bottom } = PLOT;
  const width = WIDTH;
  const values = panel.lines
    .flatMap(({ samples }) => samples.map(({ value }) => value))
    .filter(Number.isFinite)
    .map((value) => (Math.abs(value) < NEGLIGIBLE ? 0 : value));
  const all = [
    ...values,
    ...panel.thresholds.map(({ value }) => value).filter((value) => value <= 3 * Math.max(...values)),
  ];
  const empty = values.length === 0;
  const scale = scaleOf(empty ? 1 : Math.max(...all.map(Math.abs)), panel.unit);
  const axis = niceAxis(
    (empty ? 0 : Math.min(...all)) / scale.factor,
    (empty ? 1 : Math.max(...all)) / scale.factor,
    panel.fromZero,
  );
  const lo = axis.lo * scale.factor;
  const hi = axis.hi * scale.factor;
  const toY = (value: number) =>
    bottom - ((Math.min(Math.max(value, lo), hi) - lo) / (hi - lo)) * (bottom - top);
  const left = -LEFT + MARGIN;
  const note = panel.fromZero || axis.lo === 0 || empty ? '' : `axis from ${axisLabel(axis.lo)}`;
  const room = (note === '' ? WIDTH + RIGHT - MARGIN : WIDTH - widthOf(note, SMALL) - 8) - left;
  const texts: Text[] = [text(left, 18, cutTo(panel.title, NAME, room), NAME, palette.ink, 600)];
  if (note !== '') texts.push(text(WIDTH, 18, note, SMALL, palette.grey, 400, 'right'));
  const rules: Rule[] = [];
  if (!empty) {
    for (const tick of axis.ticks) {
      const y = toY(tick * scale.factor);
      rules.push({ x: 0, x2: width, y, y2: y, color: palette.grid, width: 1, dash: [1, 0] });
      const label = axisLabel(tick);
      // A figure too long for its place is left to its line's neighbours.
      if (widthOf(label, SMALL) <= LEFT - 6)
        texts.push(text(-6, y + 4.5, label, SMALL, palette.grey, 400, 'right'));
    }
  }
  for (const threshold of panel.thresholds.filter(({ value }) => value >= lo && value <= hi)) {
    const y = toY(threshold.value);
    const color = panel.signal === undefined ? palette.grey : palette.signals[panel.signal].light;
    rules.push({ x: 0, x2: width, y, y2: y, color, width: 1.2, dash: [2, 3] });
  }
  const bands: Band[] = drawing.marks.flatMap((mark) => {
    if (mark.kind !== 'alert' && mark.kind !== 'incident') return [];
    const color = mark.kind === 'alert' ? palette.alertBand : palette.incidentBand;
    return [
      { x: clampX(toX(mark.at)), x2: clampX(toX(mark.until ?? drawing.range.to)), y: top, y2: bottom, color },
    ];
  });
  for (const mark of drawing.marks) {
    const x = toX(mark.at);
    if (mark.kind !== 'alert' && mark.kind !== 'incident' && x >= 0 && x <= width)
      rules.push(markRule(mark, x, top, bottom, palette));
  }
  if (drawing.chart === 'before-after') rules.push(...medianRules(panel, drawing, palette, toX, toY));
  if (panel.band !== undefined) {
    bands.push({ x: 0, x2: width, y: toY(panel.band.high), y2: toY(panel.band.low), color: palette.grid });
  }
  if (isLast) {
    for (const tick of timeTicks(drawing.range, drawing.zone)) {
      const x = toX(tick.at);
      if (x > 14 && x < width - 8)
        texts.push(text(x, bottom + 18, tick.label, SMALL, palette.grey, 400, 'center'));
    }
  }
  const message = panel.problem ?? (empty ? 'no data' : undefined);
  if (message !== undefined)
    texts.push(
      text(
        width / 2,
        (top + bottom) / 2 + 5,
        cutTo(message, SMALL, width - 20),
        SMALL,
        palette.ink,
        600,
        'center',
      ),
    );
  const ends = endLabels(panel, palette, toX, toY);
  texts.push(...ends.texts);
  rules.push(...ends.rules);
  const lines = panel.lines.flatMap((line, i) =>
    pointsOf(line, `${index}/${i}`, strokeOf(palette, line.role, panel, i), drawing.step, (sample) => ({
      x: toX(sample.at),
      y: toY(sample.value),
    })),
  );
  return { bands, rules, lines, texts };
}

function medianRules(
  panel: { medianBefore?: number; medianAfter?: number },
  drawing: BeforeAfterDrawing,
  palette: Palette,
  toX: (at: number) => number,
  toY: (value: number) => number,
): Rule[] {
  const rule = (value: number | undefined, range: { from: number; to: number }): Rule[] =>
    value === undefined || drawing.layout === 'overlay'
      ? []
      : [
          {
            x: clampX(toX(range.from)),
            x2: clampX(toX(range.to)),
            y: toY(value),
            y2: toY(value),
            color: palette.ink,
            width: 1.6,
            dash: [5, 3],
          },
        ];
  return [...rule(panel.medianBefore, drawing.before), ...rule(panel.medianAfter, drawing.after)];
}

/**
 * The last value of each line that is about now, in its colour, moved apart where they would touch. A line that ends long before the plot does is led to its value.
 */
function endLabels(
  panel: Panel,
  palette: Palette,
  toX: (at: number) => number,
  toY: (value: number) => number,
): { texts: Text[]; rules: Rule[] } {
  const named = panel.lines.filter(
    ({ role }) => role === 'now' || role === 'p50' || role === 'after' || role === 'plain',
  );
  if (hasLegend(panel, RIGHT - 8)) return { texts: [], rules: [] };
  const labels = named.flatMap((line) => {
    const { at, value } = line.samples.at(-1) ?? { at: 0, value: Number.NaN };
    if (!Number.isFinite(value)) return [];
    const { color } = strokeOf(palette, line.role, panel, panel.lines.indexOf(line));
    const name = named.length > 1 ? line.name : '';
    const figure = formatValue(value, panel.unit);
    return [
      {
        ...{ x: toX(at), y: toY(value) + 5 },
        text: cutTo([name, figure].filter(Boolean).join(' '), NAME, RIGHT - 8),
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
  const size = NAME;
  return {
    texts: shown.map((label) => text(WIDTH + 7, label.y, label.text, size, label.color, 600)),
    rules: shown
      .filter(({ x }) => x < WIDTH * 0.9)
      .map(({ x, y }) => ({
        ...{ x: x + 4, x2: WIDTH + 4, y: y - 5, y2: y - 5 },
        ...{ color: palette.past, width: 1, dash: [1, 3] },
      })),
  };
}

/** A line's points with a gap wherever a step is missing. */
function pointsOf(
  { samples }: Line,
  line: string,
  stroke: Pick<Point, 'color' | 'width' | 'dash'>,
  step: number,
  place: (sample: Sample) => { x: number; y: number },
): Point[] {
  const points: Point[] = [];
  let previous: Sample | undefined;
  // A gap begins a new line: one line with a hole would be drawn through it.
  let piece = 0;
  for (const sample of samples) {
    const { x, y } = place(sample);
    if (previous !== undefined && sample.at - previous.at > step * 1.5) piece += 1;
    if (x >= 0 && x <= WIDTH && Number.isFinite(sample.value))
      points.push({ x, y, line: `${line}/${piece}`, ...stroke });
    previous = sample;
  }
  return points;
}

/** What the greys and shades of this drawing mean, in words. */
function legend(drawing: TimeDrawing | BeforeAfterDrawing): string[] {
  const roles = new Set(
    drawing.panels.flatMap(({ lines }) =>
      lines.filter(({ samples }) => samples.length > 0).map(({ role }) => role),
    ),
  );
  const alerts = [...new Set(drawing.marks.filter(({ kind }) => kind === 'alert').map(({ label }) => label))];
  const omitted = drawing.panels.reduce((sum, panel) => sum + (panel.omitted ?? 0), 0);
  const thresholds = drawing.panels.flatMap((panel) => panel.thresholds.map(({ label }) => label));
  return [
    ...(roles.has('yesterday')
      ? [drawing.chart === 'budget' ? 'grey: even spending' : 'grey: yesterday']
      : []),
    ...(roles.has('projection') ? ['dashed: at this rate'] : []),
    ...(roles.has('lastWeek') ? ['dotted grey: last week'] : []),
    ...(roles.has('before') ? ['grey: before'] : []),
    ...(drawing.chart === 'before-after' && drawing.layout === 'sequence'
      ? [
          drawing.panels.some(({ band }) => band !== undefined)
            ? 'dashed: medians, grey: usual before'
            : 'dashed: medians',
        ]
      : []),
    ...(alerts.length > 0 ? [`shaded: ${alerts.slice(0, 2).join(', ')} firing`] : []),
    ...[...new Set(thresholds)].map((label) => `dotted: ${label}`),
    ...(omitted > 0 ? [`${omitted} more summed as “other”`] : []),
    ...(drawing.step >= 60_000 && drawing.chart !== 'budget'
      ? [`${formatDuration(drawing.step)} steps`]
      : []),
  ];
}

function markRule(mark: Mark, x: number, y: number, y2: number, palette: Palette): Rule {
  const isFlag = mark.kind === 'flag';
  return {
    x,
    x2: x,
    y,
    y2,
    color: isFlag ? palette.flag : palette.ink,
    width: isFlag ? 1.6 : 1.8,
    dash: isFlag ? [4, 3] : mark.kind === 'onset' ? [1.5, 3] : [1, 0],
  };
}

function clampX(x: number): number {
  return Math.min(WIDTH, Math.max(0, x));
}
