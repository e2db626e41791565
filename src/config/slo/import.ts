import { type Slo, type SloWindow, USUAL_WINDOW } from '#domain/budget/slo.ts';
import { type Item, itemsOf, lineOf, type Remarks, type SloProblem } from './documents.ts';
import { openSlos } from './openslo.ts';
import { collectOpenSlo, emptyOpenSloSet, type OpenSloSet } from './openslo-set.ts';
import { pyrraSlos } from './pyrra.ts';
import { slothResourceSlos, slothSlos } from './sloth.ts';

/** An SLO as it was read; `where` it stands. */
export type Imported = { readonly service: string; readonly slo: Slo; readonly where: SloProblem };

/** A file to be read; `window` is the period of its SLOs that say none. */
export type SloFile = { readonly file: string; readonly text: string; readonly window?: SloWindow };

/**
 * Reads SLO files of OpenSLO, Sloth and Pyrra, recognised by what they hold; references go across all files given. What is wrong
 * in an SLO refuses that one; `notices` name each field that is not honoured. `window` is the period of SLOs and files that say none.
 */
export function importSlos(
  files: readonly SloFile[],
  { window = USUAL_WINDOW }: { readonly window?: SloWindow } = {},
): { readonly slos: readonly Imported[] } & { readonly [K in keyof Remarks]: readonly SloProblem[] } {
  const remarks: Remarks = { problems: [], notices: [] };
  const set = emptyOpenSloSet();
  const found = files.flatMap(({ file, text, window: own = window }) =>
    itemsOf(file, text, remarks).flatMap((item) => slosOf(item, own, set, remarks)),
  );
  found.push(...openSlos(set, remarks));
  const slos = once(found, remarks);
  const order = files.map(({ file }) => file);
  return { slos, problems: inOrder(remarks.problems, order), notices: inOrder(remarks.notices, order) };
}

/** What is said, in the order of files and lines; what is shared by several SLOs is said once. */
function inOrder(said: readonly SloProblem[], files: readonly string[]): readonly SloProblem[] {
  return [...new Map(said.map((one) => [lineOf(one), one])).values()].toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
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
  if (apiVersion !== undefined && /^openslo(\.com)?\//.test(apiVersion))
    collectOpenSlo(item, window, set, remarks);
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
