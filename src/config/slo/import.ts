import { type Slo, type SloWindow, USUAL_WINDOW } from '#domain/budget/slo.ts';
import { type Item, itemsOf, type Remarks, type SloProblem } from './documents.ts';
import { collectOpenSlo, type OpenSloSet, openSlos } from './openslo.ts';
import { pyrraSlos } from './pyrra.ts';
import { slothResourceSlos, slothSlos } from './sloth.ts';

/** An SLO as it was read; `where` it stands. */
export type Imported = { readonly service: string; readonly slo: Slo; readonly where: SloProblem };

export type SloFile = { readonly file: string; readonly text: string };

/**
 * Reads SLO files of OpenSLO, Sloth and Pyrra, recognised by what they hold; references go across all files given. What is wrong
 * in an SLO refuses that one; `notices` name each field that is read and not honoured. `window` is the period of SLOs that say none.
 */
export function importSlos(
  files: readonly SloFile[],
  { window = USUAL_WINDOW }: { readonly window?: SloWindow } = {},
): { readonly slos: readonly Imported[] } & { readonly [K in keyof Remarks]: readonly SloProblem[] } {
  const remarks: Remarks = { problems: [], notices: [] };
  const set: OpenSloSet = { items: [], slis: new Map(), sources: new Map(), policies: new Set() };
  const items = files.flatMap(({ file, text }) => itemsOf(file, text, remarks));
  const found = items.flatMap((item) => slosOf(item, window, set, remarks));
  found.push(...openSlos(set, window, remarks));
  return { slos: once(found, remarks), ...remarks };
}

function slosOf(item: Item, window: SloWindow, set: OpenSloSet, remarks: Remarks): readonly Imported[] {
  const { apiVersion, kind, version } = headOf(item.value);
  if (version?.startsWith('prometheus/') === true) return slothSlos(item, window, remarks);
  if (apiVersion?.startsWith('sloth.slok.dev/') === true) {
    if (kind !== 'AlertWindows') return slothResourceSlos(item, window, remarks);
    remarks.notices.push(item.at(['kind'], 'alert windows of Sloth are not an SLO; Bellbuoy has its own'));
    return [];
  }
  if (apiVersion?.startsWith('pyrra.dev/') === true) return pyrraSlos(item, remarks);
  if (apiVersion !== undefined && /^openslo(\.com)?\//.test(apiVersion)) collectOpenSlo(item, set, remarks);
  else
    remarks.problems.push(
      item.at(
        apiVersion === undefined ? [] : ['apiVersion'],
        'not an SLO file of OpenSLO (apiVersion: openslo/v1), Sloth (version: prometheus/v1) or Pyrra (apiVersion: pyrra.dev/v1alpha1)',
      ),
    );
  return [];
}

function headOf(value: unknown): { apiVersion?: string; kind?: string; version?: string } {
  const head: { apiVersion?: string; kind?: string; version?: string } = {};
  if (typeof value !== 'object' || value === null) return head;
  for (const [key, text] of Object.entries(value))
    if ((key === 'apiVersion' || key === 'kind' || key === 'version') && typeof text === 'string')
      head[key] = text;
  return head;
}

/** The same service and name twice would be one budget counted from two definitions: all of them are refused. */
function once(found: readonly Imported[], { problems }: Remarks): readonly Imported[] {
  return [...Map.groupBy(found, ({ service, slo }) => `${service}/${slo.name}`).values()].flatMap((same) => {
    const [first, ...more] = same;
    if (first === undefined || more.length === 0) return same;
    const { file, line } = first.where;
    for (const { service, slo, where } of more)
      problems.push({ ...where, what: `${service} has an SLO ${slo.name} already, in ${file}:${line}` });
    return [];
  });
}
