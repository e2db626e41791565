import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentTimes } from '#domain/incident/incident.ts';
import { doubtWords, SPANS, spansOf, TIME_NAMES, timeDoubts } from '#domain/incident/time-doubts.ts';
import { MINUTE } from '#domain/time.ts';
import { at } from '../given.ts';

const GOOD: IncidentTimes = {
  ...{ started: at('12:00'), detected: at('12:02'), acknowledged: at('12:03') },
  ...{ mitigated: at('12:20'), resolved: at('12:40') },
};
const LATER = { writtenAt: at('13:00'), isOver: true };
const said = (times: IncidentTimes, more: object = {}) =>
  timeDoubts(times, { ...LATER, ...more }).map(doubtWords);

describe('the times of an incident', () => {
  it('are not doubted where all are known and in order', () => {
    expect(said(GOOD)).toEqual([]);
    expect(spansOf(GOOD)).toEqual({
      ...{ toDetect: 2 * MINUTE, toAcknowledge: MINUTE, toMitigate: 20 * MINUTE, toResolve: 40 * MINUTE },
    });
  });

  it('are said to be missing where nobody knows them, and nothing is measured from them', () => {
    const { mitigated, ...times } = GOOD;
    expect(said(times)).toEqual(['It is not known when it was mitigated.']);
    expect(spansOf(times)).not.toHaveProperty('toMitigate');
    expect(said({})).toHaveLength(5);
    expect(spansOf({})).toEqual({});
  });

  it('may still be to come while people work on it, but for its beginning', () => {
    expect(said({ detected: at('12:02') }, { isOver: false })).toEqual(['It is not known when it began.']);
  });

  it('stay as they are where they are out of order, and no length is made of them', () => {
    const times = { ...GOOD, detected: at('11:50') };
    expect(said(times)).toEqual(['By these times it was detected before it began.']);
    expect(spansOf(times)).toEqual({
      ...{ toAcknowledge: 13 * MINUTE, toMitigate: 20 * MINUTE, toResolve: 40 * MINUTE },
    });
    expect(said({ ...GOOD, mitigated: at('12:50') })).toEqual([
      'By these times it was resolved before it was mitigated.',
    ]);
  });

  it('are doubted where what takes time took none', () => {
    const times = { ...GOOD, detected: at('12:00') };
    expect(said(times)).toEqual(['By these times it was detected in the very moment in which it began.']);
    expect(spansOf(times).toDetect).toBe(0);
    expect(said({ ...GOOD, acknowledged: at('12:02') })).toEqual([]);
  });

  it('are doubted where they lay ahead when somebody wrote them', () => {
    expect(said({ ...GOOD, resolved: at('14:00') })).toEqual([
      'The time at which it was resolved still lay ahead when it was written down.',
    ]);
  });

  it('are told apart where people wrote others than the record has', () => {
    const recorded = { ...GOOD, started: at('11:55') };
    expect(said(GOOD, { recorded })).toEqual([
      'People wrote another time at which it began than the incident’s own record has.',
    ]);
    expect(timeDoubts(GOOD, { ...LATER, recorded })).toEqual([
      { kind: 'changed', time: 'started', recorded: at('11:55'), written: at('12:00') },
    ]);
  });

  it('whatever they are: each length that is absent has a doubt that says why, and none is negative', () => {
    const instant = fc.option(fc.integer({ min: at('11:00'), max: at('15:00') }), { nil: Number.NaN });
    const any = fc.record(Object.fromEntries(TIME_NAMES.map((name) => [name, instant])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(any, (times: IncidentTimes) => {
        const doubts = timeDoubts(times, LATER);
        const spans = spansOf(times);
        for (const [name, [from, to]] of Object.entries(SPANS)) {
          const span = spans[name as keyof typeof SPANS];
          expect(span ?? 0).toBeGreaterThanOrEqual(0);
          const isDoubted = doubts.some(
            (doubt) =>
              (doubt.kind === 'missing' && (doubt.time === from || doubt.time === to)) ||
              (doubt.kind === 'order' && doubt.first === to && doubt.second === from),
          );
          expect(span === undefined).toBe(isDoubted);
        }
      }),
    );
  });
});
