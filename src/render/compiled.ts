import { readFileSync } from 'node:fs';
import { parse, type Runtime } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

let compiled: Runtime | undefined;

/** The chart compiled and parsed, once for each process that draws. Apart from its contract: Vega takes 50 MB, which only those need. */
export function sheetChart(): Runtime {
  compiled ??= parse(compile(readSpec()).spec);
  return compiled;
}

function readSpec(): TopLevelSpec {
  return JSON.parse(readFileSync(new URL('../../charts/sheet.vl.json', import.meta.url), 'utf8'));
}
