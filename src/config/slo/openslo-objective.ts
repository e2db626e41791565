import type { Method } from '#domain/budget/slo.ts';
import { DAY, HOUR, MINUTE, WEEK } from '#domain/time.ts';
import type { Item, Path, Remarks } from './documents.ts';
import type { Objective } from './openslo-shapes.ts';
import { shareOf } from './queries.ts';

/** An objective and the place where it stands. */
export type ObjectiveAt = { readonly item: Item; readonly path: Path; readonly objective: Objective };

export type BudgetingMethod = 'Occurrences' | 'Timeslices' | 'RatioTimeslices';

/** The share of good events that an objective wants. */
export function targetOf(
  { item, path, objective: { target, targetPercent } }: ObjectiveAt,
  { problems }: Remarks,
): number | undefined {
  const given = [target, targetPercent].filter((one) => one !== null && one !== undefined);
  if (given.length !== 1) {
    problems.push(item.at(path, 'expected exactly one of target and targetPercent'));
    return undefined;
  }
  const share = target ?? shareOf(targetPercent ?? 0);
  if (share > 0) return share;
  const key = typeof target === 'number' ? 'target' : 'targetPercent';
  problems.push(item.at([...path, key], 'an objective of 0 has nothing to keep'));
  return undefined;
}

/** How an objective’s bad events become time. */
export function methodOf(
  { item, path, objective }: ObjectiveAt,
  kind: BudgetingMethod,
  { problems, notices }: Remarks,
): Method | undefined {
  const { timeSliceWindow, timeSliceTarget } = objective;
  const unused = (key: 'timeSliceWindow' | 'timeSliceTarget') => {
    if (objective[key] !== null && objective[key] !== undefined)
      notices.push(item.at([...path, key], `not honoured: the method ${kind} does not use it`));
  };
  if (kind !== 'Timeslices') unused('timeSliceTarget');
  if (kind === 'Occurrences') {
    unused('timeSliceWindow');
    return { kind: 'occurrences' };
  }
  const slice = sliceOf(String(timeSliceWindow ?? ''));
  if (slice === undefined) {
    problems.push(item.at([...path, 'timeSliceWindow'], `${kind} needs the length of a slice, such as 1m`));
    return undefined;
  }
  if (kind === 'RatioTimeslices') return { kind: 'downtime', slice };
  if (timeSliceTarget) return { kind: 'timeslices', slice, target: timeSliceTarget };
  problems.push(
    item.at(
      [...path, 'timeSliceTarget'],
      'Timeslices needs the share of good events that a slice must reach',
    ),
  );
  return undefined;
}

const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: WEEK };

function sliceOf(text: string): number | undefined {
  // A bare number is minutes, as in the specification’s own examples.
  const [, count = '', unit = 'm'] = /^(\d+)([mhdw])?$/.exec(text) ?? [];
  const length = Number(count) * (UNITS[unit] ?? 0);
  return length > 0 ? length : undefined;
}
