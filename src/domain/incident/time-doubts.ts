import type { Duration, Instant } from '../time.ts';
import type { IncidentTimes } from './incident.ts';

/** The times of an incident, in the order in which they should come. */
export const TIME_NAMES = ['started', 'detected', 'acknowledged', 'mitigated', 'resolved'] as const;
export type TimeName = (typeof TIME_NAMES)[number];

/**
 * What is odd about the times of an incident. `missing`: nobody knows it. `order`: `first` lies before `second`, which should come before it. `zero`: what should take
 * time took none. `future`: it lay ahead when it was written down. `changed`: people wrote another time than the record has.
 */
export type TimeDoubt =
  | { readonly kind: 'missing' | 'future'; readonly time: TimeName }
  | { readonly kind: 'order'; readonly first: TimeName; readonly second: TimeName }
  | { readonly kind: 'zero'; readonly from: TimeName; readonly to: TimeName }
  | {
      readonly kind: 'changed';
      readonly time: TimeName;
      readonly recorded: Instant;
      readonly written: Instant;
    };

/** How long an incident took from one of its times to another. */
export type Spans = Readonly<
  Partial<Record<'toDetect' | 'toAcknowledge' | 'toMitigate' | 'toResolve', Duration>>
>;

/** From when to when each span is measured. */
export const SPANS = {
  toDetect: ['started', 'detected'],
  toAcknowledge: ['detected', 'acknowledged'],
  toMitigate: ['started', 'mitigated'],
  toResolve: ['started', 'resolved'],
} as const satisfies Readonly<Record<keyof Spans, readonly [TimeName, TimeName]>>;

/**
 * Everything odd about these times; nothing is repaired. `writtenAt` is when they were last written down, so that the same record says the same whenever it is read.
 * `recorded` are the times that nobody typed, `isOver` whether all of them should be known.
 */
export function timeDoubts(
  times: IncidentTimes,
  { writtenAt, recorded = times, isOver }: { writtenAt: Instant; recorded?: IncidentTimes; isOver: boolean },
): readonly TimeDoubt[] {
  const known = TIME_NAMES.filter((name) => isKnown(times[name]));
  const expected = isOver ? TIME_NAMES : TIME_NAMES.slice(0, 1);
  return [
    ...expected.filter((time) => !known.includes(time)).map((time) => ({ kind: 'missing', time }) as const),
    ...pairs(known).flatMap(([earlier, later]): readonly TimeDoubt[] => {
      if (at(times, later) < at(times, earlier)) return [{ kind: 'order', first: later, second: earlier }];
      const isSpan = earlier === 'started' && later !== 'acknowledged';
      return isSpan && at(times, later) === at(times, earlier)
        ? [{ kind: 'zero', from: earlier, to: later }]
        : [];
    }),
    ...known.filter((name) => at(times, name) > writtenAt).map((time) => ({ kind: 'future', time }) as const),
    ...known.flatMap((time): readonly TimeDoubt[] => {
      const [before, written] = [recorded[time], at(times, time)];
      return before === undefined || !isKnown(before) || before === written
        ? []
        : [{ kind: 'changed', time, recorded: before, written }];
    }),
  ];
}

/** How long it took, of what is known at both ends and in order; all else is absent. */
export function spansOf(times: IncidentTimes): Spans {
  const measured = Object.entries(SPANS).flatMap(([name, [from, to]]) => {
    const [start, end] = [times[from], times[to]];
    return isKnown(start) && isKnown(end) && end >= start ? [[name, end - start] as const] : [];
  });
  return Object.fromEntries(measured);
}

/** A doubt in one sentence. The moments of `changed` are left to whoever shows it, in their zone. */
export function doubtWords(doubt: TimeDoubt): string {
  switch (doubt.kind) {
    case 'missing':
      return `It is not known when it ${WAS[doubt.time]}.`;
    case 'order':
      return `By these times it ${WAS[doubt.first]} before it ${WAS[doubt.second]}.`;
    case 'zero':
      return `By these times it ${WAS[doubt.to]} in the very moment in which it ${WAS[doubt.from]}.`;
    case 'future':
      return `The time at which it ${WAS[doubt.time]} still lay ahead when it was written down.`;
    case 'changed':
      return `People wrote another time at which it ${WAS[doubt.time]} than the incident’s own record has.`;
  }
}

const WAS: Readonly<Record<TimeName, string>> = {
  started: 'began',
  detected: 'was detected',
  acknowledged: 'was acknowledged',
  mitigated: 'was mitigated',
  resolved: 'was resolved',
};

/** Whether it is a moment at all: what arithmetic could not say is null once it was kept. */
function isKnown(at: Instant | undefined): at is Instant {
  return Number.isFinite(at);
}

function at(times: IncidentTimes, name: TimeName): Instant {
  return times[name] ?? Number.NaN;
}

function pairs(names: readonly TimeName[]): readonly (readonly [TimeName, TimeName])[] {
  return names.flatMap((earlier, index) => names.slice(index + 1).map((later) => [earlier, later] as const));
}
