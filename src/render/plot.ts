import { SHEET_WIDTH } from './charts.ts';

const LEFT = 54;
const WIDTH = 328;

/**
 * Where the plots of a drawing over time stand on the sheet, in its pixels: `left` and `width` across it, `top` and `bottom` down a panel, which is `panel` high. `right` is the room beside them for the
 * last values.
 */
export const PLOT = {
  ...{ left: LEFT, width: WIDTH, right: SHEET_WIDTH - LEFT - WIDTH },
  ...{ top: 30, bottom: 126, panel: 150 },
} as const;

/** Where all plots over time are across a picture, as shares of its width. */
export const PLOT_ACROSS = { left: LEFT / SHEET_WIDTH, right: (LEFT + WIDTH) / SHEET_WIDTH } as const;

/** Where a panel's times and values are in its plot. Values beyond its axis have no place of their own: they stand at its edge. */
export type Places = { readonly toX: (at: number) => number; readonly toY: (value: number) => number };
