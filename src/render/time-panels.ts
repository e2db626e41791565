import type { BeforeAfterDrawing, CohortsDrawing, Line, Mark, Panel, TimeDrawing } from '#domain/panel.ts';
import type { Sample } from '#domain/series.ts';
import { formatDuration, lengthOf } from '#domain/time.ts';
import { scaleOf } from '#domain/units.ts';
import { axisLabel, niceAxis, timeTicks, withoutNoise } from './axis.ts';
import type { Band, Point, Rule, Sheet, Text } from './charts.ts';
import { beyondNotes, cohortSpan } from './cohort-axis.ts';
import { cohortLabels } from './cohort-labels.ts';
import { cohortLines } from './cohort-lines.ts';
import { cohortsOf } from './cohort-stretches.ts';
import { endLabels } from './end-labels.ts';
import { MARGIN, SIZE, text, titleTexts } from './layout.ts';
import { legendBelow } from './legend.ts';
import { cutTo, onlyFlag, placeMarks, widthOf } from './marks.ts';
import { PLOT, type Places } from './plot.ts';
import { type Palette, strokeOf } from './theme.ts';

const { left: LEFT, width: WIDTH, right: RIGHT, panel: PANEL } = PLOT;
const TOP = 18;
const { name: NAME, small: SMALL } = SIZE;
/** Rows of mark names, and how many there may be where some would have no place otherwise. */
const MARK_ROWS = { usual: 3, most: 5 } as const;

/** A drawing whose panels stand over one time axis. */
type OverTime = TimeDrawing | BeforeAfterDrawing | CohortsDrawing;

/** Lays a drawing over time out: every text and line with its place, so that nothing can lie over anything else by chance. */
export function timePanels(drawing: OverTime, palette: Palette): Sheet {
  const toX = (at: number) => ((at - drawing.range.from) / lengthOf(drawing.range)) * WIDTH;
  const header = layHeader(drawing, palette);
  const parts = [moved({ bands: [], areas: [], lines: [], ...header }, TOP)];
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
    parts.push(moved(laid, down), moved({ bands: [], areas: [], lines: [], ...legend }, down));
    down += PANEL + legend.height;
  });
  return {
    height: down + 8,
    paper: palette.paper,
    bands: parts.flatMap(({ bands }) => bands),
    areas: parts.flatMap(({ areas }) => areas),
    rules: parts.flatMap(({ rules }) => rules),
    lines: parts.flatMap(({ lines }) => lines),
    texts: parts.flatMap(({ texts }) => texts),
  };
}

type Part = Pick<Sheet, 'bands' | 'areas' | 'rules' | 'lines' | 'texts'>;

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
    areas: part.areas.map((point) => ({
      ...{ ...point, x: point.x + LEFT },
      ...{ y: point.y + down, y2: point.y2 + down },
    })),
    rules: part.rules.map(span),
    lines: part.lines.map((point) => ({
      ...point,
      x: point.x + LEFT,
      y: point.y + down,
    })),
    texts: part.texts.map((item) => ({ ...item, x: item.x + LEFT, y: item.y + down })),
  };
}

function layHeader(drawing: OverTime, palette: Palette) {
  const left = -LEFT + MARGIN;
  const { marks, name: flag } = onlyFlag(drawing.marks);
  const placedIn = (rows: number) =>
    placeMarks(marks, drawing.range, { width: WIDTH, right: WIDTH + RIGHT - 8, size: NAME, rows });
  const usual = placedIn(MARK_ROWS.usual);
  const { placed, hidden } = usual.hidden === 0 ? usual : placedIn(MARK_ROWS.most);
  const facts = [
    ...drawing.facts,
    drawing.zone,
    ...legend(drawing),
    ...(flag === undefined ? [] : [`dashed amber: ${flag}`]),
    ...(hidden > 0 ? [`${hidden} more ${hidden === 1 ? 'mark' : 'marks'} without a name`] : []),
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
  drawing: OverTime,
  palette: Palette,
  { toX, isLast, index }: { toX: (at: number) => number; isLast: boolean; index: number },
): Part {
  const { top, bottom } = PLOT;
  const width = WIDTH;
  const cohorts = drawing.chart === 'cohorts' ? cohortsOf(panel, drawing) : undefined;
  const span = cohorts === undefined ? undefined : cohortSpan(cohorts, panel.fromZero);
  const told = panel.lines
    .flatMap(({ samples }) => samples.map(({ value }) => value))
    .filter(Number.isFinite)
    .map(withoutNoise);
  const values = cohorts === undefined ? told : span === undefined ? [] : [span.low, span.high];
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
  const toOpenY = (value: number) => bottom - ((value - lo) / (hi - lo)) * (bottom - top);
  const toY = (value: number) => toOpenY(Math.min(Math.max(value, lo), hi));
  const from = panel.fromZero || axis.lo === 0 || empty ? [] : [`axis from ${axisLabel(axis.lo)}`];
  const beyond =
    cohorts === undefined || empty ? [] : beyondNotes(cohorts, { low: lo, high: hi }, panel.unit);
  const notes = beyond.length > 0 ? beyond.map((words) => [...from, words].join(' · ')) : from;
  const texts = titleRow(panel.title, notes, cohorts === undefined ? WIDTH : WIDTH + RIGHT - MARGIN, palette);
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
  const drawn =
    cohorts === undefined
      ? linesOf(panel, drawing, palette, { toX, toY }, `${index}`)
      : {
          ...cohortLines(cohorts, palette, { toX, toY: toOpenY }, `${index}`),
          ends: cohortLabels(cohorts, panel.unit, palette, { toX, toY }),
        };
  const { areas, lines, ends } = drawn;
  return { bands, areas, rules: [...rules, ...ends.rules], lines, texts: [...texts, ...ends.texts] };
}

/** A panel's title, and at the right the longest of `notes` beside which the title can stand whole, else the last. */
function titleRow(title: string, notes: readonly string[], right: number, palette: Palette): Text[] {
  const left = -LEFT + MARGIN;
  const roomBeside = (note: string) => right - widthOf(note, SMALL) - 8 - left;
  const note = notes.find((words) => widthOf(title, NAME) <= roomBeside(words)) ?? notes.at(-1);
  const room = note === undefined ? WIDTH + RIGHT - MARGIN - left : roomBeside(note);
  return [
    text(left, 18, cutTo(title, NAME, room), NAME, palette.ink, 600),
    ...(note === undefined ? [] : [text(right, 18, note, SMALL, palette.grey, 400, 'right')]),
  ];
}

/** A panel's lines, each in its own stroke, and what they came to. */
function linesOf(panel: Panel, { step }: OverTime, palette: Palette, places: Places, id: string) {
  const lines = panel.lines.flatMap((line, i) =>
    pointsOf(line, `${id}/${i}`, strokeOf(palette, line.role, panel, i), step, ({ at, value }) => ({
      x: places.toX(at),
      y: places.toY(value),
    })),
  );
  return { areas: [], lines, ends: endLabels(panel, palette, places) };
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
function legend(drawing: OverTime): string[] {
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
    ...cohortFacts(drawing),
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
    // Beside a rollout's steps those of the grid would be taken for them.
    ...(drawing.step >= 60_000 && drawing.chart !== 'budget' && drawing.chart !== 'cohorts'
      ? [`${formatDuration(drawing.step)} steps`]
      : []),
  ];
}

function cohortFacts({ chart, panels }: OverTime): string[] {
  if (chart !== 'cohorts') return [];
  const hasBands = panels.some(({ lines }) => lines.some(({ band = [] }) => band.length > 0));
  return [hasBands ? 'bands: 95 % interval, counted since each step' : 'counted since each step'];
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
