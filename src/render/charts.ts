import { readFileSync } from 'node:fs';
import { parse, type Runtime } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

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
  readonly rules: readonly Rule[];
  readonly lines: readonly Point[];
  readonly texts: readonly Text[];
};

let compiled: Runtime | undefined;

/** The chart compiled and parsed, once for each process. */
export function sheetChart(): Runtime {
  compiled ??= parse(compile(readSpec()).spec);
  return compiled;
}

function readSpec(): TopLevelSpec {
  return JSON.parse(readFileSync(new URL('../../charts/sheet.vl.json', import.meta.url), 'utf8'));
}
