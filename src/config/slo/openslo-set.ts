import type { SloWindow } from '#domain/budget/slo.ts';
import { type Item, type Remarks, readItem, type SloProblem } from './documents.ts';
import type { IndicatorAt } from './openslo-indicator.ts';
import { DataSourceObject, OTHER_KINDS, SliObject, SloObject } from './openslo-shapes.ts';

/** Objects of OpenSLO across all files, as far as others refer to them. */
export type OpenSloSet = {
  /** SLOs with the window that those of their file have who say none. */
  readonly items: { readonly item: Item; readonly slo: SloObject; readonly usual: SloWindow }[];
  readonly slis: Map<string, IndicatorAt>;
  /** Types of data sources by name. */
  readonly sources: Map<string, { readonly item: Item; readonly type: string }>;
  readonly policies: Set<string>;
  /** Where each object stands first, by kind and name. */
  readonly places: Map<string, SloProblem>;
  /** Kinds and names that stand twice: none of them can be meant. */
  readonly twice: Set<string>;
};

export function emptyOpenSloSet(): OpenSloSet {
  return {
    ...{ items: [], slis: new Map(), sources: new Map(), policies: new Set() },
    ...{ places: new Map(), twice: new Set() },
  };
}

const KINDS = ['SLO', 'SLI', 'DataSource', ...Object.keys(OTHER_KINDS)];

/** Said of each object, and each reference, that wants alerts of another kind. */
export const OWN_ALERTS = 'not honoured: Bellbuoy alerts on burn rates by pairs of windows of its own';

const OWN_SERVICES = 'not honoured: services are described in bellbuoy.yaml';

/** Checks an object and keeps it for those that refer to it. `usual` is the window of SLOs that say none. */
export function collectOpenSlo(item: Item, usual: SloWindow, set: OpenSloSet, remarks: Remarks): void {
  const kind = kindOf(item.value);
  if (kind === 'SLO') {
    const slo = readItem(item, SloObject, remarks);
    if (slo === undefined) return;
    set.items.push({ item, slo, usual });
    meet(sloKey(slo), slo.metadata.name, item, set, remarks);
  } else if (kind === 'SLI') {
    const sli = readItem(item, SliObject, remarks);
    if (sli === undefined) return;
    const { name } = sli.metadata;
    if (meet(`SLI ${name}`, name, item, set, remarks))
      set.slis.set(name, { item, path: ['spec'], indicator: sli.spec });
  } else if (kind === 'DataSource') {
    const source = readItem(item, DataSourceObject, remarks);
    if (source === undefined) return;
    const { name } = source.metadata;
    if (meet(`DataSource ${name}`, name, item, set, remarks))
      set.sources.set(name, { item, type: source.spec.type });
  } else if (kind in OTHER_KINDS) {
    const other = readItem(item, OTHER_KINDS[kind as keyof typeof OTHER_KINDS], remarks);
    if (other?.kind === 'AlertPolicy') set.policies.add(other.metadata.name);
    if (other !== undefined)
      remarks.notices.push(item.at(['kind'], other.kind === 'Service' ? OWN_SERVICES : OWN_ALERTS));
  } else remarks.problems.push(item.at(['kind'], `expected one of: ${KINDS.join(', ')}`));
}

/** How an SLO is told from others. Sloth’s dialect tells them by their service too. */
export function sloKey({ apiVersion, metadata, spec }: SloObject): string {
  const service = apiVersion === 'openslo/v1alpha' ? `${spec.service}/` : '';
  return `SLO ${service}${metadata.name}`;
}

/** Keeps where an object stands; false, and a problem, when there is one of its kind and name already. */
function meet(key: string, name: string, item: Item, set: OpenSloSet, { problems }: Remarks): boolean {
  const first = set.places.get(key);
  if (first === undefined) {
    set.places.set(key, item.at(['metadata', 'name'], name));
    return true;
  }
  set.twice.add(key);
  const [kind] = key.split(' ');
  const place = `${first.file}:${first.line}`;
  problems.push(item.at(['metadata', 'name'], `there is another ${kind} ${name}, in ${place}`));
  return false;
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : '';
}
