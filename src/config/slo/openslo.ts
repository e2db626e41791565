import type { Slo, SloWindow } from '#domain/budget/slo.ts';
import { present } from '#domain/optional.ts';
import type { Item, Path, Remarks } from './documents.ts';
import type { Imported } from './import.ts';
import { alphaSliOf, sliOf } from './openslo-indicator.ts';
import { methodOf, type ObjectiveAt, targetOf } from './openslo-objective.ts';
import { type OpenSloSet, OWN_ALERTS, sloKey } from './openslo-set.ts';
import type { SloObject } from './openslo-shapes.ts';
import { windowOf } from './openslo-window.ts';
import type { Indicated } from './queries.ts';

type Reading = {
  readonly item: Item;
  readonly slo: SloObject;
  readonly set: OpenSloSet;
  readonly usual: SloWindow;
  readonly remarks: Remarks;
};

/** All SLOs of the set, once everything that they may refer to is read. */
export function openSlos(set: OpenSloSet, remarks: Remarks): readonly Imported[] {
  return set.items.flatMap((one) => slosOf({ ...one, set, remarks }));
}

function slosOf(reading: Reading): readonly Imported[] {
  const { item, slo, remarks, set } = reading;
  const { spec, metadata } = slo;
  const service = spec.service ?? spec.serviceRef;
  const window = windowOf(reading, remarks);
  noteUnused(reading);
  if (!service) remarks.problems.push(item.at(['spec'], 'the SLO names no service'));
  const isTwice = set.twice.has(sloKey(slo));
  const made = spec.objectives.map((objective, i) => {
    const at: ObjectiveAt = { item, path: ['spec', 'objectives', i], objective };
    const target = targetOf(at, remarks);
    const method = methodOf(at, spec.budgetingMethod ?? 'Occurrences', remarks);
    const read = objective.ratioMetrics
      ? alphaSliOf(objective.ratioMetrics, at, remarks)
      : indicatorSli(at, reading);
    if (
      !service ||
      window === undefined ||
      target === undefined ||
      method === undefined ||
      read === undefined
    )
      return undefined;
    const made: Slo = {
      name: nameOf(slo, i),
      ...present({ description: spec.description || metadata.displayName || undefined }),
      ...read,
      ...{ objective: target, window, method, policy: {} },
      alerting: { page: true, ticket: true },
      origin: { format: 'openslo', file: item.file },
    };
    return { service, slo: made, where: item.at(['metadata', 'name'], metadata.name) };
  });
  return isTwice ? [] : made.filter((one) => one !== undefined);
}

/** Fields of an SLO that are read and have no place in ours. */
function noteUnused({ item, slo: { spec, metadata }, set, remarks: { notices } }: Reading): void {
  const note = (path: Path, what: string) => notices.push(item.at(path, what));
  if (spec.description && metadata.displayName)
    note(['metadata', 'displayName'], 'not honoured: an SLO is shown by its name and its description');
  for (const [i, policy] of (spec.alertPolicies ?? []).entries()) {
    const ref = typeof policy === 'string' ? policy : policy.alertPolicyRef;
    const missing = ref && !set.policies.has(ref) ? ` (there is no AlertPolicy ${ref} in these files)` : '';
    note(['spec', 'alertPolicies', i], `${OWN_ALERTS}${missing}`);
  }
  for (const [i, objective] of spec.objectives.entries()) {
    const path = ['spec', 'objectives', i];
    if (objective.compositeWeight)
      note([...path, 'compositeWeight'], 'composites are not made; each objective is an SLO');
    if (objective.displayName && spec.objectives.length === 1)
      note([...path, 'displayName'], 'not honoured: the only objective goes by the name of the SLO');
  }
}

/** Several objectives are several SLOs: v1alpha’s are numbered, as Sloth does, others carry the name of their objective. */
function nameOf({ apiVersion, metadata, spec }: SloObject, index: number): string {
  if (apiVersion === 'openslo/v1alpha') return `${metadata.name}-${index}`;
  if (spec.objectives.length === 1) return metadata.name;
  const slugs = spec.objectives.map(({ displayName }, i) => {
    const slug = (displayName ?? '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '');
    return slug === '' ? String(i) : slug;
  });
  const slug = slugs[index] ?? String(index);
  return `${metadata.name}-${slugs.indexOf(slug) === slugs.lastIndexOf(slug) ? slug : index}`;
}

/** The SLI of an objective: its own, else that of the SLO; inline or by reference. */
function indicatorSli(
  at: ObjectiveAt,
  { item, slo: { spec }, set, remarks }: Reading,
): Indicated | undefined {
  const refuse = (path: Path, what: string) => {
    remarks.problems.push(item.at(path, what));
    return undefined;
  };
  const own = indicatorKeys(at.objective);
  const keys = own.length > 0 ? own : indicatorKeys(spec);
  const [key] = keys;
  if (key === undefined) return refuse(['spec'], 'the SLO has neither indicator nor indicatorRef');
  const path = own.length > 0 ? at.path : ['spec'];
  if (keys.length > 1)
    return refuse([...path, keys[1] ?? ''], `expected one of ${keys.join(' and ')}, not both`);
  const owner = own.length > 0 ? at.objective : spec;
  const inline = owner.indicator ?? owner.sli;
  if (inline)
    return sliOf({ item, path: [...path, key, 'spec'], indicator: inline.spec }, at, set.sources, remarks);
  const ref = owner.indicatorRef ?? owner.sliRef ?? '';
  const found = set.slis.get(ref);
  if (found === undefined) return refuse([...path, key], `there is no SLI ${ref} in these files`);
  if (set.twice.has(`SLI ${ref}`))
    return refuse([...path, key], `there are several SLIs ${ref} in these files`);
  return sliOf(found, at, set.sources, remarks);
}

const INDICATOR_KEYS = ['indicator', 'indicatorRef', 'sli', 'sliRef'] as const;

function indicatorKeys(owner: Readonly<Partial<Record<(typeof INDICATOR_KEYS)[number], unknown>>>) {
  return INDICATOR_KEYS.filter((key) => Boolean(owner[key]));
}
