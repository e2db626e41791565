import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SloWindow } from '#domain/budget/slo.ts';
import { budgetState, type Colour } from '#domain/budget/state.ts';
import { minutesOf, NO_TALLY, type Tally, usageOf } from '#domain/budget/usage.ts';
import { windowAt, windowWords } from '#domain/budget/window.ts';
import { budgetLeft, budgetSentence, budgetShort, eventsWords, stateWord } from '#domain/budget/words.ts';
import { DAY, HOUR, MINUTE } from '#domain/time.ts';

const MONTH: SloWindow = { kind: 'calendar', unit: 'month', count: 1 };
const rolling = (length: number): SloWindow => ({ kind: 'rolling', length });
const FIRST = Date.UTC(2026, 10, 1);

/** What is to be told of a budget of 99.9 % (or so) of which so much was counted, `passed` ms after the first of a month of 30 days. */
function told(window: SloWindow, passed: number, counted: Partial<Tally>, objective = 0.999) {
  const now = FIRST + passed;
  const slo = {
    ...{ objective, window, method: { kind: 'occurrences' as const } },
    alerting: { page: true, ticket: true },
  };
  const usage = usageOf(slo, windowAt(window, now, 'UTC'), { ...NO_TALLY, ...counted }, now);
  const state = budgetState(slo, usage, new Map(), now);
  return { subject: 'checkout', objective, window, usage, state, isTime: false };
}
const sentence = (...args: Parameters<typeof told>) => budgetSentence(told(...args));

describe('how much of the time was observed', () => {
  const of = (window: SloWindow, passed: number, observed: number) =>
    / \((.*)\)$/.exec(sentence(window, passed, { total: 1e9, observed }))?.[1];

  it('is said of what has passed: two of four days on the fourth evening of a month', () => {
    expect(of(MONTH, 4 * DAY, 2 * DAY)).toBe('2 of 4 days observed');
    expect(of(MONTH, 3.5 * DAY, 2 * DAY)).toBe('2 of 3.5 days observed');
  });

  it('is said of the whole of a rolling window', () => {
    expect(of(rolling(30 * DAY), 4 * DAY, 3 * DAY)).toBe('3 of 30 days observed');
    expect(of(rolling(30 * DAY), 4 * DAY, 1.5 * DAY)).toBe('1.5 of 30 days observed');
  });

  it('is said in hours or minutes where days would say nothing', () => {
    expect(of(rolling(12 * HOUR), DAY, 3 * HOUR)).toBe('3 of 12 hours observed');
    expect(of(rolling(30 * MINUTE), DAY, 10 * MINUTE)).toBe('10 of 30 minutes observed');
    expect(of(MONTH, 5 * HOUR, 2 * HOUR)).toBe('2 of 5 hours observed');
    expect(of(rolling(30 * DAY), DAY, HOUR)).toBe('1 of 720 hours observed');
  });

  it('is never said to be all of it, or none', () => {
    expect(of(rolling(30 * DAY), DAY, 29.65 * DAY)).toBe('29.6 of 30 days observed');
    const lengths = fc.integer({ min: 2 * MINUTE, max: 400 * DAY });
    fc.assert(
      fc.property(lengths, fc.double({ min: 0.001, max: 0.989, noNaN: true }), (length, share) => {
        const [, seen = '', all = ''] =
          /^([\d.]+) of ([\d.]+) \w+ observed$/.exec(of(rolling(length), DAY, share * length) ?? '') ?? [];
        if (seen !== '') expect(Number(seen)).toBeLessThan(Number(all));
        if (seen !== '') expect(Number(seen)).toBeGreaterThan(0);
      }),
    );
  });

  it('is not said when it is as good as all', () => {
    expect(of(rolling(30 * DAY), DAY, 29.8 * DAY)).toBeUndefined();
  });
});

describe('the sentence of a budget', () => {
  const month = (bad: number, total = 15 * 1440 * 600) =>
    sentence(MONTH, 15 * DAY, { bad, total, observed: 15 * DAY });

  it('says what is used, allowed and left, with figures that add up', () => {
    expect(month(23 * 600)).toBe('checkout has used 23 of its 43 allowed minutes this month; 20 remain.');
    expect(month(42 * 600)).toBe('checkout has used 42 of its 43 allowed minutes this month; 1 remains.');
    expect(month(61 * 600)).toBe('checkout has used 61 of its 43 allowed minutes this month, 18 over.');
  });

  it('says that all of it is used when no figure shows a difference', () => {
    expect(month(43.2 * 600)).toBe('checkout has used all of its 43 allowed minutes this month.');
    expect(month(43.2001 * 600)).toBe('checkout has used all of its 43 allowed minutes this month.');
    expect(month(43.3 * 600)).toBe(
      'checkout has used 43.3 of its 43.2 allowed minutes this month, 0.1 over.',
    );
    expect(month(42.9 * 600)).toBe(
      'checkout has used 42.9 of its 43.2 allowed minutes this month; 0.3 remain.',
    );
  });

  it('speaks of seconds where a whole minute is not allowed', () => {
    const day = (objective: number, bad: number) =>
      sentence(rolling(DAY), DAY, { bad, total: 1e7, observed: DAY }, objective);
    expect(day(0.9999, 300)).toBe(
      'checkout has used 2.6 of its 8.6 allowed seconds in the last 24 hours; 6.0 remain.',
    );
    expect(sentence(rolling(5 * MINUTE), DAY, { bad: 0, total: 1e9, observed: 5 * MINUTE }, 0.9999)).toBe(
      'checkout has used 0 of its 30 allowed milliseconds in the last 5 minutes; 30 remain.',
    );
  });

  it('says why there is none', () => {
    expect(sentence(MONTH, DAY, {})).toBe('checkout has no data this month: nothing was counted.');
    expect(sentence(rolling(30 * DAY), DAY, {})).toBe(
      'checkout has no data in the last 30 days: nothing was counted.',
    );
    expect(sentence(rolling(30 * DAY), DAY, { bad: 1, total: 300, observed: 30 * DAY })).toBe(
      'checkout is too quiet to judge: of 300 events in the last 30 days less than one may be bad (99.9 %), and 1 was.',
    );
  });

  it('is short in a list, and shorter in a picture', () => {
    const both = (bad: number) => {
      const of = told(MONTH, 15 * DAY, { bad: bad * 600, total: 15 * 1440 * 600, observed: 15 * DAY });
      return [budgetShort(of), budgetLeft(of)];
    };
    expect(both(23)).toEqual(['23 of 43 min used', '20 min left']);
    expect(both(61)).toEqual(['61 of 43 min used, 18 over', '18 min over']);
    expect(both(43.2)).toEqual(['all 43 min used', 'nothing left']);
  });

  it('has figures that differ where the times do, by a hundredth of the unit or more', () => {
    const times = fc.double({ min: 1, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(times, times, (used, allowed) => {
        const { left, over, unit = 'minutes' } = minutesOf({ used, allowed });
        const one = { minutes: MINUTE, seconds: 1000, milliseconds: 1 }[unit];
        if (used - allowed > 0.02 * one) expect(Number(over)).toBeGreaterThan(0);
        if (allowed - used > 0.02 * one) expect(Number(left)).toBeGreaterThan(0);
        expect(over ?? '1').not.toMatch(/^0(\.0+)?$/);
      }),
    );
  });

  it('counts events in words that agree with their number', () => {
    const words = (bad: number, total: number) => {
      const { usage } = told(rolling(30 * DAY), DAY, { bad, total, observed: 30 * DAY });
      return eventsWords(usage, 0.999, false);
    };
    expect(words(276, 26_000)).toBe('276 of 26 k events were bad (0.1 % may be: 26)');
    expect(words(1, 5000)).toBe('1 of 5,000 events was bad (0.1 % may be: 5)');
  });
});

describe('the word for a budget', () => {
  const states = {
    green: { data: 'ok', burn: 'none', budget: 'healthy', colour: 'green' },
    yellow: { data: 'ok', burn: 'ticket', budget: 'healthy', colour: 'yellow' },
    red: { data: 'ok', burn: 'page', budget: 'healthy', colour: 'red' },
    grey: { data: 'noData', burn: 'none', budget: 'healthy', colour: 'grey' },
  } as const;

  it('is never well beside red or yellow, nor burning beside green', () => {
    for (const colour of ['green', 'yellow', 'red', 'grey'] as const satisfies readonly Colour[])
      for (const state of Object.values(states)) {
        const word = stateWord({ colour, state });
        if (colour !== 'green') expect(word, `${colour}, ${state.colour}`).not.toBe('well');
        if (colour === 'green') expect(word, `${colour}, ${state.colour}`).not.toMatch(/burning|spent|risk/);
        if (colour !== 'grey') expect(word).not.toBe('no data');
      }
  });

  it('says that it is recovering while a colour waits for what is better to last', () => {
    expect(stateWord({ colour: 'red', state: states.green })).toBe('recovering');
    expect(stateWord({ colour: 'red', state: states.yellow })).toBe('recovering');
    expect(stateWord({ colour: 'red', state: states.grey })).toBe('going quiet');
    expect(stateWord({ colour: 'grey', state: states.green })).toBe('data again');
  });
});

describe('a window in words', () => {
  it('is one of days, hours or minutes, as people say it', () => {
    const words = [30 * DAY, 36 * HOUR, DAY, HOUR, 90 * MINUTE, 30 * MINUTE].map((length) =>
      windowWords(rolling(length)),
    );
    expect(words).toEqual([
      'the last 30 days',
      'the last 36 hours',
      'the last 24 hours',
      'the last hour',
      'the last 1.5 hours',
      'the last 30 minutes',
    ]);
  });
});
