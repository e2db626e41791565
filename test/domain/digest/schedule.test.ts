import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastSlot } from '#domain/digest/schedule.ts';
import { DAY, HOUR, MINUTE, WEEK } from '#domain/time.ts';
import { cronMistake, cronSchedule } from '#runtime/cron.ts';

const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);
const around = (moment: number, by = 12 * HOUR) => ({ from: moment - by, to: moment + by });

describe('when a digest is due', () => {
  it('is at the local time that the schedule names, summer and winter', () => {
    const mondays = cronSchedule('0 9 * * 1');
    expect(lastSlot(mondays, around(at('2026-07-06T12:00Z')), BERLIN)).toEqual({
      at: at('2026-07-06T07:00Z'),
      date: '2026-07-06',
    });
    expect(lastSlot(mondays, around(at('2026-11-23T12:00Z')), BERLIN)).toEqual({
      at: at('2026-11-23T08:00Z'),
      date: '2026-11-23',
    });
    expect(lastSlot(mondays, around(at('2026-11-24T12:00Z')), BERLIN)).toBeUndefined();
  });

  it('is when the clocks go on, where they leave out its minute', () => {
    const sundays = cronSchedule('30 2 * * 0');
    expect(lastSlot(sundays, around(at('2026-03-29T01:00Z')), BERLIN)).toEqual({
      at: at('2026-03-29T01:00Z'),
      date: '2026-03-29',
    });
  });

  it('is once, the first time, where the clocks show its minute twice', () => {
    const sundays = cronSchedule('30 2 * * 0');
    const first = at('2026-10-25T00:30Z');
    expect(lastSlot(sundays, around(first), BERLIN)).toEqual({ at: first, date: '2026-10-25' });
    expect(lastSlot(sundays, { from: first + 1, to: first + 12 * HOUR }, BERLIN)).toBeUndefined();
  });

  it('is the last of several that were missed', () => {
    const daily = cronSchedule('0 9 * * *');
    const found = lastSlot(daily, { from: at('2026-11-20T00:00Z'), to: at('2026-11-27T07:59Z') }, BERLIN);
    expect(found?.date).toBe('2026-11-26');
  });

  it('comes once a local day, whatever the zone, the year and the minute: no day is left out, and none has two', () => {
    const zones = fc.constantFrom('UTC', BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        // Weeks around the days on which clocks are changed somewhere.
        fc.constantFrom('2026-03-05', '2026-03-26', '2026-04-02', '2026-10-01', '2026-10-22', '2026-10-29'),
        (zone, hour, minute, day) => {
          const daily = cronSchedule(`${minute} ${hour} * * *`);
          const found: string[] = [];
          let to = at(`${day}T00:00Z`) + WEEK;
          const from = to - WEEK;
          for (;;) {
            const slot = lastSlot(daily, { from, to }, zone);
            if (slot === undefined) break;
            found.unshift(slot.date);
            to = slot.at - MINUTE;
          }
          expect(new Set(found).size).toBe(found.length);
          found.slice(1).forEach((date, i) => {
            expect(at(date) - at(found[i] ?? '')).toBe(DAY);
          });
          expect(found.length).toBeGreaterThanOrEqual(6);
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe('a cron expression', () => {
  it('has five fields, with names where people use them', () => {
    for (const good of ['0 9 * * 1', '*/15 8-18 * * mon-fri', '0 9 1 jan *'])
      expect(cronMistake(good), good).toBeUndefined();
  });

  it('that is wrong is told by its field', () => {
    expect(cronMistake('0 25 * * 8')).toBe('there is no hour 25, there is no day of the week 8');
    expect(cronMistake('0 9 * *')).toMatch(/five fields: minute, hour/);
    expect(cronMistake('0 0 9 * * 1')).toMatch(/five fields/);
    expect(cronMistake('')).toMatch(/five fields/);
  });
});
