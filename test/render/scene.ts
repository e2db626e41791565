import { View } from 'vega';
import type { Drawing, Theme } from '#domain/panel.ts';
import { LAYERS, SHEET_WIDTH, type Sheet } from '#render/charts.ts';
import { sheetChart } from '#render/compiled.ts';
import { sheetOf } from '#render/sheet.ts';

/** A text as Vega has laid it out, in pixels of the sheet. */
export type PlacedText = {
  readonly text: string;
  readonly size: number;
  readonly color: string;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
};

type Node = {
  readonly marktype?: string;
  readonly items?: readonly Node[];
  readonly bounds?: { x1: number; y1: number; x2: number; y2: number };
  readonly text?: string;
  readonly fontSize?: number;
  readonly fill?: string;
};

/** Lets Vega lay a drawing out and reads the texts of its scene graph, each with its measured bounds. */
export async function sceneOf(
  drawing: Drawing,
  theme: Theme,
): Promise<{ sheet: Sheet; texts: PlacedText[] }> {
  const sheet = sheetOf(drawing, theme);
  const view = new View(sheetChart(), { renderer: 'none' });
  view.background(sheet.paper).width(SHEET_WIDTH).height(sheet.height);
  for (const name of LAYERS) view.data(name, [...sheet[name]]);
  await view.runAsync();
  const texts = textsIn(rootOf(view.scenegraph()));
  view.finalize();
  return { sheet, texts };
}

/** The colour that a text stands on: of the cell that its middle is in, else the paper; bands of a time axis are paler than any cell, and let the paper through. */
export function colorUnder({ x1, x2, y1, y2 }: PlacedText, { bands, paper }: Sheet): string {
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const under = bands.findLast((band) => band.x <= x && x <= band.x2 && band.y <= y && y <= band.y2);
  return under?.color ?? paper;
}

/** Texts outside of the sheet, and texts over each other, in words. */
export function faultsIn(sheet: Sheet, texts: readonly PlacedText[]): string[] {
  const outside = texts
    .filter(
      ({ x1, x2, y1, y2 }) => x1 < -0.5 || x2 > SHEET_WIDTH + 0.5 || y1 < -0.5 || y2 > sheet.height + 0.5,
    )
    .map(({ text, x1, x2 }) => `outside: ${text} (${Math.round(x1)}–${Math.round(x2)})`);
  return [...outside, ...overlapping(texts).map((pair) => `over each other: ${pair}`)];
}

function overlapping(texts: readonly PlacedText[]): string[] {
  // Bounds are those of whole letters' boxes; what touches by a pixel is not yet over the other.
  const isOver = (a: PlacedText, b: PlacedText) =>
    a.x1 < b.x2 - 1 && b.x1 < a.x2 - 1 && a.y1 < b.y2 - 3 && b.y1 < a.y2 - 3;
  return texts.flatMap((a, i) =>
    texts.slice(i + 1).flatMap((b) => (isOver(a, b) ? [`${a.text} / ${b.text}`] : [])),
  );
}

/** Vega's type of a scene leaves its root out. */
function rootOf(scene: object): Node {
  if (!('root' in scene)) throw new Error('the scene graph has no root');
  return scene.root as Node;
}

function textsIn(node: Node, isText = false): PlacedText[] {
  const { text, bounds, fontSize = 0, fill = '' } = node;
  const own =
    isText && text !== undefined && bounds !== undefined
      ? [{ text, size: fontSize, color: fill, ...bounds }]
      : [];
  return [
    ...own.map(({ text: words, size, color, x1, y1, x2, y2 }) => ({
      text: words,
      size,
      color,
      x1,
      y1,
      x2,
      y2,
    })),
    ...(node.items ?? []).flatMap((item) => textsIn(item, node.marktype === 'text')),
  ];
}

/** Contrast of two colours by WCAG 2.2 (relative luminance), 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
