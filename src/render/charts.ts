/** Pixels of the sheet. Slack's narrow window shows three quarters: 15 becomes 11.25, 12.5 becomes 9.4. */
export const SHEET_WIDTH = 480;

export type Text = {
  x: number;
  y: number;
  text: string;
  size: number;
  color: string;
  align: 'left' | 'right' | 'center';
  weight: number;
};
export type Rule = {
  x: number;
  x2: number;
  y: number;
  y2: number;
  color: string;
  width: number;
  dash: readonly number[];
};
export type Band = { x: number; x2: number; y: number; y2: number; color: string };
/** One x of an area between `y` and `y2`; points of one `area` belong together. */
export type AreaPoint = { x: number; y: number; y2: number; area: string; color: string };
export type Point = {
  x: number;
  y: number;
  line: string;
  color: string;
  width: number;
  dash: readonly number[];
};

/** The data contract of `charts/sheet.vl.json`: its datasets, in pixels, with the sheet's height and paper. */
export type Sheet = {
  readonly height: number;
  readonly paper: string;
  readonly bands: readonly Band[];
  readonly areas: readonly AreaPoint[];
  readonly rules: readonly Rule[];
  readonly lines: readonly Point[];
  readonly texts: readonly Text[];
};

/** The datasets of a sheet by name, undermost first. */
export const LAYERS = ['bands', 'areas', 'rules', 'lines', 'texts'] as const satisfies (keyof Sheet)[];
