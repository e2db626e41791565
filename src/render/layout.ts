import { SHEET_WIDTH, type Text } from './charts.ts';
import { cutTo, widthOf } from './marks.ts';
import type { Palette } from './theme.ts';

/** Sizes of letters on the sheet: at 360 px three quarters of it, so 15 is the least for what must be read, 12 for the rest. */
export const SIZE = { title: 22, name: 15, small: 12.5, figure: 34 } as const;

/** Empty space at the sheet's sides, in its pixels. */
export const MARGIN = 14;

/** The title and the facts below it, from the sheet's left margin; `height` ends where the next thing may begin. */
export function titleTexts(
  title: string,
  facts: readonly string[],
  palette: Palette,
  left = MARGIN,
): { texts: Text[]; height: number } {
  const full = SHEET_WIDTH - 2 * MARGIN;
  const subtitle = wrap(facts, SIZE.small, full);
  return {
    texts: [
      text(left, SIZE.title, cutTo(title, SIZE.title, full), SIZE.title, palette.ink, 700),
      ...subtitle.map((line, i) => text(left, SIZE.title + 22 + i * 17, line, SIZE.small, palette.grey, 400)),
    ],
    height: SIZE.title + 22 + (subtitle.length - 1) * 17 + 12,
  };
}

/** Facts set in lines with dots between, none longer than the picture is wide. */
export function wrap(facts: readonly string[], size: number, width: number): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const current = lines.at(-1);
    const joined = current === undefined ? fact : `${current} · ${fact}`;
    if (current !== undefined && widthOf(joined, size) <= width) lines[lines.length - 1] = joined;
    else lines.push(cutTo(fact, size, width));
  }
  return lines;
}

/** One line of words at a place: `y` is its baseline. */
export function text(
  x: number,
  y: number,
  words: string,
  size: number,
  color: string,
  weight: number,
  align: Text['align'] = 'left',
): Text {
  return { x, y, text: words, size, color, align, weight };
}
