import type { CalendarUnit, Method, Slo, SloWindow } from '#domain/budget/slo.ts';
import { present } from '#domain/optional.ts';
import { DAY, HOUR, MINUTE, WEEK } from '#domain/time.ts';
import { type Item, type Path, type Remarks, readItem } from './documents.ts';
import type { Imported } from './import.ts';
import { alphaSliOf, type IndicatorAt, sliOf } from './openslo-indicator.ts';
import { DataSourceObject, type Objective, OTHER_KINDS, SliObject, SloObject } from './openslo-shapes.ts';
import { shareOf } from './queries.ts';

/** Objects of OpenSLO across all files, as far as others refer to them. */
export type OpenSloSet = {
  readonly items: { readonly item: Item; readonly slo: SloObject }[];
  readonly slis: Map<string, IndicatorAt>;
  /** Types of data sources by name. */
  readonly sources: Map<string, { readonly item: Item; readonly type: string }>;
  readonly policies: Set<string>;
};

const KINDS = ['SLO', 'SLI', 'DataSource', ...Object.keys(OTHER_KINDS)];

/** Checks an object and keeps it for those that refer to it. */
export function collectOpenSlo(item: Item, set: OpenSloSet, remarks: Remarks): void {
  const kind = kindOf(item.value);
  if (kind === 'SLO') {
    const slo = readItem(item, SloObject, remarks);
    if (slo !== undefined) set.items.push({ item, slo });
  } else if (kind === 'SLI') {
    const sli = readItem(item, SliObject, remarks);
    if (sli !== undefined) set.slis.set(sli.metadata.name, { item, path: ['spec'], indicator: sli.spec });
  } else if (kind === 'DataSource') {
    const source = readItem(item, DataSourceObject, remarks);
    if (source !== undefined) set.sources.set(source.metadata.name, { item, type: source.spec.type });
  } else if (kind in OTHER_KINDS) {
    const other = readItem(item, OTHER_KINDS[kind as keyof typeof OTHER_KINDS], remarks);
    if (other?.kind === 'AlertPolicy') set.policies.add(other.metadata.name);
    if (other !== undefined && other.kind !== 'Service') remarks.notices.push(item.at(['kind'], OWN_ALERTS));
  } else remarks.problems.push(item.at(['kind'], `expected one of: ${KINDS.join(', ')}`));
}

const OWN_ALERTS = 'not honoured: Bellbuoy alerts on burn rates by pairs of windows of its own';

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'kind' in value ? String(value.kind) : '';
}

type Reading = {
  readonly item: Item;
  readonly slo: SloObject;
  readonly set: OpenSloSet;
  readonly usual: SloWindow;
  readonly remarks: Remarks;
};

/** All SLOs of the set, once everything that they may refer to is read. `usual` is the window of those that say none. */
export function openSlos(set: OpenSloSet, usual: SloWindow, remarks: Remarks): readonly Imported[] {
  return set.items.flatMap(({ item, slo }) => slosOf({ item, slo, set, usual, remarks }));
}

function slosOf(reading: Reading): readonly Imported[] {
  const { item, slo, remarks, set } = reading;
  const { spec, metadata } = slo;
  const service = spec.service ?? spec.serviceRef;
  const window = windowOf(reading);
  for (const [i, policy] of (spec.alertPolicies ?? []).entries()) {
    const ref = typeof policy === 'string' ? policy : policy.alertPolicyRef;
    const missing = ref && !set.policies.has(ref) ? ` (there is no AlertPolicy ${ref} in these files)` : '';
    remarks.notices.push(item.at(['spec', 'alertPolicies', i], `${OWN_ALERTS}${missing}`));
  }
  if (!service) remarks.problems.push(item.at(['spec'], 'the SLO names no service'));
  const made = spec.objectives.map((objective, i) => {
    const path = ['spec', 'objectives', i];
    if (objective.compositeWeight)
      remarks.notices.push(
        item.at([...path, 'compositeWeight'], 'composites are not made; each objective is an SLO'),
      );
    const target = targetOf(objective, path, reading);
    const method = methodOf(objective, path, reading);
    const sli = objective.ratioMetrics
      ? alphaSliOf(objective.ratioMetrics, [...path, 'ratioMetrics'], item, remarks)
      : indicatorSli(objective, path, reading);
    if (!service || window === undefined || target === undefined || method === undefined || sli === undefined)
      return undefined;
    const made: Slo = {
      name: nameOf(slo, i),
      ...present({ description: spec.description ?? undefined }),
      ...{ objective: target, window, method, sli, absent: 'unknown', policy: {} },
      alerting: { page: true, ticket: true },
      origin: { format: 'openslo', file: item.file },
    };
    return { service, slo: made, where: item.at(['metadata', 'name'], metadata.name) };
  });
  return made.filter((one) => one !== undefined);
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

function indicatorSli(objective: Objective, path: Path, { item, slo: { spec }, set, remarks }: Reading) {
  const places: readonly [typeof spec | Objective, Path][] = [
    [objective, path],
    [spec, ['spec']],
  ];
  for (const [owner, at] of places) {
    const inline = owner.indicator ?? owner.sli;
    const key = owner.indicator ? 'indicator' : 'sli';
    if (inline)
      return sliOf(
        { item, path: [...at, key, 'spec'], indicator: inline.spec },
        objective,
        { item, path },
        set.sources,
        remarks,
      );
    const ref = owner.indicatorRef ?? owner.sliRef;
    if (!ref) continue;
    const found = set.slis.get(ref);
    if (found !== undefined) return sliOf(found, objective, { item, path }, set.sources, remarks);
    remarks.problems.push(
      item.at(
        [...at, owner.indicatorRef ? 'indicatorRef' : 'sliRef'],
        `there is no SLI ${ref} in these files`,
      ),
    );
    return undefined;
  }
  remarks.problems.push(item.at(['spec'], 'the SLO has neither indicator nor indicatorRef'));
  return undefined;
}

function targetOf(
  { target, targetPercent }: Objective,
  path: Path,
  { item, remarks }: Reading,
): number | undefined {
  const given = [target, targetPercent].filter((one) => one !== null && one !== undefined);
  if (given.length !== 1) {
    remarks.problems.push(item.at(path, 'expected exactly one of target and targetPercent'));
    return undefined;
  }
  const share = target ?? shareOf(targetPercent ?? 0);
  if (share > 0) return share;
  remarks.problems.push(item.at([...path, 'target'], 'an objective of 0 has nothing to keep'));
  return undefined;
}

function methodOf(objective: Objective, path: Path, { item, slo, remarks }: Reading): Method | undefined {
  const kind = slo.spec.budgetingMethod ?? 'Occurrences';
  if (kind === 'Occurrences') return { kind: 'occurrences' };
  const text = objective.timeSliceWindow;
  const slice = text === null || text === undefined ? undefined : sliceOf(String(text));
  if (slice === undefined) {
    remarks.problems.push(
      item.at([...path, 'timeSliceWindow'], `${kind} needs the length of a slice, such as 1m`),
    );
    return undefined;
  }
  if (kind === 'RatioTimeslices') return { kind: 'downtime', slice };
  if (objective.timeSliceTarget) return { kind: 'timeslices', slice, target: objective.timeSliceTarget };
  remarks.problems.push(
    item.at(
      [...path, 'timeSliceTarget'],
      'Timeslices needs the share of good events that a slice must reach',
    ),
  );
  return undefined;
}

const LENGTHS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: WEEK };
const ROLLING: Readonly<Record<string, number>> = { ...LENGTHS, M: 30 * DAY, Q: 90 * DAY, Y: 365 * DAY };
const CALENDAR: Readonly<Record<string, CalendarUnit>> = {
  d: 'day',
  w: 'week',
  M: 'month',
  Q: 'quarter',
  Y: 'year',
};

function sliceOf(text: string): number | undefined {
  // A bare number is minutes, as in the specification’s own examples.
  const [, count = '', unit = 'm'] = /^(\d+)([mhdw])?$/.exec(text) ?? [];
  const length = Number(count) * (LENGTHS[unit] ?? 0);
  return length > 0 ? length : undefined;
}

function windowOf({ item, slo, usual, remarks }: Reading): SloWindow | undefined {
  const [v1] = slo.spec.timeWindow ?? [];
  const [alpha] = slo.spec.timeWindows ?? [];
  const path: Path = ['spec', alpha ? 'timeWindows' : 'timeWindow', 0];
  const refuse = (more: Path, what: string) => {
    remarks.problems.push(item.at([...path, ...more], what));
    return undefined;
  };
  if (v1 === undefined && alpha === undefined) {
    remarks.notices.push(item.at(['spec'], 'the SLO has no timeWindow; the usual one is taken'));
    return usual;
  }
  const duration = v1?.duration ?? `${alpha?.count}${ALPHA_UNITS[alpha?.unit.toLowerCase() ?? ''] ?? '?'}`;
  const [, count = '', unit = ''] = /^([1-9]\d*)([mhdwMQY])$/.exec(duration) ?? [];
  if (unit === '') return refuse([v1 ? 'duration' : 'unit'], 'expected a duration such as 28d, 4w or 1M');
  const { isRolling, calendar } = v1 ?? alpha ?? {};
  if (isRolling !== true && calendar) {
    const of = CALENDAR[unit];
    if (of === undefined)
      return refuse(['duration'], `a calendar period of ${duration} begins nowhere; a month is written 1M`);
    const from = calendar.startTime.trim().replace(' ', 'T');
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(from))
      return refuse(['calendar', 'startTime'], 'expected a time such as 2026-01-01 00:00:00');
    if (!isZone(calendar.timeZone))
      return refuse(['calendar', 'timeZone'], 'expected an IANA time zone such as Europe/Berlin');
    return { kind: 'calendar', unit: of, count: Number(count), zone: calendar.timeZone, from };
  }
  const length = Number(count) * (ROLLING[unit] ?? 0);
  if (isRolling === true) {
    if (!(unit in LENGTHS))
      remarks.notices.push(item.at(path, `a rolling ${duration} is counted as ${length / DAY} days`));
    return { kind: 'rolling', length };
  }
  if (alpha !== undefined) {
    // Sloth reads neither isRolling nor calendar: it has one period, and takes files that say the same.
    if (usual.kind === 'rolling' && usual.length === length) return usual;
    return refuse(
      ['count'],
      `neither rolling nor a calendar period; say isRolling: true, or give the period beside the file (now ${usual.kind === 'rolling' ? usual.length / DAY : '?'} days)`,
    );
  }
  return refuse([], 'a window that is not rolling needs its calendar (startTime, timeZone)');
}

const ALPHA_UNITS: Readonly<Record<string, string>> = {
  ...{ minute: 'm', hour: 'h', day: 'd', week: 'w', month: 'M', quarter: 'Q', year: 'Y' },
};

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
