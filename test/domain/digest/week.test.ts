import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekSoFar, wholeWeek } from '#domain/digest/week.ts';
import { HOUR, lengthOf } from '#domain/time.ts';

const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);

describe('the week that a digest tells of', () => {
  it('on a Monday is the calendar week before, by its number', () => {
    const { range, before, name, days } = wholeWeek(at('2026-11-23T08:00Z'), BERLIN);
    expect(name).toBe('week 47');
    expect(range).toEqual({ from: at('2026-11-15T23:00Z'), to: at('2026-11-22T23:00Z') });
    expect(before.to).toBe(range.from);
    expect(days.map(({ label }) => label)).toEqual([
      ...['Mon 16', 'Tue 17', 'Wed 18', 'Thu 19', 'Fri 20', 'Sat 21', 'Sun 22'],
    ]);
  });

  it('on another day is the seven days before, by the last of them', () => {
    expect(wholeWeek(at('2026-11-25T08:00Z'), BERLIN).name).toBe('7 days to Tue 24 Nov');
  });

  it('for whoever asks ends now, and today counts as far as it has passed', () => {
    const now = at('2026-11-25T08:30Z');
    const { range, before, name, days } = weekSoFar(now, BERLIN);
    expect([range.to, name]).toEqual([now, '7 days to Wed 25 Nov']);
    expect(days.at(-1)?.range).toEqual({ from: at('2026-11-24T23:00Z'), to: now });
    expect(before.to).toBe(at('2026-11-18T08:30Z'));
  });

  it('has a day of 25 hours where the clocks go back, and one of 23 where they go on', () => {
    const lengths = (now: string) =>
      wholeWeek(at(now), BERLIN).days.map(({ range }) => lengthOf(range) / HOUR);
    expect(lengths('2026-10-26T08:00Z')).toEqual([24, 24, 24, 24, 24, 24, 25]);
    expect(lengths('2026-03-30T08:00Z')).toEqual([24, 24, 24, 24, 24, 24, 23]);
  });

  it('is made of its days, one after another, whenever and wherever it is told', () => {
    const zones = fc.constantFrom('UTC', BERLIN, 'America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe');
    const moments = fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2028-01-01T00:00Z') });
    fc.assert(
      fc.property(moments, zones, (now, zone) => {
        for (const week of [wholeWeek(now, zone), weekSoFar(now, zone)]) {
          const { days, range, before } = week;
          expect(days).toHaveLength(7);
          expect([days[0]?.range.from, days.at(-1)?.range.to]).toEqual([range.from, range.to]);
          days.slice(1).forEach((day, i) => {
            expect(day.range.from).toBe(days[i]?.range.to);
          });
          expect(range.to).toBeLessThanOrEqual(now);
          expect(Math.abs(lengthOf(before) - lengthOf(range))).toBeLessThanOrEqual(2 * HOUR);
        }
      }),
    );
  });
});
