import type { Mark } from '#domain/panel.ts';
import type { Range } from '#domain/time.ts';
import { lengthOf } from '#domain/time.ts';

/** A mark's label with its place above the panels: `x` of the line, row from the top, and which side the text stands on. */
export type PlacedMark = {
  readonly mark: Mark;
  readonly x: number;
  readonly row: number;
  readonly align: 'left' | 'right';
  readonly text: string;
};

const GAP = 6;

/** At most how wide a text is, in pixels: Inter's widths at its boldest, so that what fits here fits in the picture. */
export function widthOf(text: string, size: number): number {
  return [...text].reduce((sum, letter) => sum + widthOfLetter(letter), 0) * size;
}

/** Cuts a text to a width, with an ellipsis. */
export function cutTo(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text;
  const letters = [...text];
  let kept = letters.length;
  while (kept > 1 && widthOf(`${letters.slice(0, kept).join('')}…`, size) > width) kept -= 1;
  return `${letters.slice(0, kept).join('').trimEnd()}…`;
}

/** In parts of the letters' size. Letters beyond Latin may be square. */
function widthOfLetter(letter: string): number {
  if (/[il.,:;'|!j ]/.test(letter)) return 0.29;
  if (/[ftr()[\]/\\-]/.test(letter)) return 0.44;
  if (/[MWmw@%…—]/.test(letter)) return 0.96;
  if (/[a-z]/.test(letter)) return 0.59;
  if (/[0-9]/.test(letter)) return 0.645;
  return letter > '\u024f' ? 1 : 0.7;
}

/**
 * Places the labels of deploys, flags and onsets so that none lies over another: on the side with room, else a row lower. What finds no place
 * in `rows` is left out, with its line still drawn; `hidden` counts them.
 */
export function placeMarks(
  marks: readonly Mark[],
  range: Range,
  plot: { width: number; right: number; size: number; rows: number },
): { placed: readonly PlacedMark[]; hidden: number } {
  const taken: Spot[] = [];
  const placed: PlacedMark[] = [];
  let hidden = 0;
  const points = marks.filter(
    ({ kind, at }) => kind !== 'alert' && kind !== 'incident' && at >= range.from && at <= range.to,
  );
  const xOf = ({ at }: Mark) => ((at - range.from) / lengthOf(range)) * plot.width;
  // The latest is what people look for, so it is placed first.
  for (const mark of points.toSorted((a, b) => b.at - a.at)) {
    const x = xOf(mark);
    const spots = LENGTHS.flatMap((length) => spotsOf(mark.label, x, length, plot));
    const free = spots.find(
      (spot) => spot.from >= -40 && spot.to <= plot.right && taken.every((other) => !isInTheWay(spot, other)),
    );
    if (free === undefined) hidden += 1;
    else {
      taken.push(free);
      placed.push({ mark, ...free });
    }
  }
  return { placed, hidden };
}

/** Marks where every flag's change is one of the same flag: its name is told once, and each mark tells its share. Else the marks as they are, and no name. */
export function onlyFlag(marks: readonly Mark[]): { marks: readonly Mark[]; name?: string } {
  const flags = marks.filter(({ kind }) => kind === 'flag').map(({ label }) => flagParts(label));
  const [first] = flags;
  if (first === undefined || flags.length < 2 || flags.some((parts) => parts?.name !== first.name))
    return { marks };
  return {
    marks: marks.map((mark) =>
      mark.kind === 'flag' ? { ...mark, label: flagParts(mark.label)?.share ?? mark.label } : mark,
    ),
    name: first.name,
  };
}

/** The name and the share of `new-checkout 10 %`; nothing where a label does not have both. */
export function flagParts(label: string): { readonly name: string; readonly share: string } | undefined {
  const [, name, share] = /^(.*\S) (\d\S* %)$/.exec(label) ?? [];
  return name === undefined || share === undefined ? undefined : { name, share };
}

/** Widths that a label is tried at, in pixels: whole if it can be, shortened before it is left out. */
const LENGTHS = [170, 110, 70];

type Spot = { x: number; row: number; align: 'left' | 'right'; text: string; from: number; to: number };

function spotsOf(
  label: string,
  x: number,
  length: number,
  { size, rows }: { size: number; rows: number },
): Spot[] {
  const text = cutTo(label, size, length);
  const width = widthOf(text, size) + 2 * GAP;
  return Array.from({ length: rows }, (_, row) => row).flatMap((row): Spot[] => [
    { x, row, align: 'left', text, from: x, to: x + width },
    { x, row, align: 'right', text, from: x - width, to: x },
  ]);
}

/** Labels of one row may not touch, and no label may lie over the line of a mark that begins in a row above. */
function isInTheWay(a: Spot, b: Spot): boolean {
  if (a.row === b.row) return a.to > b.from && b.to > a.from;
  const [upper, lower] = a.row < b.row ? [a, b] : [b, a];
  // What stands at the label's own line, or before it, is not yet at its words.
  const into = lower.align === 'left' ? upper.x - lower.from : lower.to - upper.x;
  return into > 1 && into <= lower.to - lower.from;
}
